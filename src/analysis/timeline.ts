/** What each thread and task did over time: samples by lane. Times in microseconds. */
import { CATEGORIES } from '../format/types';
import type { IProfile, StackIndex } from '../model/profile';
import type { Lane } from './lanes';
import { PairTable } from './pairs';
import { spansOf, timeValue, type ISpans, type ITimeRange } from './spans';

/** The samples of one lane in the order of their times. */
export interface ITrack {
  readonly lane: Lane;
  readonly length: number;
  /** All amounts together. */
  readonly total: number;
  readonly start: Float64Array;
  /** Equal to `start` for what is a moment. */
  readonly end: Float64Array;
  /** The latest end so far: no sample up to here reaches further. */
  readonly reach: Float64Array;
  readonly amount: Float64Array;
  readonly stack: Int32Array;
}

/** The tracks of a profile, in one of its values. */
export interface ITimeline {
  /** The value shown: time where there is one, unless events were asked for. */
  readonly value: number;
  /** True: the amounts are nanoseconds, a full lane is all of the time. */
  readonly isTime: boolean;
  readonly hideAttributed: boolean;
  /** What all threads cost, by category. */
  readonly costs: Float64Array;
  /** From the first to the last moment of the recording. */
  readonly range: ITimeRange;
  /** By row of `profile.threads`; a thread without samples has none. */
  readonly threads: readonly (ITrack | null)[];
  readonly disorder: number;
}

/**
 * Sorts the samples into lanes, O(n). `valueIndex` is what the user looks at:
 * any time is shown as wall time where that is known, so that waiting is seen.
 */
export function timelineOf(
  profile: IProfile,
  valueIndex: number,
  hideAttributed = false
): ITimeline {
  const { samples, threads, values } = profile;
  const isTime = values[valueIndex]?.unit === 'ns';
  const value = isTime ? timeValue(profile) : valueIndex;
  const spans = spansOf(profile);
  const source = sourceOf(profile, spans, value, isTime, hideAttributed);
  const thread = samples?.thread ?? new Int32Array(0);
  const tracks = sortByKey(source, thread, threads?.length ?? 0, row => ({
    kind: 'thread',
    row
  }));
  return {
    value,
    isTime,
    hideAttributed,
    range: extent(profile, spans),
    threads: tracks,
    costs: costsOf(profile, tracks),
    disorder: isTime ? spans.disorder : 0
  };
}

/**
 * By row of `profile.threads` the tasks that ran there, in the order in which
 * they first did.
 */
export function taskTracks(
  profile: IProfile,
  timeline: ITimeline
): Map<number, ITrack[]> {
  const found = new Map<number, ITrack[]>();
  const { samples } = profile;
  if (!samples?.task) {
    return found;
  }
  const { task, thread, length } = samples;
  const pairs = new PairTable();
  const key = new Int32Array(length);
  for (let sample = 0; sample < length; sample++) {
    key[sample] =
      task[sample] >= 0 ? pairs.add(thread[sample], task[sample]) : -1;
  }
  const { value, isTime, hideAttributed } = timeline;
  const spans = spansOf(profile);
  const source = sourceOf(profile, spans, value, isTime, hideAttributed);
  const { first, second } = pairs;
  sortByKey(source, key, pairs.length, pair => ({
    kind: 'task',
    row: second[pair]
  })).forEach((track, pair) => {
    if (track) {
      const tracks = found.get(first[pair]) ?? [];
      found.set(first[pair], tracks);
      tracks.push(track);
    }
  });
  return found;
}

/** What all tracks of one timeline are made of, by row of `profile.samples`. */
interface ISource {
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly amount: Float64Array;
  readonly stack: Int32Array;
}

function sourceOf(
  profile: IProfile,
  spans: ISpans,
  value: number,
  isTime: boolean,
  hideAttributed: boolean
): ISource {
  const { samples } = profile;
  if (!samples) {
    const none = new Float64Array(0);
    return { start: none, end: none, amount: none, stack: new Int32Array(0) };
  }
  const { time } = samples;
  const { start, end } = isTime ? spans : { start: time, end: time };
  const own = hideAttributed ? samples.own : null;
  return {
    start,
    end,
    amount: samples.values[value] ?? new Float64Array(samples.length),
    stack: own
      ? own.map((stack, row) => (stack >= 0 ? stack : samples.stack[row]))
      : samples.stack
  };
}

/** One track for each key below `keys` that has an amount; -1: left out. */
function sortByKey(
  source: ISource,
  key: Int32Array,
  keys: number,
  laneOf: (key: number) => Lane
): (ITrack | null)[] {
  const next = new Int32Array(keys + 1);
  for (let sample = 0; sample < key.length; sample++) {
    if (isIn(source, key, sample)) {
      next[key[sample] + 1]++;
    }
  }
  for (let lane = 0; lane < keys; lane++) {
    next[lane + 1] += next[lane];
  }
  const first = next.slice();
  const length = next[keys];
  const start = new Float64Array(length);
  const end = new Float64Array(length);
  const reach = new Float64Array(length);
  const amount = new Float64Array(length);
  const stack = new Int32Array(length);
  const total = new Float64Array(keys);
  for (let sample = 0; sample < key.length; sample++) {
    if (isIn(source, key, sample)) {
      const lane = key[sample];
      const at = next[lane]++;
      start[at] = source.start[sample];
      end[at] = source.end[sample];
      const before = at > first[lane] ? reach[at - 1] : 0;
      reach[at] = end[at] > before ? end[at] : before;
      amount[at] = source.amount[sample];
      total[lane] += amount[at];
      stack[at] = source.stack[sample];
    }
  }
  return Array.from({ length: keys }, (_, lane) => {
    const [from, to] = [first[lane], first[lane + 1]];
    return from === to
      ? null
      : {
          lane: laneOf(lane),
          length: to - from,
          total: total[lane],
          start: start.subarray(from, to),
          end: end.subarray(from, to),
          reach: reach.subarray(from, to),
          amount: amount.subarray(from, to),
          stack: stack.subarray(from, to)
        };
  });
}

function isIn(
  { amount, stack }: ISource,
  key: Int32Array,
  sample: number
): boolean {
  return key[sample] >= 0 && amount[sample] > 0 && stack[sample] >= 0;
}

/** The stretch of time that was recorded. */
export function recordedRange(profile: IProfile): ITimeRange {
  return extent(profile, spansOf(profile));
}

/** From the start of the recording to the last moment of all samples and threads. */
function extent({ threads }: IProfile, { start, end }: ISpans): ITimeRange {
  let from = 0;
  let to = 1;
  for (let sample = 0; sample < start.length; sample++) {
    from = start[sample] < from ? start[sample] : from;
    // The range is without its end: a moment there must be in it.
    const last = Math.max(end[sample], start[sample] + 1);
    to = last > to ? last : to;
  }
  for (const time of threads?.end ?? []) {
    to = Math.max(to, time);
  }
  return { from, to };
}

/** What tracks cost together, by category. */
function costsOf(
  { stacks }: IProfile,
  tracks: readonly (ITrack | null)[]
): Float64Array {
  const cost = new Float64Array(CATEGORIES.length);
  for (const track of tracks) {
    for (let sample = 0; track && stacks && sample < track.length; sample++) {
      cost[stacks.category[track.stack[sample]]] += track.amount[sample];
    }
  }
  return cost;
}

/** The amount of each stack of a track within a range. */
export function stacksIn(
  timeline: ITimeline,
  track: ITrack,
  range: ITimeRange
): Map<StackIndex, number> {
  const amounts = new Map<StackIndex, number>();
  forEachIn(timeline, track, range, sample => {
    const start = track.start[sample];
    const end = track.end[sample];
    const inside = Math.min(end, range.to) - Math.max(start, range.from);
    const part = end > start ? inside / (end - start) : 1;
    if (part > 0) {
      const stack = track.stack[sample];
      amounts.set(
        stack,
        (amounts.get(stack) ?? 0) + part * track.amount[sample]
      );
    }
  });
  return amounts;
}

/** Visits the samples that may be in a range. */
export function forEachIn(
  { disorder }: ITimeline,
  track: ITrack,
  { from, to }: ITimeRange,
  visit: (sample: number) => void
): void {
  // The first that reaches into the range, by halving.
  let low = 0;
  let high = track.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (track.reach[middle] < from) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  for (let sample = low; sample < track.length; sample++) {
    const start = track.start[sample];
    if (start > to + disorder) {
      break;
    }
    if (start < to && (track.end[sample] > from || start >= from)) {
      visit(sample);
    }
  }
}
