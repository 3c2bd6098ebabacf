/**
 * How sure a share of sampled costs is. A share seen in n samples has the
 * 95 % interval of Wilson's score, which stays sound near 0 and 1 (E. B. Wilson,
 * J. Am. Stat. Assoc. 22, 1927). Samples of unequal weight are as sure as
 * (sum w)^2 / sum w^2 equal ones (L. Kish, Survey Sampling, 1965). What was
 * measured instead of sampled (how long a thread was off the CPU, events of
 * which each was recorded) widens no interval. Python has the same in
 * tables/intervals.py.
 */
import type { IProfile } from '../model/profile';
import { exactTotal } from './exactTotal';
import { firstLane } from './lanes';

/** The normal quantile of 95 %. */
const Z = 1.96;

/** How sure the costs of a view are. */
export interface IPrecision {
  /** The samples that estimate, as equal ones; 0: nothing is estimated. */
  readonly samples: number;
  /** Their cost together. */
  readonly estimated: number;
  /** All cost, what was measured included. */
  readonly total: number;
}

/** The parts of costs that were measured instead of sampled. */
export interface IExactCosts {
  readonly self: Float64Array;
  readonly inclusive: Float64Array;
}

/**
 * Half the width of the interval of a share (0 to 1) seen in `samples`
 * samples; 1 for none.
 */
export function halfWidth(share: number, samples: number): number {
  if (samples <= 0) {
    return 1;
  }
  const spread = (share * (1 - share)) / samples;
  const inner = Math.sqrt(spread + (Z * Z) / (4 * samples * samples));
  return (Z * inner) / (1 + (Z * Z) / samples);
}

/** How many samples of equal weight are as sure as some with these sums. */
export function effectiveSamples(sum: number, sumOfSquares: number): number {
  return sumOfSquares > 0 ? (sum * sum) / sumOfSquares : 0;
}

/**
 * Half the width of the interval of the share that `cost` has in the total,
 * 0 where it is exact; `measured` is the part of `cost` that was not sampled.
 */
export function uncertainty(
  precision: IPrecision,
  cost: number,
  measured = 0
): number {
  const { samples, estimated, total } = precision;
  if (estimated <= 0 || total <= 0 || cost - measured <= 0) {
    return 0;
  }
  const share = Math.min(1, (cost - measured) / estimated);
  return (estimated / total) * halfWidth(share, samples);
}

/**
 * How sure costs of functions without stacks are: exact, unless the summary says
 * by how many samples the first value was estimated beside calls that were counted.
 */
export function precisionWithoutStacks(
  profile: IProfile,
  valueIndex: number
): IPrecision {
  const total = exactTotal(profile, valueIndex);
  const samples = valueIndex === 0 ? (profile.summary.effective ?? 0) : 0;
  return { samples, estimated: samples > 0 ? total : 0, total };
}

/**
 * Which samples were measured instead of estimated, for one of the profile's
 * values: null where none was. A sample off the CPU (no `cpu`) carries the
 * exact time that it lasted.
 */
export function measuredSamples(
  profile: IProfile,
  valueIndex: number
): ((sample: number) => boolean) | null {
  const value = profile.values[valueIndex];
  if (profile.meta.kind === 'exact' || value?.exact) {
    return () => true;
  }
  const cpu = profile.values.findIndex(({ name }) => name === 'cpu');
  const onCpu = profile.samples?.values[cpu];
  if (value?.unit !== 'ns' || cpu === valueIndex || !onCpu) {
    return null;
  }
  return sample => onCpu[sample] === 0;
}

/**
 * What a sample adds to the sum of squares. A value called `samples` counts
 * them: there a row stands for as many samples of weight 1.
 */
export function squareOf(
  profile: IProfile,
  valueIndex: number
): (value: number) => number {
  return profile.values[valueIndex]?.name === 'samples'
    ? value => value
    : value => value * value;
}

/**
 * How many samples one row of the sample table stands for: where rows were
 * gathered to keep the output small, the summary has the number from before,
 * of what its value begins with.
 */
export function samplesPerRow(profile: IProfile): number {
  const { samples, summary } = profile;
  const values = samples?.values[0];
  if (!values || !summary.effective) {
    return 1;
  }
  const square = squareOf(profile, 0);
  let sum = 0;
  let squares = 0;
  const lane = firstLane(profile, 0);
  for (let row = 0; row < values.length; row++) {
    if (lane?.kind === 'thread' && samples.thread[row] !== lane.row) {
      continue;
    }
    const value = values[row];
    sum += value;
    squares += square(value);
  }
  const rows = effectiveSamples(sum, squares);
  return rows > 0 ? Math.max(1, summary.effective / rows) : 1;
}
