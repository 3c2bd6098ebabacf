/** What each sample adds to the cost of the line that it is charged to. */
import { CATEGORIES } from '../format/types';
import type { IProfile } from '../model/profile';
import { isWaiting } from './breakdown';
import { portionsOf } from './filter';
import type { IStackView } from './stackView';
import { isWhole } from './functionTable';
import { measuredSamples } from './intervals';
import { firstLane } from './lanes';

const GIL = CATEGORIES.indexOf('gil');

/** What a sample's amount is part of. */
export const PART = {
  /** What is shown, as an estimate or measured. */
  estimated: 0,
  measured: 1,
  /** What the cell's own thread waited beside it. */
  waiting: 2,
  /** What other threads waited for the GIL; it is in no cost. */
  others: 3
} as const;

/** What samples add to the cost of their lines. */
export interface ISampleCosts {
  /** Rows that are filled. */
  length: number;
  readonly sample: Int32Array;
  readonly stack: Int32Array;
  readonly amount: Float64Array;
  /** A number of `PART`. */
  readonly part: Uint8Array;
}

/** Gathers what is shown, then what the cell's own thread waited beside it. */
export function sampleCosts(profile: IProfile, view: IStackView): ISampleCosts {
  const { samples, stacks } = profile;
  const wall = waitingValue(profile, view);
  const most = (samples?.length ?? 0) * (wall >= 0 ? 2 : 1);
  const costs: ISampleCosts = {
    length: 0,
    sample: new Int32Array(most),
    stack: new Int32Array(most),
    amount: new Float64Array(most),
    part: new Uint8Array(most)
  };
  const add = (sample: number, stack: number, amount: number, part: number) => {
    costs.sample[costs.length] = sample;
    costs.stack[costs.length] = stack;
    costs.amount[costs.length] = amount;
    costs.part[costs.length++] = part;
  };
  if (!samples || !stacks) {
    return costs;
  }
  const values = samples.values[view.valueIndex];
  const portions = portionsOf(profile, view.valueIndex, view.filter);
  const isMeasured = measuredSamples(profile, view.valueIndex);
  for (let sample = 0; sample < samples.length; sample++) {
    const stack = view.stackOf[sample];
    if (stack >= 0) {
      const amount = values[sample] * (portions?.[sample] ?? 1);
      const measured = isMeasured?.(sample) ?? false;
      add(sample, stack, amount, measured ? PART.measured : PART.estimated);
    }
  }
  const waits = samples.values[wall];
  if (!waits) {
    return costs;
  }
  const within = portionsOf(profile, wall, view.filter);
  const lane = firstLane(profile, wall);
  for (let sample = 0; sample < samples.length; sample++) {
    const stack = samples.stack[sample];
    const category = stack < 0 ? -1 : stacks.category[stack];
    const amount = waits[sample] * (within?.[sample] ?? 1);
    if (category < 0 || amount <= 0 || !isWaiting(category)) {
      continue;
    }
    const isOwn =
      lane?.kind !== 'thread' || samples.thread[sample] === lane.row;
    if (isOwn || category === GIL) {
      add(sample, stack, amount, isOwn ? PART.waiting : PART.others);
    }
  }
  return costs;
}

/** What the samples of each stack add to its cost. */
export interface IStackSums {
  readonly amount: Float64Array;
  /** The part that was not charged to it from another thread. */
  readonly named: Float64Array;
  /** The part that was measured, not sampled. */
  readonly measured: Float64Array;
}

/** Sums over the samples of the stacks that are chosen (not 0), other threads left out. */
export function sumByStack(
  { samples }: IProfile,
  costs: ISampleCosts,
  chosen: Uint8Array
): IStackSums {
  const amount = new Float64Array(chosen.length);
  const named = new Float64Array(chosen.length);
  const measured = new Float64Array(chosen.length);
  const own = samples?.own;
  for (let at = 0; at < costs.length; at++) {
    const stack = costs.stack[at];
    const part = costs.part[at];
    if (!chosen[stack] || part === PART.others) {
      continue;
    }
    const cost = costs.amount[at];
    amount[stack] += cost;
    named[stack] += own && own[costs.sample[at]] >= 0 ? 0 : cost;
    measured[stack] += part === PART.estimated ? 0 : cost;
  }
  return { amount, named, measured };
}

/** The wall time that holds the waiting beside CPU time that is shown whole, -1: none. */
function waitingValue({ values }: IProfile, view: IStackView): number {
  const whole = isWhole({ ...view, filter: { ...view.filter, time: null } });
  return values[view.valueIndex]?.name === 'cpu' && whole
    ? values.findIndex(({ name }) => name === 'wall')
    : -1;
}
