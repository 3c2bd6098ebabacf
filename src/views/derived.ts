/** Everything computed from the profile for the state as it is, kept until that changes. */
import {
  breakdown,
  categoryTotals,
  type IBreakdown,
  type ICategoryTotals
} from '../analysis/breakdown';
import { callGraph, type ICallGraph } from '../analysis/callGraph';
import { callTree } from '../analysis/callTree';
import { definitions, type IDefinition } from '../analysis/definitions';
import { editStacks } from '../analysis/edits';
import { laneCost } from '../analysis/filter';
import {
  fineColumnsOf,
  MANY,
  type IFineColumns
} from '../analysis/fineColumns';
import {
  functionGroups,
  type IFunctionGroups
} from '../analysis/functionGroups';
import { exactTotal } from '../analysis/exactTotal';
import { withFormulas } from '../analysis/formulas';
import { functionRows, type IFunctionRows } from '../analysis/functionTable';
import type { Group } from '../analysis/groups';
import { uncertainty, type IPrecision } from '../analysis/intervals';
import { exactLineRows, hasExactLines } from '../analysis/exactLines';
import { expressionRows, type IExpressionRows } from '../analysis/expressions';
import {
  interpreterMap,
  type IInterpreterMap
} from '../analysis/interpreterMap';
import { lanesOf, type ILanes } from '../analysis/lanes';
import { lineReasons, type IReasonedLines } from '../analysis/lineReasons';
import { lineRows, type ILineRows, type Language } from '../analysis/lines';
import { sourceFiles, type ISourceFile } from '../analysis/sourceFiles';
import {
  callersAndCallees,
  type ICallersAndCallees
} from '../analysis/neighbours';
import { matchedShare } from '../analysis/search';
import { stackLines } from '../analysis/stackLines';
import { timelineOf, type ITimeline } from '../analysis/timeline';
import { timeTree } from '../analysis/timeTree';
import { formatEstimate } from '../analysis/units';
import { wordRanks, type Words } from '../analysis/wordOrder';
import { flameRows, type IFlameRows } from '../layout/flame';
import type { FunctionIndex, IProfile } from '../model/profile';
import { Compared, keyOfRuns, type Once } from './compare/data';
import { NotKept, type IKept } from './kept';
import { fulfil, type Need } from './needs';
import { Parts } from './parts';
import { GRAPH_KEYS, type IViewState } from './state';
import type { Store } from './store';

/** Nodes of the call graph: more cannot be told apart. */
const MOST_NODES = 500;

/** Which functions a search matches, and their share of the whole. */
export interface IMatches {
  has(index: FunctionIndex): boolean;
  /** From 0 to 1, each sample counted once; null where stacks are unknown. */
  readonly share: number | null;
}

/** How many lines are given reasons. */
const REASONED = 12;

/** Lazily computed tables, shared by the views of one viewer. */
export class Derived extends Parts {
  constructor(
    profile: IProfile,
    state: Pick<Store<IViewState>, 'value'>,
    others = new Map<string, IProfile>(),
    seen?: Derived
  ) {
    super(profile, state, seen);
    this.others = others;
  }

  /** The profiles to compare with that were read, by their keys. */
  readonly others: Map<string, IProfile>;

  /** Those of `needs` that would have to be computed for a state. */
  missing(needs: readonly Need[], value: IViewState): Need[] {
    const ahead = new Derived(this.measured, { value }, this.others, this);
    return needs.filter(need => {
      try {
        fulfil(ahead, need);
        return false;
      } catch (error) {
        return error instanceof NotKept;
      }
    });
  }

  override take(): IKept[] {
    this._compared = null;
    return super.take();
  }

  /** How sure all costs together are; of no stacks 0. */
  get precision(): IPrecision {
    return this._once('precision', this._viewKey, () => this._view.precision);
  }

  /** The sum of what was measured, in `unit`. */
  get total(): number {
    return this.hasStacks
      ? this.precision.total
      : exactTotal(this.profile, this._state.value.value);
  }

  /** What `total` is without conditions, and at all times. */
  get whole(): number {
    const { lane, value, formulas } = this._state.value;
    return this._once('whole', JSON.stringify([lane, value, formulas]), () =>
      this.hasStacks ? laneCost(this.profile, lane, value) : this.total
    );
  }

  /**
   * The share that a cost has in the total, with its interval where it is an
   * estimate; `measured` is the part of the cost that is none.
   */
  estimate(cost: number, measured = 0): string {
    const half = uncertainty(this.precision, cost, measured);
    return formatEstimate(cost, this.total, half);
  }

  /** The stacks as the flame graph arranges them, and where their frames are. */
  get flame(): IFlameRows {
    const { order, merge, edits } = this._state.value.flame;
    const key = JSON.stringify([order, merge, edits]);
    return this._once('flame', `${this._viewKey} ${key}`, () => {
      const view = editStacks(this._view, edits);
      return flameRows(
        order === 'time'
          ? timeTree(view, { merge })
          : callTree(view, { invert: order === 'leaves', merge })
      );
    });
  }

  get rows(): IFunctionRows {
    return this.rowsOf(this._state.value.value);
  }

  /** The functions with their costs in another value. */
  rowsOf(value: number): IFunctionRows {
    return this._once(`rows ${value}`, this._filterKey, () =>
      functionRows(this.profile, this._viewOf(value))
    );
  }

  /** The modules or files with their costs in a value. */
  groupsOf(value: number, group: Group): IFunctionGroups {
    return this._once(`${group}s ${value}`, this._filterKey, () =>
      functionGroups(this.profile, this._viewOf(value), group)
    );
  }

  /** Who calls a function and what it calls. */
  neighbours(func: FunctionIndex): ICallersAndCallees {
    return this._once('neighbours', `${this._viewKey} ${func}`, () =>
      callersAndCallees(this.profile, this._view, func)
    );
  }

  get lines(): ILineRows {
    return this.linesOf(this._state.value.value);
  }

  /** The lines with their costs in another value. */
  linesOf(value: number): ILineRows {
    return this._once(`lines ${value}`, this._filterKey, () =>
      this._linesIn(value, 'python')
    );
  }

  /** The costliest lines, waiting included where it was measured, with the causes of their cost. */
  get reasons(): IReasonedLines {
    return this._once('reasons', this._viewKey, () => {
      const { foldPlumbing: fold } = this._state.value;
      const lines = this._part('stack lines', `${fold}`, () =>
        stackLines(this.profile, fold)
      );
      return lineReasons(this.profile, this._view, lines, REASONED);
    });
  }

  /** The lines of native code whose source is known. */
  get nativeLines(): ILineRows {
    return this._once('native lines', this._viewKey, () =>
      this._linesIn(this._state.value.value, 'native')
    );
  }

  /** Functions of which no line was counted, by file. */
  get definitions(): ReadonlyMap<number, readonly IDefinition[]> {
    const { value } = this._state.value;
    return this._once('definitions', this._viewKey, () =>
      definitions(this.profile, value)
    );
  }

  /** The source files of lines and functions, costliest first. */
  get sources(): readonly ISourceFile[] {
    return this._once('sources', this._viewKey, () =>
      sourceFiles(this.profile, this.lines, this.nativeLines, this.definitions)
    );
  }

  /** The expressions in the lines of a language. */
  expressions(language: Language): IExpressionRows {
    return this._once(`expressions ${language}`, this._viewKey, () =>
      expressionRows(
        this.profile,
        this._view,
        this._places(this._state.value.value, language)
      )
    );
  }

  get breakdown(): IBreakdown {
    return this._once('breakdown', this._viewKey, () =>
      breakdown(this.profile, this._view)
    );
  }

  /** What the parts of CPython cost, its machinery included. */
  get interpreter(): IInterpreterMap {
    return this._once('interpreter', this._viewKey, () =>
      interpreterMap(this.profile, this._unfolded)
    );
  }

  /** By category, waiting included where clocks measured it. */
  get categories(): ICategoryTotals {
    return this._once('categories', this._viewKey, () =>
      categoryTotals(this.profile, this._view)
    );
  }

  /** The call graph as the state has it: its threshold, focus and so on. */
  get graph(): ICallGraph {
    const { value: state } = this._state;
    const key = JSON.stringify(GRAPH_KEYS.map(key => state[key]));
    const { threshold, focus, grouping, collapsed, expanded } = state;
    return this._once('graph', `${this._viewKey} ${key}`, () =>
      callGraph(this.profile, this._view, {
        threshold,
        maxNodes: MOST_NODES,
        focus: focus < 0 ? null : focus,
        group: grouping,
        cycles: state.joinCycles,
        collapsed,
        expanded
      })
    );
  }

  /** What ran beside each other, with the cost of each in the value shown, unfiltered. */
  get lanes(): ILanes {
    return this.lanesOf(this._state.value.value);
  }

  /** The same with costs in another value. */
  lanesOf(value: number): ILanes {
    const { formulas } = this._state.value;
    return this._once(`lanes ${value}`, JSON.stringify(formulas), () =>
      lanesOf(this.profile, value)
    );
  }

  /** What each thread did over time; it does not depend on the filter. */
  get timeline(): ITimeline {
    const { value, hideAttributed } = this._state.value;
    return this._shared('timeline', this._timelineKey, () =>
      timelineOf(this.profile, value, hideAttributed)
    );
  }

  /** By thread what it did in narrow bins; null where it has few samples. */
  get fineColumns(): readonly (IFineColumns | null)[] {
    const key = `${this._timelineKey} ${this._marksKey}`;
    return this._once('fine columns', key, () =>
      this.timeline.threads.map(
        track =>
          track &&
          (track.length < MANY
            ? null
            : fineColumnsOf(this.profile, this.timeline, track, this.marks))
      )
    );
  }

  /** By function its rank in a column of words of the table. */
  wordRanks(column: Words): Float64Array {
    return this._once(`ranks of ${column}`, '', () =>
      wordRanks(this.profile, column)
    );
  }

  /** By function 1 where the search matches it; null if nothing is searched for. */
  get matchedFunctions(): Uint8Array | null {
    const { length } = this.profile.functions;
    return this._once('matched functions', this._state.value.search, () => {
      const has = this._matched;
      return (
        has && Uint8Array.from({ length }, (_, func) => (has(func) ? 1 : 0))
      );
    });
  }

  /** What the search matches; null if nothing is searched for. */
  get matches(): IMatches | null {
    const { search } = this._state.value;
    const matched = search.trim() ? this.matchedFunctions : null;
    return this._part('matches', this._searchKey, () =>
      matched
        ? { has: func => matched[func] === 1, share: this.matchedShare }
        : null
    );
  }

  /** From 0 to 1, each sample counted once; null where there are no stacks. */
  get matchedShare(): number | null {
    return this._once('matched share', this._searchKey, () =>
      this._matched && this.hasStacks
        ? matchedShare(this._view, this._matched)
        : null
    );
  }

  /** What the compare view shows; all of it, so that none is left to compute. */
  get comparison(): Compared {
    const { value: state } = this._state;
    const runs = keyOfRuns(state.compare, this.others);
    const view = `${this._viewKey} ${runs}`;
    const key = `${view} ${JSON.stringify(state.compare)}`;
    if (this._compared?.key !== key) {
      // Most of these tables are parts of others.
      const once: Once = (what, of, make) => {
        const name = `compared ${what}`;
        const key = of === 'profiles' ? runs : view;
        return of === 'stacks'
          ? this._part(name, key, make)
          : this._shared(name, key, make);
      };
      const { formulas } = state;
      const others = new Map(
        [...this.others].map(([key, other]) => [
          key,
          withFormulas(other, formulas)
        ])
      );
      const { profile } = this;
      this._compared = new Compared(profile, others, state, key, once);
    }
    this._compared.prepare();
    return this._compared;
  }

  private _linesIn(value: number, language: Language): ILineRows {
    if (hasExactLines(this.profile)) {
      return exactLineRows(this.profile, value, language);
    }
    const places = this._places(value, language);
    return lineRows(this.profile, this._viewOf(value), language, places);
  }

  private _compared: Compared | null = null;
}
