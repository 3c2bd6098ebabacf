/** What a viewer shows at first, and what it reads of the computed tables. */
import { firstLane } from '../analysis/lanes';
import type { IProfile } from '../model/profile';
import type { IViewerEnv } from './env';
import { profileKey, unpackState } from './keptState';
import { FRAME_NEEDS, type Need } from './needs';
import { VIEWS } from './registry';
import { createState, type IViewState } from './state';
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
  fresh.set(unpackState(profile, packed, fresh.value));
  return fresh;
}

/** What the viewer reads of the computed tables in a state. */
export function needsOf(
  state: Readonly<IViewState>,
  profile: IProfile
): Need[] {
  const view = VIEWS.find(({ id }) => id === state.tab) ?? VIEWS[0];
  const search: Need[] = state.search
    ? ['matchedFunctions', 'matchedShare']
    : [];
  return [...FRAME_NEEDS, ...search, ...(view.needs?.(state, profile) ?? [])];
}
