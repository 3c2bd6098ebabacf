/** What the compare view shows, and what its parts have in common. */
import type { Unit } from '../../analysis/compare/changes';
import type { IExportChoice } from '../view';
import type { Column } from './data';

/** The ways to look at a comparison. */
export type Shows = 'flame' | 'functions' | 'lines';

/** What was chosen in the compare view. */
export interface ICompareState {
  readonly shows: Shows;
  readonly unit: Unit;
  readonly column: Column;
  /** The selected row of the matched functions, -1: none. */
  readonly row: number;
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
