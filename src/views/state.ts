/** What the user has chosen: the one source of truth of a viewer. */
import type { Merge } from '../analysis/callTree';
import type { IStackEdit } from '../analysis/edits';
import type { IFormula } from '../analysis/formula';
import type { Lane } from '../analysis/lanes';
import type { Group } from '../analysis/groups';
import type { ICondition } from '../analysis/query';
import type { ITimeRange } from '../analysis/spans';
import type { FunctionIndex } from '../model/profile';
import { COMPARE_CHOICE, type ICompareChoice } from './compare/choice';
import { COVERAGE_CHOICE, type ICoverageChoice } from './coverage/choice';
import { Store } from './store';
import { TABLE_CHOICE, type ITableChoice } from './table/choice';

/** A line of the source, and the function that it was selected with. */
export interface ILinePlace {
  readonly func: FunctionIndex;
  /** Row of `profile.strings`. */
  readonly file: number;
  readonly line: number;
}

/** How the summary draws the breakdown. */
export type ChartKind = 'sunburst' | 'treemap' | 'lines';

/** How the flame graph shows the stacks. */
export interface IFlameChoice {
  /** Costliest frames first, in the order in which they ran, or leaves first. */
  readonly order: 'cost' | 'time' | 'leaves';
  readonly merge: Merge;
  readonly colours: 'category' | 'module';
  /** What the reader hid, folded and focused on, oldest first. */
  readonly edits: readonly IStackEdit[];
}

/** The viewer's state; -1 means none. */
export interface IViewState {
  /** The id of the view that is shown. */
  readonly tab: string;
  /** The id of the view chosen to stand beside it; empty: none. See `shownViews`. */
  readonly beside: string;
  /** The share of the width that the first of two views has. */
  readonly split: number;
  /** How many views have room side by side: a matter of the place, no choice. */
  readonly room: 1 | 2;
  /** The function selected in every view. */
  readonly selection: FunctionIndex;
  /** The line selected with it; see `selectedLine`. */
  readonly line: ILinePlace | null;
  /** The function under the pointer. */
  readonly hover: FunctionIndex;
  /** The text searched for; empty: none. */
  readonly search: string;
  /** True: interpreter and notebook machinery is folded into its callers. */
  readonly foldPlumbing: boolean;
  /** The process, thread or task shown alone, null: everything. */
  readonly lane: Lane | null;
  /** The stretch of time shown alone, null: all of it. */
  readonly time: ITimeRange | null;
  /** What else must hold for what is shown. */
  readonly conditions: readonly ICondition[];
  /** True: time charged to a launching line is shown where it was spent. */
  readonly hideAttributed: boolean;
  /** Row of the profile's values, those of `formulas` included. */
  readonly value: number;
  /** Values that the user defined, behind those of the profile. */
  readonly formulas: readonly IFormula[];
  readonly flame: IFlameChoice;
  /** The frame that fills the flame graph (see `pathOf`); empty: none. */
  readonly zoom: readonly number[];
  /** The call graph shows only callers and callees of this function. */
  readonly focus: FunctionIndex;
  /** Shares below this are left out of the call graph; null: by its size. */
  readonly threshold: number | null;
  /** The chart of the summary. */
  readonly chart: ChartKind;
  /** Columns, order and groups of the table. */
  readonly table: ITableChoice;
  /** What the view of coverage shows, and in which order. */
  readonly coverage: ICoverageChoice;
  /** What the profile is compared with, and how. */
  readonly compare: ICompareChoice;
  /** What a node of the call graph is. */
  readonly grouping: Group;
  /** Machine instructions stand beside the source. */
  readonly instructions: boolean;
  /** The calls that a line makes stand below it in the source. */
  readonly lineCalls: boolean;
  /** The source and the instructions have a column for each value. */
  readonly allValues: boolean;
  /** Functions that call each other in a cycle are one node. */
  readonly joinCycles: boolean;
  /** Functions whose nodes of the call graph hold all that they call. */
  readonly collapsed: readonly FunctionIndex[];
  /** Functions of which the call graph shows what they call, however cheap. */
  readonly expanded: readonly FunctionIndex[];
}

/** What decides which views are shown. */
export const SHOWN_KEYS = [
  'tab',
  'beside',
  'room'
] as const satisfies readonly (keyof IViewState)[];

/** What decides which stacks there are. */
export const FILTER_KEYS = [
  'foldPlumbing',
  'lane',
  'time',
  'conditions',
  'hideAttributed',
  'formulas'
] as const satisfies readonly (keyof IViewState)[];

/** What decides that, and what they cost. */
export const STACK_KEYS = [...FILTER_KEYS, 'value'] as const;

/** What decides on the call graph beside the stacks. */
export const GRAPH_KEYS = [
  'threshold',
  'focus',
  'grouping',
  'joinCycles',
  'collapsed',
  'expanded'
] as const satisfies readonly (keyof IViewState)[];

/** A fresh state that shows the view `tab` of a process, thread or task. */
export function createState(
  tab: string,
  lane: Lane | null = null
): Store<IViewState> {
  return new Store<IViewState>({
    tab,
    beside: '',
    split: 0.5,
    room: 1,
    selection: -1,
    line: null,
    hover: -1,
    search: '',
    foldPlumbing: true,
    lane,
    time: null,
    conditions: [],
    hideAttributed: false,
    value: 0,
    formulas: [],
    flame: { order: 'cost', merge: 'function', colours: 'category', edits: [] },
    zoom: [],
    focus: -1,
    threshold: null,
    chart: 'sunburst',
    table: TABLE_CHOICE,
    coverage: COVERAGE_CHOICE,
    compare: COMPARE_CHOICE,
    grouping: 'function',
    instructions: false,
    lineCalls: true,
    allValues: false,
    joinCycles: false,
    collapsed: [],
    expanded: []
  });
}

/** The selected line; none where a function alone was selected since. */
export function selectedLine({
  line,
  selection
}: Readonly<IViewState>): ILinePlace | null {
  return line?.func === selection ? line : null;
}
