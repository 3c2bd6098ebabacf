/** Everything computed from the profile for the state as it is, kept until that changes. */
import {
  breakdown,
  categoryTotals,
  type IBreakdown,
  type ICategoryTotals
} from '../analysis/breakdown';
import { callGraph, type ICallGraph } from '../analysis/callGraph';
import { callTree } from '../analysis/callTree';
import { highlighted } from '../analysis/conditions';
import { editStacks } from '../analysis/edits';
import {
  laneCost,
  shownSamples,
  stackView,
  type IStackView
} from '../analysis/filter';
import {
  functionGroups,
  type IFunctionGroups
} from '../analysis/functionGroups';
import { functionRows, type IFunctionRows } from '../analysis/functionTable';
import type { Group } from '../analysis/groups';
import { uncertainty, type IPrecision } from '../analysis/intervals';
import { expressionRows, type IExpressionRows } from '../analysis/expressions';
import { lanesOf, type ILanes } from '../analysis/lanes';
import { lineReasons, type IReasonedLines } from '../analysis/lineReasons';
import {
  linePlaces,
  lineRows,
  type ILinePlaces,
  type ILineRows,
  type Language
} from '../analysis/lines';
import { sourceFiles, type ISourceFile } from '../analysis/sourceFiles';
import {
  callersAndCallees,
  type ICallersAndCallees
} from '../analysis/neighbours';
import { parseQuery } from '../analysis/query';
import { matchedShare, matcher } from '../analysis/search';
import { stackLines } from '../analysis/stackLines';
import { timelineOf, type ITimeline } from '../analysis/timeline';
import { timeTree } from '../analysis/timeTree';
import { formatEstimate } from '../analysis/units';
import type { IValue } from '../format/types';
import { flameRows, type IFlameRows } from '../layout/flame';
import type { FunctionIndex, IProfile } from '../model/profile';
import { Compared, keyOfRuns, type Once } from './compare/data';
import { Kept, NotKept, type IKept } from './kept';
import { fulfil, type Need } from './needs';
import { FILTER_KEYS, GRAPH_KEYS, type IViewState } from './state';
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
export class Derived extends Kept {
  constructor(
    profile: IProfile,
    state: Pick<Store<IViewState>, 'value'>,
    others = new Map<string, IProfile>(),
    seen?: Derived
  ) {
    super(seen);
    this._profile = profile;
    this._state = state;
    this.others = others;
  }

  /** The profiles to compare with that were read, by their keys. */
  readonly others: Map<string, IProfile>;

  /** Those of `needs` that would have to be computed for a state. */
  missing(needs: readonly Need[], value: IViewState): Need[] {
    const ahead = new Derived(this._profile, { value }, this.others, this);
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

  /** True if there are stacks: without them there is no flame graph. */
  get hasStacks(): boolean {
    const { stacks, samples } = this._profile;
    return (stacks?.length ?? 0) > 0 && (samples?.length ?? 0) > 0;
  }

  /** How sure all costs together are; of no stacks 0. */
  get precision(): IPrecision {
    return this._once('precision', this._viewKey, () => this._view.precision);
  }

  /** The sum of what was measured, in `unit`. */
  get total(): number {
    return this.hasStacks ? this.precision.total : this._profile.summary.total;
  }

  /** What `total` is without conditions, and at all times. */
  get whole(): number {
    const { lane, value } = this._state.value;
    return this._once('whole', JSON.stringify([lane, value]), () =>
      laneCost(this._profile, lane, value)
    );
  }

  /** What every cost is of. */
  get value(): IValue {
    const { values, summary } = this._profile;
    return values[this._state.value.value] ?? { name: '', unit: summary.unit };
  }

  /** The unit of every cost. */
  get unit(): string {
    return this.value.unit;
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
      functionRows(this._profile, this._viewOf(value))
    );
  }

  /** The modules or files with their costs in a value. */
  groupsOf(value: number, group: Group): IFunctionGroups {
    return this._once(`${group}s ${value}`, this._filterKey, () =>
      functionGroups(this._profile, this._viewOf(value), group)
    );
  }

  /** Who calls a function and what it calls. */
  neighbours(func: FunctionIndex): ICallersAndCallees {
    return this._once('neighbours', `${this._viewKey} ${func}`, () =>
      callersAndCallees(this._profile, this._view, func)
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
        stackLines(this._profile, fold)
      );
      return lineReasons(this._profile, this._view, lines, REASONED);
    });
  }

  /** The lines of native code whose source is known. */
  get nativeLines(): ILineRows {
    return this._once('native lines', this._viewKey, () =>
      this._linesIn(this._state.value.value, 'native')
    );
  }

  /** The source files in the stacks, costliest first. */
  get sources(): readonly ISourceFile[] {
    return this._once('sources', this._viewKey, () =>
      sourceFiles(this._profile, this.lines, this.nativeLines)
    );
  }

  /** The expressions in the lines of a language. */
  expressions(language: Language): IExpressionRows {
    return this._once(`expressions ${language}`, this._viewKey, () =>
      expressionRows(
        this._profile,
        this._view,
        this._places(this._state.value.value, language)
      )
    );
  }

  get breakdown(): IBreakdown {
    return this._once('breakdown', this._viewKey, () =>
      breakdown(this._profile, this._view)
    );
  }

  /** By category, waiting included where clocks measured it. */
  get categories(): ICategoryTotals {
    return this._once('categories', this._viewKey, () =>
      categoryTotals(this._profile, this._view)
    );
  }

  /** The call graph as the state has it: its threshold, focus and so on. */
  get graph(): ICallGraph {
    const { value: state } = this._state;
    const key = JSON.stringify(GRAPH_KEYS.map(key => state[key]));
    const { threshold, focus, grouping, collapsed, expanded } = state;
    return this._once('graph', `${this._viewKey} ${key}`, () =>
      callGraph(this._profile, this._view, {
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
    const { value } = this._state.value;
    return this._once('lanes', String(value), () =>
      lanesOf(this._profile, value)
    );
  }

  /** What each thread did over time; it does not depend on the filter. */
  get timeline(): ITimeline {
    const { value, hideAttributed } = this._state.value;
    const kind = this.unit === 'ns' ? 'time' : value;
    return this._once('timeline', `${kind} ${hideAttributed}`, () =>
      timelineOf(this._profile, value, hideAttributed)
    );
  }

  /** What the search matches; null if nothing is searched for. */
  get matches(): IMatches | null {
    const has = this._matched;
    return this._part('matches', this._searchKey, () =>
      has ? { has, share: this.matchedShare } : null
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

  /** Tests which functions the search matches. */
  private get _matched(): ((func: FunctionIndex) => boolean) | null {
    const text = this._state.value.search.trim();
    return this._part('matched', text, () => {
      if (!text) {
        return null;
      }
      const { conditions, problem } = parseQuery(text);
      // What is no filter is looked for as it stands.
      return problem
        ? matcher(this._profile, text)
        : highlighted(this._profile, conditions);
    });
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
        const part = () => this._part(name, key, make);
        return of === 'stacks' ? part() : this._once(name, key, part);
      };
      const { _profile: profile, others } = this;
      this._compared = new Compared(profile, others, state, key, once);
    }
    this._compared.prepare();
    return this._compared;
  }

  /** The stacks after folding and filtering. */
  private get _view(): IStackView {
    return this._viewOf(this._state.value.value);
  }

  /** The same stacks with the costs of another value. */
  private _viewOf(value: number): IStackView {
    const { foldPlumbing, lane, time, conditions, hideAttributed } =
      this._state.value;
    const shows = { lane, time, conditions, hideAttributed };
    const filter = { ...shows, foldPlumbing, root: null };
    return this._part(`view ${value}`, this._filterKey, () => {
      const key = JSON.stringify(shows);
      const shown = this._part(`samples ${value}`, key, () =>
        shownSamples(this._profile, filter, value)
      );
      return stackView(this._profile, filter, value, shown);
    });
  }

  private _places(value: number, language: Language): ILinePlaces {
    return this._part(`places ${language} ${value}`, this._filterKey, () =>
      linePlaces(this._profile, this._viewOf(value), language)
    );
  }

  private _linesIn(value: number, language: Language): ILineRows {
    const places = this._places(value, language);
    return lineRows(this._profile, this._viewOf(value), language, places);
  }

  private get _filterKey(): string {
    const { value: state } = this._state;
    return JSON.stringify(FILTER_KEYS.map(key => state[key]));
  }

  private get _viewKey(): string {
    return `${this._filterKey} ${this._state.value.value}`;
  }

  private get _searchKey(): string {
    return `${this._viewKey} ${this._state.value.search.trim()}`;
  }

  private readonly _profile: IProfile;
  private readonly _state: Pick<Store<IViewState>, 'value'>;
  private _compared: Compared | null = null;
}
