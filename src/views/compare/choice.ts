/** What is compared, and how: the part of a viewer's state that the compare view has. */
import type { Unit } from '../../analysis/compare/changes';

/** The ways to look at a comparison. */
export type Shows = 'flame' | 'functions' | 'lines';

/** Which cost of a row is compared. */
export type Column = 'self' | 'inclusive';

/** A profile to compare with, as it is kept and sent: enough to find it again. */
export interface IRunRef {
  /** See `profileKey`. */
  readonly key: string;
  /** What it is called where it cannot be found. */
  readonly label: string;
  /** The file that it was read from; empty: none. */
  readonly file: string;
}

/** What was chosen. */
export interface ICompareChoice {
  /** The profiles to compare with, in the order in which they were chosen. */
  readonly runs: readonly IRunRef[];
  readonly shows: Shows;
  /** Null: amounts for runs of one engine, else shares. */
  readonly unit: Unit | null;
  /** Null: own cost for runs of one engine, else with callees. */
  readonly column: Column | null;
  /** True: rows that do not differ by more than chance are left out. */
  readonly onlyReal: boolean;
  /** The column that the rows are ordered by. */
  readonly sort: string;
  readonly descending: boolean;
}

/** More than can stand side by side. */
export const MOST_OTHERS = 4;

/** Longer words of a reference are cut. */
const LONGEST = 300;

/** Nothing chosen yet. */
export const COMPARE_CHOICE: ICompareChoice = {
  runs: [],
  shows: 'functions',
  unit: null,
  column: null,
  onlyReal: false,
  sort: 'change',
  descending: true
};

/** Reads what may come from anyone; what it is not is as if nothing were chosen. */
export function readCompareChoice(value: unknown): ICompareChoice {
  const said = (value ?? {}) as Partial<Record<keyof ICompareChoice, unknown>>;
  const oneOf = <T>(choices: readonly T[], given: unknown): T | undefined =>
    choices.find(choice => choice === given);
  const runs = (Array.isArray(said.runs) ? said.runs : []).map(readRef);
  return {
    runs: runs
      .filter(run => run !== null)
      .filter((run, at, all) => all.findIndex(o => o.key === run.key) === at)
      .slice(0, MOST_OTHERS),
    shows:
      oneOf<Shows>(['flame', 'functions', 'lines'], said.shows) ??
      COMPARE_CHOICE.shows,
    unit: oneOf<Unit>(['share', 'amount'], said.unit) ?? null,
    column: oneOf<Column>(['self', 'inclusive'], said.column) ?? null,
    onlyReal: said.onlyReal === true,
    sort: typeof said.sort === 'string' ? said.sort : COMPARE_CHOICE.sort,
    descending: said.descending !== false
  };
}

function readRef(value: unknown): IRunRef | null {
  const { key, label, file } = (value ?? {}) as Partial<IRunRef>;
  const text = (of: unknown): string =>
    typeof of === 'string' ? of.slice(0, LONGEST) : '';
  return typeof key === 'string' && key.length < 10_000
    ? { key, label: text(label), file: text(file) }
    : null;
}
