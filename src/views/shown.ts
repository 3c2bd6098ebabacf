/** Which views a state shows: one, or two side by side where there is room. */
import type { IViewState } from './state';

/** What stands beside any view but itself, and what beside that. */
export const BESIDE = 'source';
const BESIDE_SOURCE = 'graph';
/** The id of the view that needs a second profile. */
export const COMPARE = 'compare';

/** The least share of the width that one of two views keeps. */
export const LEAST = 0.2;

/** What decides which views are shown. */
type IShowing = Pick<IViewState, 'tab' | 'beside' | 'room' | 'compare'>;

/**
 * The id of the view beside the first, if there is room; empty: none was chosen.
 * Where the chosen one is the first already, or has nothing to show, another
 * takes its place: the choice stays.
 */
export function besideOf({
  tab,
  beside,
  compare
}: Readonly<Omit<IShowing, 'room'>>): string {
  const isThere = beside !== COMPARE || compare.runs.length > 0;
  if (!beside || (beside !== tab && isThere)) {
    return beside;
  }
  return tab === BESIDE ? BESIDE_SOURCE : BESIDE;
}

/** The ids of the views that are shown, the first one first. */
export function shownViews(state: Readonly<IShowing>): readonly string[] {
  const beside = state.room > 1 ? besideOf(state) : '';
  return beside ? [state.tab, beside] : [state.tab];
}

/** Whether a view is shown. */
export function isShown(state: Readonly<IShowing>, id: string): boolean {
  return shownViews(state).includes(id);
}

/** What shows a view: nothing where it stands beside the first already. */
export function showing(
  state: Readonly<IShowing>,
  id: string
): Partial<IViewState> {
  return isShown(state, id) ? {} : { tab: id };
}
