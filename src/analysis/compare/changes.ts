/** How the costs of rows differ between profiles, and whether that is noise. */
import type { IPrecision } from '../intervals';
import {
  difference,
  discoveries,
  uncertain,
  type IDifference
} from './significance';

/** What costs are compared as: parts of the whole, or amounts. */
export type Unit = 'share' | 'amount';

/** A column of costs in one profile. */
export interface ICostColumn {
  readonly precision: IPrecision;
  readonly cost: Float64Array;
  /** The part that was measured, not sampled; null: none. */
  readonly measured: Float64Array | null;
  /** True: the profile measured nothing, which says nothing of any row. */
  readonly empty?: boolean;
  /** Rows that its engine cannot see (1). Default: none. */
  readonly unseen?: Uint8Array | null;
}

/** What a row's difference is; from `Real` on it is one. */
export enum Verdict {
  /** The same in all profiles. */
  Same = 0,
  /** No more than sampling explains. */
  Noise = 1,
  /** Only one of the engines can see it. */
  Unseen = 2,
  /** More than sampling explains. */
  Real = 3,
  /** Measured in all profiles: sampling has no part in it. */
  Measured = 4
}

/** The differences of rows. */
export interface IChanges {
  /**
   * Of two profiles the second less the first, of more the difference of the
   * two that are most surely unlike; a share from 0 to 1, or an amount.
   */
  readonly change: Float64Array;
  /** Half of its 95 % interval, 0: measured. */
  readonly half: Float64Array;
  /** Of each row a `Verdict`. */
  readonly verdict: Uint8Array;
}

const VERDICTS = [
  Verdict.Same,
  Verdict.Noise,
  Verdict.Unseen,
  Verdict.Real,
  Verdict.Measured
] as const;

/** What the difference of a row is. */
export function verdictOf({ verdict }: IChanges, row: number): Verdict {
  return VERDICTS[verdict[row]];
}

/** Compares the rows of two or more profiles. */
export function compareCosts(
  sides: readonly ICostColumn[],
  unit: Unit
): IChanges {
  const { length } = sides[0].cost;
  const change = new Float64Array(length);
  const half = new Float64Array(length);
  const verdict = new Uint8Array(length);
  const tests: (number | null)[] = [];
  for (let row = 0; row < length; row++) {
    const found = surest(sides, row, unit);
    if (!found) {
      verdict[row] = Verdict.Unseen;
      tests.push(null);
      continue;
    }
    change[row] = found.value;
    half[row] = found.half;
    const measured = found.half === 0 && found.p !== null;
    verdict[row] =
      found.value === 0
        ? Verdict.Same
        : measured
          ? Verdict.Measured
          : Verdict.Noise;
    // Only what chance can change is a test among many.
    tests.push(measured ? null : found.p);
  }
  discoveries(tests).forEach((found, row) => {
    if (found) {
      verdict[row] = Verdict.Real;
    }
  });
  return { change, half, verdict };
}

/**
 * The difference of the two profiles that are most surely unlike in a row; null
 * where no two of them see it.
 */
function surest(
  sides: readonly ICostColumn[],
  row: number,
  unit: Unit
): IDifference | null {
  const seen = sides.filter(({ unseen }) => !unseen?.[row]);
  const costs = seen.map(({ precision, cost, measured }) =>
    uncertain(
      precision,
      cost[row],
      measured?.[row] ?? 0,
      unit === 'share' ? 1 : precision.total
    )
  );
  let best: IDifference | null = null;
  for (let to = 1; to < costs.length; to++) {
    for (let from = 0; from < to; from++) {
      const known = difference(costs[from], costs[to]);
      const isEmpty = seen[from].empty || seen[to].empty;
      const found = isEmpty ? { ...known, p: null } : known;
      if (!best || isSurer(found, best)) {
        best = found;
      }
    }
  }
  const pairs = (seen.length * (seen.length - 1)) / 2;
  return (
    best && {
      ...best,
      p: best.p === null ? null : Math.min(1, pairs * best.p)
    }
  );
}

function isSurer(a: IDifference, b: IDifference): boolean {
  const left = a.p ?? 2;
  const right = b.p ?? 2;
  return left === right ? Math.abs(a.value) > Math.abs(b.value) : left < right;
}
