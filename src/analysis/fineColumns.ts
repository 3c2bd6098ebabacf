/** Lanes of many samples in narrow bins, so that zooming looks at no sample again. */
import type { IProfile } from '../model/profile';
import type { ITimeRange } from './spans';
import { columnsOf, SLOTS, type IColumns } from './timeColumns';
import type { IMarks } from './conditions';
import type { ITimeline, ITrack } from './timeline';

/** Tracks of fewer samples are quickly looked at again. */
export const MANY = 20_000;
/** Bins of a lane. */
const BINS = 1 << 16;
/** A column is at least so many bins wide, for its edges to be sharp. */
const SHARP = 4;

/**
 * The amounts of a track in bins, added up from the left (as the summed-area
 * tables of F. C. Crow, SIGGRAPH 1984): what is between two times is the
 * difference of two sums, however many bins lie between them.
 */
export interface IFineColumns {
  readonly range: ITimeRange;
  /** How many bins there are. */
  readonly length: number;
  /** By slot the sums up to the edges of the bins, one more than bins; null: none of it. */
  readonly sums: readonly (Float64Array | null)[];
  /** Of what goes through the selection; null: nothing is selected. */
  readonly selected: Float64Array | null;
}

/** Bins the whole of a track. */
export function fineColumnsOf(
  profile: IProfile,
  timeline: ITimeline,
  track: ITrack,
  marks: IMarks,
  bins = BINS
): IFineColumns {
  const { range } = timeline;
  const columns = columnsOf(profile, timeline, track, range, bins, marks);
  const { amount, selected } = columns;
  return {
    range,
    length: bins,
    sums: Array.from({ length: SLOTS }, (_, slot) =>
      sumsOf(amount, slot, SLOTS, bins)
    ),
    selected: selected && sumsOf(selected, 0, 1, bins)
  };
}

/** Whether columns are wide enough to be made of bins. */
export function isSharp(
  { range: whole, length: bins }: IFineColumns,
  range: ITimeRange,
  length: number
): boolean {
  const bin = (whole.to - whole.from) / bins;
  return (range.to - range.from) / length >= SHARP * bin;
}

/** The columns of a range; a bin on an edge is shared evenly. */
export function resample(
  { range: whole, length: bins, sums, selected }: IFineColumns,
  range: ITimeRange,
  length: number
): IColumns {
  const amount = new Float32Array(length * SLOTS);
  const marked = selected && new Float32Array(length);
  const scale = bins / (whole.to - whole.from);
  const from = (range.from - whole.from) * scale;
  const width = ((range.to - range.from) * scale) / length;
  sums.forEach((upTo, slot) => {
    for (let column = 0; upTo && column < length; column++) {
      const start = from + column * width;
      amount[column * SLOTS + slot] = between(upTo, start, start + width);
    }
  });
  for (let column = 0; marked && column < length; column++) {
    const start = from + column * width;
    marked[column] = between(selected, start, start + width);
  }
  return { length, amount, selected: marked };
}

/** The sums of every `step`th amount, null where all are 0. */
function sumsOf(
  amount: Float32Array,
  first: number,
  step: number,
  length: number
): Float64Array | null {
  const sums = new Float64Array(length + 1);
  for (let bin = 0; bin < length; bin++) {
    sums[bin + 1] = sums[bin] + amount[bin * step + first];
  }
  return sums[length] > 0 ? sums : null;
}

function between(sums: Float64Array, start: number, end: number): number {
  return upTo(sums, end) - upTo(sums, start);
}

/** The sum up to a place between two edges. */
function upTo(sums: Float64Array, place: number): number {
  const last = sums.length - 1;
  if (place <= 0 || place >= last) {
    return place <= 0 ? 0 : sums[last];
  }
  const edge = Math.floor(place);
  return sums[edge] + (place - edge) * (sums[edge + 1] - sums[edge]);
}
