/** What stacks cost: sums over the samples that end in them. */
import type { IProfile, ISampleTable, IStackTable } from '../model/profile';
import {
  effectiveSamples,
  measuredSamples,
  samplesPerRow,
  squareOf,
  type IPrecision
} from './intervals';

/** For each stack the sums over the samples that end in it. */
export interface IStackCosts {
  readonly weight: Float64Array;
  readonly count: Float64Array;
  readonly measured: Float64Array | null;
  /** Of the squares of what is estimated. */
  readonly squares: Float64Array;
}

/**
 * The cost of all stacks.
 *
 * @param stackOf For each sample its stack, -1: not shown.
 * @param portions The part of each sample that counts, null: all.
 */
export function costOfStacks(
  profile: IProfile,
  stacks: IStackTable,
  samples: ISampleTable,
  stackOf: Int32Array,
  valueIndex: number,
  portions: Float64Array | null
): IStackCosts {
  const weight = new Float64Array(stacks.length);
  const count = new Float64Array(stacks.length);
  const squares = new Float64Array(stacks.length);
  const isMeasured = measuredSamples(profile, valueIndex);
  const measured = isMeasured && new Float64Array(stacks.length);
  const values = samples.values[valueIndex];
  const square = squareOf(profile, valueIndex);
  for (let sample = 0; sample < samples.length; sample++) {
    const stack = stackOf[sample];
    if (stack < 0) {
      continue;
    }
    const value = values[sample] * (portions?.[sample] ?? 1);
    weight[stack] += value;
    count[stack]++;
    if (measured && isMeasured(sample)) {
      measured[stack] += value;
    } else {
      squares[stack] += square(value);
    }
  }
  return { weight, count, measured, squares };
}

/** How sure the cost of all stacks together is. */
export function precisionOf(profile: IProfile, costs: IStackCosts): IPrecision {
  const total = sum(costs.weight);
  const estimated = total - (costs.measured ? sum(costs.measured) : 0);
  const rows = effectiveSamples(estimated, sum(costs.squares));
  return { samples: rows * samplesPerRow(profile), estimated, total };
}

function sum(column: Float64Array): number {
  let total = 0;
  for (let row = 0; row < column.length; row++) {
    total += column[row];
  }
  return total;
}
