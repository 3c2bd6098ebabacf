/**
 * Whether two costs differ by more than sampling explains. A sampled share is
 * compared with one sample more in it and one more outside (A. Agresti and
 * B. Caffo, The American Statistician 54, 2000), which keeps the test sound
 * for few samples and for shares near 0. What was measured has no variance.
 * Of many comparisons at once some differ by chance: Benjamini and Hochberg's
 * rule (J. R. Stat. Soc. B 57, 1995) bounds the share of those among what is
 * called a difference.
 */
import type { IPrecision } from '../intervals';

/** The share of false alarms among what is called a difference. */
export const FALSE_DISCOVERIES = 0.05;

/** The normal quantile of 95 %. */
const Z = 1.96;

/** With fewer samples in both together no difference can be told. */
const LEAST_SAMPLES = 6;

/** A cost, and how sure it is, in units of the cost. */
export interface IUncertain {
  /** As it was seen. */
  readonly value: number;
  /** Moved towards the middle, to be compared. */
  readonly centre: number;
  /** Of `centre`; 0: measured. */
  readonly variance: number;
  /** The samples behind it; infinite where it was measured. */
  readonly samples: number;
}

/** The difference of two costs: the second less the first. */
export interface IDifference {
  readonly value: number;
  /** Half of its 95 % interval; 0: measured. */
  readonly half: number;
  /**
   * How probable a difference as large is if there is none; null where too
   * little was seen for a test.
   */
  readonly p: number | null;
}

/**
 * A cost of a view with its variance.
 *
 * @param measured The part of `cost` that was not sampled.
 * @param scale What the total counts as: 1 for shares, the total for costs.
 */
export function uncertain(
  { samples, estimated, total }: IPrecision,
  cost: number,
  measured: number,
  scale: number
): IUncertain {
  const value = total > 0 ? (scale * cost) / total : 0;
  const sampled = cost - measured;
  const exact = estimated <= 0 || samples <= 0 || total <= 0;
  // A cost that only clocks saw is exact; one that nobody saw is not.
  if (exact || (measured > 0 && sampled <= 0)) {
    return { value, centre: value, variance: 0, samples: Infinity };
  }
  const part = (scale * estimated) / total;
  const seen = Math.min(1, Math.max(0, sampled / estimated)) * samples;
  const share = (seen + 1) / (samples + 2);
  return {
    value,
    centre: (scale * measured) / total + part * share,
    variance: (part * part * share * (1 - share)) / (samples + 2),
    samples: measured > 0 ? Infinity : seen
  };
}

/** Compares two costs. */
export function difference(from: IUncertain, to: IUncertain): IDifference {
  const value = to.value - from.value;
  const error = Math.sqrt(from.variance + to.variance);
  if (error === 0) {
    return { value, half: 0, p: value === 0 ? 1 : 0 };
  }
  if (from.samples + to.samples < LEAST_SAMPLES) {
    return { value, half: Z * error, p: null };
  }
  const z = Math.abs(to.centre - from.centre) / error;
  return { value, half: Z * error, p: complementaryError(z / Math.SQRT2) };
}

/**
 * Which of several comparisons are differences, with at most
 * `FALSE_DISCOVERIES` of them by chance; those without a test are none.
 */
export function discoveries(tests: readonly (number | null)[]): boolean[] {
  const known = tests.filter((p): p is number => p !== null);
  known.sort((a, b) => a - b);
  let limit = -1;
  known.forEach((p, at) => {
    if (p <= ((at + 1) / known.length) * FALSE_DISCOVERIES) {
      limit = p;
    }
  });
  return tests.map(p => p !== null && p <= limit);
}

/**
 * The complementary error function for x >= 0, with a relative error below
 * 1e-9: its series near 0, its continued fraction farther out (Abramowitz and
 * Stegun, 7.1.6 and 7.1.14).
 */
export function complementaryError(x: number): number {
  const bell = Math.exp(-x * x);
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let n = 1; term > 1e-17 * sum; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * bell * sum;
  }
  let fraction = x;
  for (let n = 60; n > 0; n--) {
    fraction = x + n / 2 / fraction;
  }
  return bell / Math.sqrt(Math.PI) / fraction;
}
