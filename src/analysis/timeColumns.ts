/** What the lanes of a timeline did, in columns of equal time: amounts by category. */
import { CATEGORIES } from '../format/types';
import type { IProfile } from '../model/profile';
import type { ITimeRange } from './spans';
import { forEachIn, type ITimeline, type ITrack } from './timeline';

/** How many amounts a column has: one a category, then what was not searched for. */
export const SLOTS = CATEGORIES.length + 1;
/** The last of them. */
export const UNMATCHED = CATEGORIES.length;

/** Which samples count as what; without it each counts by its category. */
export interface IMarks {
  /** By stack: 0 is not searched for. */
  readonly matched: Uint8Array | null;
  /** By stack: 1 goes through what is selected. */
  readonly selected: Uint8Array | null;
}

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

/**
 * Columns of `whole` added up to `length` columns of a range, shared evenly
 * where one lies on an edge: quicker than looking at many samples again.
 */
export function resample(
  fine: IColumns,
  whole: ITimeRange,
  range: ITimeRange,
  length: number
): IColumns {
  const amount = new Float32Array(length * SLOTS);
  const marked = fine.selected && new Float32Array(length);
  const perFine = (whole.to - whole.from) / fine.length;
  const width = (range.to - range.from) / length;
  const scale = perFine / width;
  const offset = (whole.from - range.from) / width;
  const first = Math.max(0, Math.floor(-offset / scale));
  const last = Math.min(fine.length, Math.ceil((length - offset) / scale));
  for (let from = first; from < last; from++) {
    const start = offset + from * scale;
    const end = start + scale;
    const to = Math.min(length - 1, Math.floor(end));
    for (let at = Math.max(0, Math.floor(start)); at <= to; at++) {
      const part = (Math.min(end, at + 1) - Math.max(start, at)) / scale;
      for (let slot = 0; slot < SLOTS; slot++) {
        amount[at * SLOTS + slot] += part * fine.amount[from * SLOTS + slot];
      }
      if (marked) {
        marked[at] += part * fine.selected[from];
      }
    }
  }
  return { length, amount, selected: marked };
}

/** The fullest column of all tracks: what a full lane stands for where amounts are counts. */
export function fullestColumn(
  profile: IProfile,
  timeline: ITimeline,
  range: ITimeRange,
  length: number
): number {
  let most = 0;
  for (const track of timeline.threads) {
    if (track) {
      const none = { matched: null, selected: null };
      const { amount } = columnsOf(
        profile,
        timeline,
        track,
        range,
        length,
        none
      );
      for (let column = 0; column < length; column++) {
        let sum = 0;
        for (let slot = 0; slot < SLOTS; slot++) {
          sum += amount[column * SLOTS + slot];
        }
        most = Math.max(most, sum);
      }
    }
  }
  return most;
}
