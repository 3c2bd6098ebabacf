/** What the compare view shows, computed when it is asked for. */
import { callTree } from '../../analysis/callTree';
import {
  compareCosts,
  type IChanges,
  type Unit
} from '../../analysis/compare/changes';
import {
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
import { joinTrees, type IJoinedTree } from '../../analysis/compare/tree';
import { stackView, whyNoStacks } from '../../analysis/filter';
import { functionLabel, placeLabel } from '../../analysis/names';
import type { IValue } from '../../format/types';
import type { FunctionIndex, IProfile } from '../../model/profile';
import type { IViewContext } from '../view';
import { lanesFor } from './lanes';
import { isOfCode } from './conditions';
import { commonValues } from './values';

/** Which cost of a row is compared. */
export type Column = 'self' | 'inclusive';

/** A row's changes, in one unit and of one column. */
export type ChangesOf = (column: Column, unit: Unit) => IChanges;

/**
 * Two or more profiles, the earliest first. Valid for one state of what is
 * shown: made anew when that changes.
 */
export class Compared {
  constructor(context: IViewContext) {
    const { profile, others, state } = context;
    const chosen = others.value.chosen.map(other => other.profile);
    this.profiles = [profile, ...chosen].sort(
      (a, b) => a.meta.started - b.meta.started
    );
    this.own = this.profiles.indexOf(profile);
    this.labels = distinctLabels(this.profiles.map(({ meta }) => meta));
    const { foldPlumbing, hideAttributed, lane, value } = state.value;
    const conditions = state.value.conditions.filter(isOfCode);
    const indices = commonValues(this.profiles, profile.values[value]?.name);
    this.isAsShown = indices[this.own] === value;
    const lanes =
      this.isAsShown && lane === null
        ? this.profiles.map(() => null)
        : lanesFor(profile, lane, this.profiles, indices);
    this.sides = this.profiles.map((profile, at) => ({
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
        indices[at]
      )
    }));
    this.values = this.profiles.map(
      ({ values, summary }, at) =>
        values[indices[at]] ?? { name: '', unit: summary.unit }
    );
  }

  readonly profiles: readonly IProfile[];
  readonly labels: readonly string[];
  /** Which of them is the viewer's own. */
  readonly own: number;
  readonly sides: readonly ISide[];
  /** Whether that is the value which the other views show. */
  readonly isAsShown: boolean;
  /** What is compared; not the same where the profiles have none in common. */
  readonly values: readonly IValue[];

  /** Why there are no stacks to compare, null if there are. */
  get reason(): string | null {
    for (const profile of this.profiles) {
      const reason = whyNoStacks(profile);
      if (reason) {
        return reason;
      }
    }
    return null;
  }

  get totals(): readonly number[] {
    return this.sides.map(side => precisionOf(side).total);
  }

  get matched(): IMatched {
    return this._once('matched', () => matchFunctions(this.profiles));
  }

  get functions(): IComparedRows {
    return this._once('functions', () =>
      functionCosts(this.sides, this.matched)
    );
  }

  get lines(): IComparedLines {
    return this._once('lines', () => lineCosts(this.sides, this.matched));
  }

  /** How rows of functions or lines differ. */
  changes(rows: IComparedRows, column: Column, unit: Unit): IChanges {
    const kind = rows === this.functions ? 'functions' : 'lines';
    return this._once(`${kind} ${column} ${unit}`, () =>
      compareCosts(
        rows.costs.map((costs, at) => ({
          precision: precisionOf(this.sides[at]),
          cost: costs[column],
          measured: costs.measured?.[column] ?? null
        })),
        unit
      )
    );
  }

  /** The first and the last profile as one tree; its nodes are as wide as their mean. */
  tree(unit: Unit): IJoinedTree & { readonly changes: IChanges } {
    return this._once(`tree ${unit}`, () => {
      const ends = [0, this.profiles.length - 1];
      const sides = ends.map(at => this.sides[at]);
      const rowOf = ends.map(at => this.matched.rowOf[at]);
      const weights = sides.map(({ view }) =>
        unit === 'amount' ? 0.5 : view.total > 0 ? 0.5 / view.total : 0
      );
      const trees = sides.map(({ view }) => callTree(view));
      const joined = joinTrees(trees, { rowOf }, weights);
      const changes = compareCosts(
        joined.sides.map(({ inclusive, measured }, at) => ({
          precision: precisionOf(sides[at]),
          cost: inclusive,
          measured
        })),
        unit
      );
      return { ...joined, changes };
    });
  }

  /** A profile that has a row, the viewer's own first, and the function there. */
  example(row: number): { profile: IProfile; func: FunctionIndex } {
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

  private _once<T>(key: string, make: () => T): T {
    if (!this._kept.has(key)) {
      this._kept.set(key, make());
    }
    return this._kept.get(key) as T;
  }

  private readonly _names = new Map<number, readonly [string, string]>();
  private readonly _kept = new Map<string, unknown>();
}
