/** What a viewer shows at first, and what it reads of the computed tables. */
import { withFormulas } from '../analysis/formulas';
import { firstLane } from '../analysis/lanes';
import type { IProfile } from '../model/profile';
import { firstCoverage } from './coverage/choice';
import type { IViewerEnv } from './env';
import { unpackState } from './keptState';
import { profileKey } from './profileKey';
import { FRAME_NEEDS, type Need } from './needs';
import { VIEWS, viewsOf } from './registry';
import { createState, type IViewState } from './state';
import { shownViews } from './shown';
import type { Store } from './store';

/** The state in which nothing was chosen yet. */
export function freshState(profile: IProfile): Store<IViewState> {
  const state = createState(viewsOf(profile)[0].id, firstLane(profile, 0));
  state.set({ coverage: firstCoverage(profile) });
  return state;
}

/** The state that a profile is shown in at first: that of a link, or as it was left. */
export function firstState(
  profile: IProfile,
  { state, memory }: IViewerEnv = {}
): Store<IViewState> {
  const fresh = freshState(profile);
  const packed = state ?? memory?.read(profileKey(profile.meta));
  fresh.set(knownViews(profile, unpackState(profile, packed, fresh.value)));
  return fresh;
}

/** A state without the views that the profile has nothing for. */
function knownViews(
  profile: IProfile,
  { tab, beside, ...others }: Partial<IViewState>
): Partial<IViewState> {
  const known = viewsOf(profile);
  const has = (id?: string): boolean => known.some(view => view.id === id);
  return {
    ...others,
    ...(has(tab) && { tab }),
    ...(has(beside) && { beside })
  };
}

/** What the viewer reads of the computed tables in a state of a profile as it was measured. */
export function needsOf(
  state: Readonly<IViewState>,
  measured: IProfile
): Need[] {
  const profile = withFormulas(measured, state.formulas);
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
