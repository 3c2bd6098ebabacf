/** What a viewer shows at first, and what it reads of the computed tables. */
import { firstLane } from '../analysis/lanes';
import type { IProfile } from '../model/profile';
import type { IViewerEnv } from './env';
import { profileKey, unpackState } from './keptState';
import { FRAME_NEEDS, type Need } from './needs';
import { VIEWS } from './registry';
import { createState, type IViewState } from './state';
import { shownViews } from './shown';
import type { Store } from './store';

/** The state in which nothing was chosen yet. */
export function freshState(profile: IProfile): Store<IViewState> {
  return createState(VIEWS[0].id, firstLane(profile, 0));
}

/** The state that a profile is shown in at first: that of a link, or as it was left. */
export function firstState(
  profile: IProfile,
  { state, memory }: IViewerEnv = {}
): Store<IViewState> {
  const fresh = freshState(profile);
  const packed = state ?? memory?.read(profileKey(profile.meta));
  fresh.set(knownViews(unpackState(profile, packed, fresh.value)));
  return fresh;
}

/** A state without the views that there are none of. */
function knownViews({
  tab,
  beside,
  ...others
}: Partial<IViewState>): Partial<IViewState> {
  const has = (id?: string): boolean => VIEWS.some(view => view.id === id);
  return {
    ...others,
    ...(has(tab) && { tab }),
    ...(has(beside) && { beside })
  };
}

/** What the viewer reads of the computed tables in a state. */
export function needsOf(
  state: Readonly<IViewState>,
  profile: IProfile
): Need[] {
  const shown = shownViews(state);
  const views = VIEWS.filter(({ id }) => shown.includes(id));
  const search: Need[] = state.search
    ? ['matchedFunctions', 'matchedShare']
    : [];
  return [
    ...FRAME_NEEDS,
    ...search,
    ...views.flatMap(({ needs }) => needs?.(state, profile) ?? [])
  ];
}
