/** What a click or a key in a row chooses. */
import { showLane } from '../filters';
import { isSameLane } from '../laneName';
import type { IViewContext } from '../view';
import type { IRow } from './rows';
import type { Scene } from './scene';

/** Selects the function that ran in a row at a place in pixels. */
export function selectAt(
  { state }: IViewContext,
  scene: Scene,
  row: IRow,
  x: number
): void {
  state.set({ selection: scene.momentAt(row, x)?.innermost ?? -1 });
}

/** Shows what ran in a row alone in all views, or everything again. */
export function toggleLane({ state }: IViewContext, row: IRow): void {
  const alone = isSameLane(row.lane, state.value.lane);
  state.set(showLane(state.value, alone ? null : row.lane));
}
