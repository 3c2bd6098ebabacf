/** What the lanes of a timeline did, in columns of equal time: amounts by category. */
import { CATEGORIES } from '../format/types';
import type { IProfile } from '../model/profile';
import type { IMarks } from './conditions';
import type { ITimeRange } from './spans';
import { forEachIn, type ITimeline, type ITrack } from './timeline';

/** How many amounts a column has: one a category, then what was not searched for. */
export const SLOTS = CATEGORIES.length + 1;
/** The last of them. */
export const UNMATCHED = CATEGORIES.length;

/** Amounts in columns of equal time. */
export interface IColumns {
  readonly length: number;
  /** `SLOTS` amounts a column. */
  readonly amount: Float32Array;
  /** Of these, what goes through the selection. */
  readonly selected: Float32Array | null;
}

/**
 * The amounts of a track in `length` columns of a range; what reaches over an
 * edge is shared between the columns, a moment is in one.
 */
export function columnsOf(
  profile: IProfile,
  timeline: ITimeline,
  track: ITrack,
  range: ITimeRange,
  length: number,
  { matched, selected }: IMarks
): IColumns {
  const amount = new Float32Array(length * SLOTS);
  const marked = selected && new Float32Array(length);
  const { category } = profile.stacks!;
  const width = (range.to - range.from) / length;
  const last = length - 1;
  forEachIn(timeline, track, range, sample => {
    const stack = track.stack[sample];
    const slot = matched && !matched[stack] ? UNMATCHED : category[stack];
    const isMarked = marked && selected[stack];
    const start = (track.start[sample] - range.from) / width;
    const end = (track.end[sample] - range.from) / width;
    const all = track.amount[sample];
    const from = Math.max(0, Math.floor(start));
    const to = Math.min(last, Math.floor(end));
    for (let column = from; column <= to; column++) {
      const part =
        end > start
          ? (Math.min(end, column + 1) - Math.max(start, column)) /
            (end - start)
          : 1;
      amount[column * SLOTS + slot] += all * part;
      if (isMarked) {
        marked[column] += all * part;
      }
    }
  });
  return { length, amount, selected: marked };
}

/** The same columns where nothing in them is searched for. */
export function unmatched(columns: IColumns): IColumns {
  const amount = new Float32Array(columns.amount.length);
  for (let column = 0; column < columns.length; column++) {
    amount[column * SLOTS + UNMATCHED] = amountIn(columns, column);
  }
  return { ...columns, amount };
}

/** The largest amount in one column of some lanes: what a full lane stands for where amounts are counts. */
export function fullestColumn(lanes: readonly IColumns[]): number {
  let most = 0;
  for (const columns of lanes) {
    for (let column = 0; column < columns.length; column++) {
      most = Math.max(most, amountIn(columns, column));
    }
  }
  return most;
}

function amountIn({ amount }: IColumns, column: number): number {
  let sum = 0;
  for (let slot = 0; slot < SLOTS; slot++) {
    sum += amount[column * SLOTS + slot];
  }
  return sum;
}
