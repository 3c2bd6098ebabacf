/**
 * The stacks that the views show: folded, filtered, focused.
 */
import {
  PLUMBING,
  type FunctionIndex,
  type IProfile,
  type ISampleTable,
  type IStackTable,
  type ThreadIndex
} from '../model/profile';
import { matcher } from './search';

/** What to show. */
export interface IFilter {
  /** Leave out interpreter and notebook machinery; its cost stays. */
  readonly foldPlumbing: boolean;
  /** Only samples of this thread. */
  readonly thread: ThreadIndex | null;
  /** Only stacks through this function, without what is above it. */
  readonly root: FunctionIndex | null;
  /** Show samples charged to a launching line where they were taken. */
  readonly hideAttributed?: boolean;
  /** Only stacks through a function that matches (see `matcher`). */
  readonly search?: string;
}

/** Everything, with the plumbing folded. */
export const NO_FILTER: IFilter = {
  foldPlumbing: true,
  thread: null,
  root: null
};

/**
 * Stacks after folding and focusing: a prefix tree in which a function may
 * stand several times below one parent. One row may differ from another in
 * its category only.
 */
export interface IStackView {
  readonly profile: IProfile;
  readonly filter: IFilter;
  /** Which of the profile's values `weight` holds. */
  readonly valueIndex: number;
  /** Whether the profile has stacks at all. */
  readonly available: boolean;
  /** If not, why not: one sentence for the reader. */
  readonly reason: string | null;
  readonly length: number;
  /** The row above, before this one; -1: a root. */
  readonly prefix: Int32Array;
  /** Row of `profile.frames`. */
  readonly frame: Int32Array;
  /** Row of `profile.functions`. */
  readonly function: Int32Array;
  /** Category of the samples that end here. */
  readonly category: Uint8Array;
  /** Cost of the samples that end here. */
  readonly weight: Float64Array;
  /** Number of samples that end here. */
  readonly count: Float64Array;
  /** For each row of `profile.stacks` its row here, -1: not shown. */
  readonly ofStack: Int32Array;
  /** Cost of all samples shown. */
  readonly total: number;
  /** Number of all samples shown. */
  readonly samples: number;
}

/**
 * The stacks under a filter, weighted by one of the profile's values.
 *
 * Folded frames vanish and their own cost goes to the nearest frame above
 * that stays, under the category that it had; a stack made of nothing but
 * plumbing keeps its leaf. So the total never changes by folding.
 */
export function stackView(
  profile: IProfile,
  filter: IFilter = NO_FILTER,
  valueIndex = 0
): IStackView {
  const { stacks, samples, frames } = profile;
  const reason = whyNoStacks(profile);
  const view = { profile, filter, valueIndex, available: !reason, reason };
  if (!stacks || !samples || !frames) {
    return { ...view, ...NO_ROWS };
  }
  const { weight, count } = costOfStacks(stacks, samples, filter, valueIndex);
  const func = new Int32Array(stacks.length);
  for (let row = 0; row < stacks.length; row++) {
    func[row] = frames.function[stacks.frame[row]];
  }
  keepOnly(filter, profile, stacks, func, weight, count);
  return { ...view, ...foldedRows(filter, profile, func, weight, count) };
}

/** Why there are no stacks to show, null if there are. */
export function whyNoStacks(profile: IProfile): string | null {
  if (profile.stacks?.length && profile.samples?.length) {
    return null;
  }
  const { engine, kind } = profile.meta;
  return kind === 'exact'
    ? `${engine || 'This engine'} counts calls and keeps no stacks; the` +
        ' Graph and Table views show what it measured.'
    : 'No samples were taken: the cell was too short. Repeat the work or' +
        ' raise the rate.';
}

const NO_ROWS = {
  length: 0,
  prefix: new Int32Array(0),
  frame: new Int32Array(0),
  function: new Int32Array(0),
  category: new Uint8Array(0),
  weight: new Float64Array(0),
  count: new Float64Array(0),
  ofStack: new Int32Array(0),
  total: 0,
  samples: 0
};

/** Cost and number of the samples that end in each stack. */
function costOfStacks(
  stacks: IStackTable,
  samples: ISampleTable,
  filter: IFilter,
  valueIndex: number
): { weight: Float64Array; count: Float64Array } {
  const weight = new Float64Array(stacks.length);
  const count = new Float64Array(stacks.length);
  const values = samples.values[valueIndex];
  const own = filter.hideAttributed ? samples.own : null;
  for (let sample = 0; sample < samples.length; sample++) {
    if (filter.thread !== null && samples.thread[sample] !== filter.thread) {
      continue;
    }
    const stack = own && own[sample] >= 0 ? own[sample] : samples.stack[sample];
    if (stack >= 0) {
      weight[stack] += values ? values[sample] : 0;
      count[stack]++;
    }
  }
  return { weight, count };
}

/** Clears the cost of stacks that the filter excludes. */
function keepOnly(
  filter: IFilter,
  profile: IProfile,
  stacks: IStackTable,
  func: Int32Array,
  weight: Float64Array,
  count: Float64Array
): void {
  const conditions: ((f: FunctionIndex) => boolean)[] = [];
  if (filter.root !== null) {
    conditions.push(f => f === filter.root);
  }
  if (filter.search) {
    conditions.push(matcher(profile, filter.search));
  }
  for (const condition of conditions) {
    const through = new Uint8Array(stacks.length);
    for (let row = 0; row < stacks.length; row++) {
      const above = stacks.prefix[row];
      through[row] =
        (above >= 0 && through[above]) || condition(func[row]) ? 1 : 0;
      if (!through[row]) {
        weight[row] = count[row] = 0;
      }
    }
  }
}

/** The rows that carry cost, without those that are folded or cut off. */
function foldedRows(
  filter: IFilter,
  profile: IProfile,
  func: Int32Array,
  weight: Float64Array,
  count: Float64Array
): Omit<
  IStackView,
  'profile' | 'filter' | 'valueIndex' | 'available' | 'reason'
> {
  const stacks = profile.stacks!;
  const { flags } = profile.functions;
  const used = usedRows(stacks.prefix, count);
  const rows = stacks.length;
  const prefix = new Int32Array(rows);
  const frame = new Int32Array(rows);
  const category = new Uint8Array(rows);
  const ownWeight = new Float64Array(rows);
  const ownCount = new Float64Array(rows);
  const ofStack = new Int32Array(rows).fill(-1);
  // The row that a stack's callees hang below; -1: they are roots.
  const base = new Int32Array(rows).fill(-1);
  const inside = new Uint8Array(rows);
  let length = 0;
  let total = 0;
  let samples = 0;

  function add(above: number, of: number, row: number): number {
    prefix[length] = above;
    frame[length] = of;
    category[length] = stacks.category[row];
    return length++;
  }

  for (let row = 0; row < rows; row++) {
    if (!used[row]) {
      continue;
    }
    const above = stacks.prefix[row];
    const isRoot = func[row] === filter.root;
    const focused =
      filter.root === null || isRoot || (above >= 0 && inside[above] === 1);
    if (!focused) {
      continue;
    }
    inside[row] = 1;
    const below = above >= 0 ? base[above] : -1;
    const folded =
      filter.foldPlumbing && (flags[func[row]] & PLUMBING) !== 0 && !isRoot;
    let at: number;
    if (!folded) {
      at = base[row] = add(below, stacks.frame[row], row);
    } else {
      base[row] = at = below;
      if (count[row] > 0) {
        if (below < 0) {
          at = add(-1, stacks.frame[row], row);
        } else if (category[below] !== stacks.category[row]) {
          // The cost moves up but keeps its category: in a row of its own.
          at = add(prefix[below], frame[below], row);
        }
      }
    }
    ofStack[row] = at;
    if (count[row] > 0) {
      ownWeight[at] += weight[row];
      ownCount[at] += count[row];
      total += weight[row];
      samples += count[row];
    }
  }
  const functions = new Int32Array(length);
  for (let row = 0; row < length; row++) {
    functions[row] = profile.frames!.function[frame[row]];
  }
  return {
    length,
    prefix: prefix.subarray(0, length),
    frame: frame.subarray(0, length),
    function: functions,
    category: category.subarray(0, length),
    weight: ownWeight.subarray(0, length),
    count: ownCount.subarray(0, length),
    ofStack,
    total,
    samples
  };
}

/** The stacks that a sample goes through. */
function usedRows(prefix: Int32Array, count: Float64Array): Uint8Array {
  const used = new Uint8Array(prefix.length);
  for (let row = prefix.length - 1; row >= 0; row--) {
    if (count[row] > 0) {
      used[row] = 1;
    }
    if (used[row] && prefix[row] >= 0) {
      used[prefix[row]] = 1;
    }
  }
  return used;
}
