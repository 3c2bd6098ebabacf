/** What the parts of the compare view have in common. */
import type { Store } from '../store';
import type { IExportChoice, IViewContext } from '../view';
import type { ICompareChoice } from './choice';

/** What is selected in the compare view: it may be in another profile alone. */
export interface ISelectedRow {
  /** The row of the matched functions, -1: none. */
  readonly row: number;
}

/** What each part of the compare view is made of. */
export interface IPartContext extends IViewContext {
  readonly selected: Store<ISelectedRow>;
}

/** A part of the compare view that fills it: the flame graph, or a table. */
export interface IPart {
  readonly node: HTMLElement;
  refresh(): void;
  focus(): void;
  /** Goes back one step; false if there is none. */
  back?(): boolean;
  exports(): readonly IExportChoice[];
  dispose(): void;
}

/** Changes how profiles are compared. */
export function chooseCompare(
  { state }: IViewContext,
  part: Partial<ICompareChoice>
): void {
  state.set({ compare: { ...state.value.compare, ...part } });
}
