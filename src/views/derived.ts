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
import { laneCost, stackView, type IStackView } from '../analysis/filter';
import {
  functionGroups,
  type IFunctionGroups
} from '../analysis/functionGroups';
import { functionRows, type IFunctionRows } from '../analysis/functionTable';
import type { Group } from '../analysis/groups';
import { uncertainty } from '../analysis/intervals';
import { lanesOf, type ILanes } from '../analysis/lanes';
import { expressionsOf, type IExpression } from '../analysis/expressions';
import { lineReasons, type IReasonedLines } from '../analysis/lineReasons';
import {
  linePlaces,
  lineRows,
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
import { stackLines, type IStackLines } from '../analysis/stackLines';
import { timelineOf, type ITimeline } from '../analysis/timeline';
import { timeTree } from '../analysis/timeTree';
import { formatEstimate } from '../analysis/units';
import type { IValue } from '../format/types';
import { flameRows, type IFlameRows } from '../layout/flame';
import type { FunctionIndex, IProfile } from '../model/profile';
import { Compared, keyOfRuns, type Once } from './compare/data';
import { fulfil, type Need } from './needs';
import { GRAPH_KEYS, STACK_KEYS, type IViewState } from './state';
import type { Store } from './store';

/**
 * What a look ahead throws where something is not kept. One made beforehand, while
 * the script loads, would make the browser parse all of the script once more.
 */
class NotKept extends Error {}

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

/** Something computed: what it is, and of which state. */
export interface IKept {
  readonly name: string;
  readonly key: string;
  readonly value: unknown;
}

/** Lazily computed tables, shared by the views of one viewer. */
export class Derived {
  constructor(
    profile: IProfile,
    state: Pick<Store<IViewState>, 'value'>,
    others = new Map<string, IProfile>(),
    from?: Derived
  ) {
    this._profile = profile;
    this._state = state;
    this.others = others;
    this._kept = from?._kept ?? new Map<string, IKept>();
    this._isPreview = from !== undefined;
  }

  /** The profiles to compare with that were read, by their keys. */
  readonly others: Map<string, IProfile>;

  /** Those of `needs` that would have to be computed for a state. */
  missing(needs: readonly Need[], value: IViewState): Need[] {
    const preview = new Derived(this._profile, { value }, this.others, this);
    return needs.filter(need => {
      try {
        fulfil(preview, need);
        return false;
      } catch (error) {
        return error instanceof NotKept;
      }
    });
  }

  /** What is kept, in short; for `taken`. */
  get known(): string[] {
    return Array.from(this._kept.values(), labelOf);
  }

  /** What was used since the last call, without what is `known` elsewhere. */
  taken(known: readonly string[]): IKept[] {
    const there = new Set(known);
    const used = [...this._used].map(name => this._kept.get(name)!);
    this._used.clear();
    return used.filter(one => !there.has(labelOf(one)));
  }

  /** Takes over what was computed elsewhere. */
  keep(kept: readonly IKept[]): void {
    for (const one of kept) {
      this._kept.set(one.name, one);
    }
  }

  /** True if there are stacks: without them there is no flame graph. */
  get hasStacks(): boolean {
    const { stacks, samples } = this._profile;
    return (stacks?.length ?? 0) > 0 && (samples?.length ?? 0) > 0;
  }

  /** The stacks after folding and filtering. */
  get view(): IStackView {
    return this.viewOf(this._state.value.value);
  }

  /** The same stacks with the costs of another value. */
  viewOf(value: number): IStackView {
    const { foldPlumbing, lane, time, conditions, hideAttributed } =
      this._state.value;
    const filter = {
      foldPlumbing,
      lane,
      time,
      conditions,
      hideAttributed,
      root: null
    };
    return this._once(`view ${value}`, this._filterKey, () =>
      stackView(this._profile, filter, value)
    );
  }

  /** The sum of what was measured, in `unit`. */
  get total(): number {
    return this.hasStacks ? this.view.total : this._profile.summary.total;
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
    const half = uncertainty(this.view.precision, cost, measured);
    return formatEstimate(cost, this.total, half);
  }

  /** The stacks as the flame graph arranges them, and where their frames are. */
  get flame(): IFlameRows {
    const { order, merge, edits } = this._state.value.flame;
    const key = JSON.stringify([order, merge, edits]);
    return this._once('flame', `${this._viewKey} ${key}`, () => {
      const view = editStacks(this.view, edits);
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
      functionRows(this._profile, this.viewOf(value))
    );
  }

  /** The modules or files with their costs in a value. */
  groupsOf(value: number, group: Group): IFunctionGroups {
    return this._once(`${group}s ${value}`, this._filterKey, () =>
      functionGroups(this._profile, this.viewOf(value), group)
    );
  }

  /** Who calls a function and what it calls. */
  neighbours(func: FunctionIndex): ICallersAndCallees {
    return this._once('neighbours', `${this._viewKey} ${func}`, () =>
      callersAndCallees(this._profile, this.view, func)
    );
  }

  get lines(): ILineRows {
    return this.linesOf(this._state.value.value);
  }

  /** The lines with their costs in another value. */
  linesOf(value: number): ILineRows {
    return this._once(`lines ${value}`, this._filterKey, () =>
      lineRows(this._profile, this.viewOf(value))
    );
  }

  /** The costliest lines, waiting included where it was measured, with the causes of their cost. */
  get reasons(): IReasonedLines {
    return this._once('reasons', this._viewKey, () => {
      const { foldPlumbing: fold } = this._state.value;
      if (this._stackLines?.fold !== fold) {
        this._stackLines = stackLines(this._profile, fold);
      }
      return lineReasons(this._profile, this.view, this._stackLines, REASONED);
    });
  }

  /** The lines of native code whose source is known. */
  get nativeLines(): ILineRows {
    return this._once('native lines', this._viewKey, () =>
      lineRows(this._profile, this.view, 'native')
    );
  }

  /** The source files in the stacks, costliest first. */
  get sources(): readonly ISourceFile[] {
    return this._once('sources', this._viewKey, () =>
      sourceFiles(this._profile, this.lines, this.nativeLines)
    );
  }

  /** The expressions in each line of a file (row of `profile.strings`). */
  expressions(
    file: number,
    language: Language
  ): ReadonlyMap<number, readonly IExpression[]> {
    const places = this._once(`places ${language}`, this._viewKey, () =>
      linePlaces(this._profile, this.view, language)
    );
    return this._once('expressions', `${this._viewKey} ${file}`, () =>
      expressionsOf(this._profile, this.view, places, file)
    );
  }

  get breakdown(): IBreakdown {
    return this._once('breakdown', this._viewKey, () =>
      breakdown(this._profile, this.view)
    );
  }

  /** By category, waiting included where clocks measured it. */
  get categories(): ICategoryTotals {
    return this._once('categories', this._viewKey, () =>
      categoryTotals(this._profile, this.view)
    );
  }

  /** The call graph as the state has it: its threshold, focus and so on. */
  get graph(): ICallGraph {
    const { value: state } = this._state;
    const key = JSON.stringify(GRAPH_KEYS.map(key => state[key]));
    const { threshold, focus, grouping, collapsed, expanded } = state;
    return this._once('graph', `${this._viewKey} ${key}`, () =>
      callGraph(this._profile, this.view, {
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
    const text = this._state.value.search.trim();
    return this._once('matches', `${this._viewKey} ${text}`, () => {
      if (!text) {
        return null;
      }
      const { conditions, problem } = parseQuery(text);
      // What is no filter is looked for as it stands.
      const matched = problem
        ? matcher(this._profile, text)
        : highlighted(this._profile, conditions);
      if (!matched) {
        return null;
      }
      return {
        has: matched,
        share: this.hasStacks ? matchedShare(this.view, matched) : null
      };
    });
  }

  /** What the compare view shows; all of it, so that none is left to compute. */
  get comparison(): Compared {
    const { value: state } = this._state;
    const runs = keyOfRuns(state.compare, this.others);
    const view = `${this._viewKey} ${runs}`;
    const key = `${view} ${JSON.stringify(state.compare)}`;
    if (this._compared?.key !== key) {
      const once: Once = (name, of, make) =>
        this._once(`compared ${name}`, of === 'view' ? view : runs, make);
      const { _profile: profile, others } = this;
      this._compared = new Compared(profile, others, state, key, once);
    }
    this._compared.prepare();
    return this._compared;
  }

  private get _filterKey(): string {
    const { value: state } = this._state;
    const keys = STACK_KEYS.filter(key => key !== 'value');
    return JSON.stringify(keys.map(key => state[key]));
  }

  private get _viewKey(): string {
    return `${this._filterKey} ${this._state.value.value}`;
  }

  private _once<T>(name: string, key: string, make: () => T): T {
    this._used.add(name);
    const kept = this._kept.get(name);
    if (kept?.key === key) {
      return kept.value as T;
    }
    if (this._isPreview) {
      throw new NotKept();
    }
    const value = make();
    this._kept.set(name, { name, key, value });
    return value;
  }

  private readonly _profile: IProfile;
  private readonly _state: Pick<Store<IViewState>, 'value'>;
  private readonly _kept: Map<string, IKept>;
  private readonly _used = new Set<string>();
  private readonly _isPreview: boolean;
  /** Of use to reasons alone: it is never sent. */
  private _stackLines: IStackLines | null = null;
  private _compared: Compared | null = null;
}

const labelOf = ({ name, key }: IKept): string => `${name} of ${key}`;
