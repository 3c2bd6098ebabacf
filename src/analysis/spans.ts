/**
 * When samples were. A sample off the CPU says when a thread left and for how
 * long; one on the CPU stands for its share of the time around it; an event
 * (a page fault, say) is a moment. Times in microseconds since the start of
 * the recording.
 */
import type { IProfile } from '../model/profile';

/** From `from` up to, but without, `to`. */
export interface ITimeRange {
  readonly from: number;
  readonly to: number;
}

/** The stretch of time of each row of `profile.samples`; of a moment both ends are equal. */
export interface ISpans {
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** How far a start may lie before that of the sample above, at most. */
  readonly disorder: number;
}

/** The profile's value that tells how long a sample was, -1: none does. */
export function timeValue({ values }: IProfile): number {
  const wall = values.findIndex(({ name }) => name === 'wall');
  return wall >= 0 ? wall : values.findIndex(({ unit }) => unit === 'ns');
}

/** The spans of all samples. */
export function spansOf(profile: IProfile): ISpans {
  const { samples, values, meta } = profile;
  const length = samples?.length ?? 0;
  const start = new Float64Array(length);
  const end = new Float64Array(length);
  let disorder = 0;
  if (!samples) {
    return { start, end, disorder };
  }
  const { time } = samples;
  const none = new Float64Array(length);
  const long = samples.values[timeValue(profile)] ?? none;
  const at = values.findIndex(({ name }) => name === 'cpu');
  const cpu = samples.values[at] ?? long;
  const slice = meta.time_slice ?? 0;
  for (let sample = 0; sample < length; sample++) {
    const lasts = (long[sample] || cpu[sample]) / 1000;
    let from = time[sample];
    if (lasts > 0 && lasts <= slice) {
      // Gathered: somewhere in its slice.
      from -= from % slice;
      end[sample] = from + slice;
    } else {
      if (cpu[sample] > 0) {
        from = Math.max(0, from - lasts / 2);
      }
      end[sample] = from + lasts;
    }
    start[sample] = from;
    disorder = Math.max(disorder, time[sample] - from);
  }
  return { start, end, disorder };
}

/**
 * Which part (0 to 1) of each sample's amount of a value lies in a range:
 * time is cut at the edges, events are in it or not.
 */
export function portionsIn(
  profile: IProfile,
  valueIndex: number,
  { from, to }: ITimeRange
): Float64Array {
  const { samples, values } = profile;
  const portions = new Float64Array(samples?.length ?? 0);
  const { start, end } = spansOf(profile);
  const isTime = values[valueIndex]?.unit === 'ns';
  for (let sample = 0; sample < portions.length; sample++) {
    const first = isTime ? start[sample] : samples!.time[sample];
    const last = isTime ? end[sample] : first;
    if (first >= to || last < from) {
      continue;
    }
    portions[sample] =
      last > first
        ? (Math.min(last, to) - Math.max(first, from)) / (last - first)
        : 1;
  }
  return portions;
}
