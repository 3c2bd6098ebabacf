/**
 * The stacks that the views show: folded, filtered, focused.
 */
import type { IProfile, ISampleTable, IStackTable } from '../model/profile';
import { sampleTest, stacksShown, stretchesShown } from './conditions';
import { foldedRows } from './fold';
import { precisionWithoutStacks } from './intervals';
import { missingStacks } from './missing';
import { portionsIn } from './spans';
import { costOfStacks, precisionOf, type IStackCosts } from './stackCosts';
import { NO_FILTER, type IFilter, type IStackView } from './stackView';
import type { Lane } from './lanes';

/**
 * The stacks under a filter, weighted by one of the profile's values; samples
 * that have none of it are left out.
 *
 * Folded frames vanish and their own cost goes to the nearest frame above
 * that stays, under the category that it had; a stack made of nothing but
 * plumbing keeps its leaf. So the total never changes by folding.
 */
export function stackView(
  profile: IProfile,
  filter: IFilter = NO_FILTER,
  valueIndex = 0,
  shown = shownSamples(profile, filter, valueIndex)
): IStackView {
  const { stackOf, precision } = shown;
  const rows = shown.costs
    ? foldedRows(filter, profile, shown.costs)
    : { ...NO_ROWS, ofStack: NO_STACKS };
  return {
    profile,
    filter,
    valueIndex,
    available: !missingStacks(profile),
    ...rows,
    stackOf,
    rowOf: sample => {
      const stack = stackOf[sample];
      return stack < 0 ? -1 : rows.ofStack[stack];
    },
    precision
  };
}

/** What a filter shows of the samples, whatever it folds. */
export interface IShownSamples extends Pick<
  IStackView,
  'stackOf' | 'precision'
> {
  /** What they cost; null where there are no stacks. */
  readonly costs: IStackCosts | null;
}

/** The samples that a filter shows; what it folds may be any. */
export function shownSamples(
  profile: IProfile,
  filter: IFilter,
  valueIndex: number
): IShownSamples {
  const { stacks, samples, frames } = profile;
  if (!stacks || !samples || !frames) {
    const precision = precisionWithoutStacks(profile, valueIndex);
    return { stackOf: NO_STACKS, precision, costs: null };
  }
  const portions = portionsOf(profile, valueIndex, filter);
  const stackOf = stacksOfSamples(
    profile,
    samples,
    filter,
    valueIndex,
    portions
  );
  const costs = costOfStacks(
    profile,
    stacks,
    samples,
    stackOf,
    valueIndex,
    portions
  );
  const left = keepOnly(filter, profile, stacks, costs);
  for (let sample = 0; left && sample < stackOf.length; sample++) {
    if (stackOf[sample] >= 0 && !left[stackOf[sample]]) {
      stackOf[sample] = -1;
    }
  }
  return { stackOf, costs, precision: precisionOf(profile, costs) };
}

const NO_STACKS = new Int32Array(0);
const NO_ROWS = {
  length: 0,
  prefix: new Int32Array(0),
  frame: new Int32Array(0),
  function: new Int32Array(0),
  category: new Uint8Array(0),
  weight: new Float64Array(0),
  count: new Float64Array(0),
  measured: null,
  total: 0,
  samples: 0
};

/** The part of each sample that is in the stretches of time shown, null: all. */
export function portionsOf(
  profile: IProfile,
  valueIndex: number,
  { time = null, conditions = [] }: IFilter
): Float64Array | null {
  const stretches = stretchesShown(time, conditions);
  if (!stretches) {
    return null;
  }
  const [first, ...more] = stretches.map(stretch =>
    portionsIn(profile, valueIndex, stretch)
  );
  // They are disjoint: what lies in several is added up.
  for (const portions of more) {
    portions.forEach((portion, sample) => (first[sample] += portion));
  }
  return first ?? new Float64Array(profile.samples?.length ?? 0);
}

/** The stack that each sample is shown under, -1 where the filter leaves it out. */
function stacksOfSamples(
  profile: IProfile,
  samples: ISampleTable,
  filter: IFilter,
  valueIndex: number,
  portions: Float64Array | null
): Int32Array {
  const { length, stack } = samples;
  const stackOf = new Int32Array(length).fill(-1);
  const values = samples.values[valueIndex];
  const own = filter.hideAttributed ? samples.own : null;
  const inLane = laneOf(profile, samples, filter.lane);
  const isIn = sampleTest(profile, samples, filter.conditions ?? []);
  for (let sample = 0; values && sample < length; sample++) {
    const isShown =
      values[sample] !== 0 &&
      !(portions && portions[sample] === 0) &&
      (!inLane || inLane(sample)) &&
      (!isIn || isIn(sample));
    if (isShown) {
      stackOf[sample] = own && own[sample] >= 0 ? own[sample] : stack[sample];
    }
  }
  return stackOf;
}

/** The cost of all that a part of what ran has, in one of the profile's values. */
export function laneCost(
  profile: IProfile,
  lane: Lane | null,
  valueIndex: number
): number {
  const { samples } = profile;
  const values = samples?.values[valueIndex];
  let total = 0;
  if (samples && values) {
    const inLane = laneOf(profile, samples, lane);
    for (let sample = 0; sample < samples.length; sample++) {
      total += !inLane || inLane(sample) ? values[sample] : 0;
    }
  }
  return total;
}

/** Tells which samples belong to a part of what ran; null: all do. */
function laneOf(
  profile: IProfile,
  samples: ISampleTable,
  lane: Lane | null
): ((sample: number) => boolean) | null {
  switch (lane?.kind) {
    case undefined:
      return null;
    case 'thread':
      return sample => samples.thread[sample] === lane.row;
    case 'task':
      return sample => samples.task?.[sample] === lane.row;
    case 'process':
      return sample =>
        profile.threads?.pid[samples.thread[sample]] === lane.pid;
  }
}

/**
 * Clears the cost of stacks that the filter excludes; returns which it leaves
 * in (1 or 0), null: all.
 */
function keepOnly(
  filter: IFilter,
  profile: IProfile,
  stacks: IStackTable,
  costs: IStackCosts
): Uint8Array | null {
  const { root, conditions = [] } = filter;
  if (root === null && conditions.length === 0) {
    return null;
  }
  const shown = stacksShown(profile, stacks, conditions);
  if (root !== null) {
    const below = new Uint8Array(stacks.length);
    const { function: functionOf } = profile.frames!;
    for (let row = 0; row < below.length; row++) {
      const above = stacks.prefix[row];
      const isRoot = functionOf[stacks.frame[row]] === root;
      below[row] = isRoot || (above >= 0 && below[above]) ? 1 : 0;
      shown[row] &= below[row];
    }
  }
  const { weight, count, squares, measured } = costs;
  const columns = [weight, count, squares, ...(measured ? [measured] : [])];
  for (let row = 0; row < shown.length; row++) {
    if (!shown[row]) {
      columns.forEach(column => (column[row] = 0));
    }
  }
  return shown;
}
