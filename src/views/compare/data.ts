/** What the compare view shows, computed when it is asked for and kept by `Derived`. */
import { callTree } from '../../analysis/callTree';
import {
  compareCosts,
  type IChanges,
  type Unit
} from '../../analysis/compare/changes';
import {
  categoryCosts,
  functionCosts,
  lineCosts,
  precisionOf,
  type IComparedLines,
  type IComparedRows,
  type ISide
} from '../../analysis/compare/costs';
import {
  matchFunctions,
  type IMatched
} from '../../analysis/compare/functions';
import { distinctLabels } from '../../analysis/compare/labels';
import { unseenRows } from '../../analysis/compare/sight';
import { joinTrees, type ISideNodes } from '../../analysis/compare/tree';
import { stackView } from '../../analysis/filter';
import { missingStacks } from '../../analysis/missing';
import type { IPrecision } from '../../analysis/intervals';
import { functionLabel, placeLabel } from '../../analysis/names';
import type { IValue } from '../../format/types';
import { flameRows, type IFlameRows } from '../../layout/flame';
import type { FunctionIndex, IProfile } from '../../model/profile';
import type { IViewState } from '../state';
import type { Column, ICompareChoice, Shows } from './choice';
import { isOfCode } from './conditions';
import { lanesFor } from './lanes';
import { commonValues } from './values';

/**
 * Keeps what `make` computes of the profiles alone, or of what is shown of them;
 * their stacks are large, and of no use but for the sums made of them.
 */
export type Once = <T>(
  name: string,
  of: 'profiles' | 'view' | 'stacks',
  make: () => T
) => T;

/** The first and the last profile as one tree. */
export interface IComparedTree {
  /** Its nodes are as wide as the mean of both. */
  readonly rows: IFlameRows;
  readonly sides: readonly ISideNodes[];
  readonly changes: IChanges;
}

/** A profile, and a function of it. */
export interface IExample {
  readonly profile: IProfile;
  readonly func: FunctionIndex;
}

/** Two or more profiles, the earliest first. */
export class Compared {
  /**
   * @param others Those that were read, by their keys.
   * @param key Tells it from one of another state.
   */
  constructor(
    profile: IProfile,
    others: ReadonlyMap<string, IProfile>,
    state: Readonly<IViewState>,
    readonly key: string,
    once: Once
  ) {
    const { compare } = state;
    this._state = state;
    this._make = once;
    this.profiles = [profile, ...chosen(compare, others)].sort(
      (a, b) => a.meta.started - b.meta.started
    );
    this.own = this.profiles.indexOf(profile);
    this.labels = distinctLabels(this.profiles.map(({ meta }) => meta));
    this._indices = commonValues(
      this.profiles,
      profile.values[state.value]?.name
    );
    this.isAsShown = this._indices[this.own] === state.value;
    this.values = this.profiles.map(
      ({ values, summary }, at) =>
        values[this._indices[at]] ?? { name: '', unit: summary.unit }
    );
    const { engine } = profile.meta;
    const isOneEngine = this.profiles.every(
      ({ meta }) => meta.engine === engine
    );
    this.hasOneUnit = this.values.every(
      ({ unit }) => unit === this.values[0].unit
    );
    this.unit = this.hasOneUnit
      ? (compare.unit ?? (isOneEngine ? 'amount' : 'share'))
      : 'share';
    // What an engine cannot see it charges to the caller.
    this.column = compare.column ?? (isOneEngine ? 'self' : 'inclusive');
    this.shows = this.hasStacks ? compare.shows : 'functions';
  }

  readonly profiles: readonly IProfile[];
  readonly labels: readonly string[];
  /** Which of them is the viewer's own. */
  readonly own: number;
  /** Whether what is compared is the value which the other views show. */
  readonly isAsShown: boolean;
  /** What is compared; not the same where the profiles have none in common. */
  readonly values: readonly IValue[];
  /** Whether amounts can be compared at all. */
  readonly hasOneUnit: boolean;
  readonly unit: Unit;
  readonly column: Column;
  /** Of profiles without stacks only the functions can be shown. */
  readonly shows: Shows;

  /** Computes all that is shown. */
  prepare(): readonly unknown[] {
    const { matched, precisions, splits, tableChanges, unseen } = this;
    const tree = this.shows === 'flame' ? this.tree : null;
    return [matched, precisions, splits, tableChanges, tree, unseen];
  }

  /** Whether each profile has stacks, so that all can be compared. */
  get hasStacks(): boolean {
    return this.profiles.every(profile => !missingStacks(profile));
  }

  /** How sure the costs of each profile are. */
  get precisions(): readonly IPrecision[] {
    return this._once('precisions', 'view', () => this._sides.map(precisionOf));
  }

  get totals(): readonly number[] {
    return this.precisions.map(({ total }) => total);
  }

  /** What the cost of 1 is a part of: 1 for shares, else the mean of the totals. */
  get whole(): number {
    const { totals } = this;
    const sum = totals.reduce((all, one) => all + one, 0);
    return this.unit === 'share' ? 1 : sum / totals.length;
  }

  /** For each profile its cost by category. */
  get splits(): readonly Float64Array[] {
    return this._once('splits', 'view', () => this._sides.map(categoryCosts));
  }

  get matched(): IMatched {
    return this._once('matched', 'profiles', () =>
      matchFunctions(this.profiles)
    );
  }

  /** For each profile the rows that its engine cannot see; null: none. */
  get unseen(): readonly (Uint8Array | null)[] {
    return this._once('unseen', 'profiles', () =>
      unseenRows(this.profiles, this.matched)
    );
  }

  get functions(): IComparedRows {
    return this._once('functions', 'view', () =>
      functionCosts(this._sides, this.matched)
    );
  }

  get lines(): IComparedLines {
    return this._once('lines', 'view', () =>
      lineCosts(this._sides, this.matched)
    );
  }

  /** The rows of the table: lines, or else functions. */
  get tableRows(): IComparedRows {
    return this.shows === 'lines' ? this.lines : this.functions;
  }

  /** How these rows differ. */
  get tableChanges(): IChanges {
    const { column, unit, tableRows } = this;
    const kind = this.shows === 'lines' ? 'lines' : 'functions';
    return this._once(`changes of ${kind} ${column} ${unit}`, 'view', () =>
      this._compare(
        tableRows.costs.map((costs, at) => ({
          at,
          cost: costs[column],
          measured: costs.measured?.[column] ?? null,
          // Lines are of Python, which all of them see.
          unseen: kind === 'lines' ? null : this.unseen[at]
        }))
      )
    );
  }

  /** The first and the last profile as one tree. */
  get tree(): IComparedTree {
    return this._once(`tree ${this.unit}`, 'view', () => {
      const { ends } = this;
      const sides = ends.map(at => this._sides[at]);
      const rows = ends.map(at => this.matched.rows[at]);
      const weights = sides.map(({ view }) =>
        this.unit === 'amount' ? 0.5 : view.total > 0 ? 0.5 / view.total : 0
      );
      const trees = sides.map(({ view }) => callTree(view));
      const joined = joinTrees(trees, { rows }, weights);
      const changes = this._compare(
        joined.sides.map(({ inclusive, measured }, side) => ({
          at: ends[side],
          cost: inclusive,
          measured,
          unseen: nodesOf(this.unseen[ends[side]], joined.tree.func)
        }))
      );
      return { rows: flameRows(joined.tree), sides: joined.sides, changes };
    });
  }

  /** The profiles that the tree is of. */
  get ends(): readonly number[] {
    return [0, this.profiles.length - 1];
  }

  /** Whether a profile measured nothing at all. */
  isEmpty(at: number): boolean {
    const { summary, samples } = this.profiles[at];
    return !(summary.total > 0) && !samples?.length;
  }

  /** A profile that has a row, the viewer's own first, and the function there. */
  example(row: number): IExample {
    const { func } = this.matched;
    const at =
      func[this.own][row] >= 0 ? this.own : func.findIndex(of => of[row] >= 0);
    return { profile: this.profiles[at], func: func[at][row] };
  }

  /** The name and the place of a row. */
  names(row: number): readonly [string, string] {
    let names = this._names.get(row);
    if (!names) {
      const { profile, func } = this.example(row);
      names = [functionLabel(profile, func), placeLabel(profile, func)];
      this._names.set(row, names);
    }
    return names;
  }

  /** The profiles with their stacks. */
  private get _sides(): readonly ISide[] {
    return this._once('sides', 'stacks', () => this._makeSides());
  }

  private _makeSides(): readonly ISide[] {
    const { foldPlumbing, hideAttributed, lane } = this._state;
    const conditions = this._state.conditions.filter(isOfCode);
    const own = this.profiles[this.own];
    const lanes =
      this.isAsShown && lane === null
        ? this.profiles.map(() => null)
        : lanesFor(own, lane, this.profiles, this._indices);
    return this.profiles.map((profile, at) => ({
      profile,
      view: stackView(
        profile,
        {
          foldPlumbing,
          hideAttributed,
          conditions,
          lane: lanes[at],
          root: null
        },
        this._indices[at]
      )
    }));
  }

  private _compare(
    columns: readonly {
      at: number;
      cost: Float64Array;
      measured: Float64Array | null;
      unseen: Uint8Array | null;
    }[]
  ): IChanges {
    const sides = columns.map(({ at, ...column }) => ({
      ...column,
      precision: this.precisions[at],
      empty: this.isEmpty(at)
    }));
    return compareCosts(sides, this.unit);
  }

  /** What was computed stays with this comparison, whatever is kept elsewhere. */
  private readonly _once: Once = <T>(
    name: string,
    of: Parameters<Once>[1],
    make: () => T
  ): T => {
    if (!this._parts.has(name)) {
      this._parts.set(name, this._make(name, of, make));
    }
    return this._parts.get(name) as T;
  };

  private readonly _state: Readonly<IViewState>;
  private readonly _make: Once;
  private readonly _parts = new Map<string, unknown>();
  /** Of the value compared in each profile. */
  private readonly _indices: readonly number[];
  private readonly _names = new Map<number, readonly [string, string]>();
}

/** The marks of rows, for the nodes of a tree. */
function nodesOf(
  marks: Uint8Array | null,
  func: Int32Array
): Uint8Array | null {
  return marks && Uint8Array.from(func, row => marks[row]);
}

/** The profiles that were chosen, as far as they were read. */
export function chosen(
  { runs }: ICompareChoice,
  others: ReadonlyMap<string, IProfile>
): IProfile[] {
  return runs.flatMap(({ key }) => others.get(key) ?? []);
}

/** What decides on the profiles of a comparison. */
export function keyOfRuns(
  { runs }: ICompareChoice,
  others: ReadonlyMap<string, IProfile>
): string {
  return JSON.stringify(
    runs.flatMap(({ key }) => (others.has(key) ? [key] : []))
  );
}
