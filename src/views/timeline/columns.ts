/** The columns of the lanes in sight, kept as long as nothing changes. */
import { stacksShown } from '../../analysis/conditions';
import { stacksThrough } from '../../analysis/search';
import type { ITimeRange } from '../../analysis/spans';
import {
  columnsOf,
  resample,
  type IColumns,
  type IMarks,
  fullestColumn
} from '../../analysis/timeColumns';
import { type ITimeline, type ITrack } from '../../analysis/timeline';
import type { IViewContext } from '../view';

/** Lanes kept: more than a screen shows. */
const KEPT = 128;
/**
 * Tracks of more samples are binned once, finely; while a column is several of
 * these bins wide, moving about costs no look at the samples.
 */
const MANY = 20_000;
const FINE = 16_384;
const BINS = 4;

/** Columns by track, for samples marked in one way. */
type Kept = Map<ITrack, IColumns>;

/** Bins lanes when they are first asked for. */
export class LaneColumns {
  constructor(context: IViewContext) {
    this._context = context;
  }

  /** What the following calls are about: forgets what was kept for anything else. */
  show(timeline: ITimeline, range: ITimeRange, length: number): void {
    const { selection, search, conditions } = this._context.state.value;
    const marks = `${selection} ${search} ${JSON.stringify(conditions)}`;
    if (timeline !== this._timeline || marks !== this._marksKey) {
      this._timeline = timeline;
      this._marksKey = marks;
      this._mark();
    } else if (
      range.from === this._range.from &&
      range.to === this._range.to &&
      length === this._length
    ) {
      return;
    }
    this._range = range;
    this._length = length;
    this._kept.clear();
    // A column of time is full when all of it is known.
    this.full = timeline.isTime
      ? (1000 * (range.to - range.from)) / length
      : fullestColumn(this._context.profile, timeline, range, length);
  }

  /** The amount of a full column. */
  full = 1;

  /** The columns of a lane; `dim` as if nothing in it were searched for. */
  of(track: ITrack, dim: boolean): IColumns {
    const marks = dim ? this._dim : this._marks;
    const kept = keptFor(this._kept, marks);
    let columns = kept.get(track);
    if (!columns) {
      if (kept.size >= KEPT) {
        kept.clear();
      }
      columns = this._bin(track, marks);
      kept.set(track, columns);
    }
    return columns;
  }

  private _bin(track: ITrack, marks: IMarks): IColumns {
    const { profile } = this._context;
    const timeline = this._timeline!;
    const whole = timeline.range;
    const bin = (range: ITimeRange, length: number): IColumns =>
      columnsOf(profile, timeline, track, range, length, marks);
    const width = (this._range.to - this._range.from) / this._length;
    if (track.length < MANY || FINE * width < BINS * (whole.to - whole.from)) {
      return bin(this._range, this._length);
    }
    const kept = keptFor(this._fine, marks);
    const fine = kept.get(track) ?? bin(whole, FINE);
    kept.set(track, fine);
    return resample(fine, whole, this._range, this._length);
  }

  /** Finds the stacks that are searched for, and left in, and those selected. */
  private _mark(): void {
    const { profile, data, state } = this._context;
    const { matches } = data;
    const { selection, conditions } = state.value;
    const through =
      matches && stacksThrough(profile, func => matches.has(func));
    const shown =
      conditions.length > 0
        ? stacksShown(profile, profile.stacks!, conditions)
        : null;
    const matched =
      shown && through
        ? shown.map((one, stack) => one & through[stack])
        : (shown ?? through);
    const selected =
      selection < 0 ? null : stacksThrough(profile, func => func === selection);
    this._marks = { matched, selected };
    const none = new Uint8Array(profile.stacks?.length ?? 0);
    this._dim = { matched: none, selected };
    this._fine.clear();
  }

  private readonly _context: IViewContext;
  private readonly _kept = new Map<IMarks, Kept>();
  private readonly _fine = new Map<IMarks, Kept>();
  private _timeline: ITimeline | null = null;
  private _range: ITimeRange = { from: 0, to: 1 };
  private _length = 0;
  private _marksKey = '';
  private _marks: IMarks = { matched: null, selected: null };
  private _dim = this._marks;
}

function keptFor(all: Map<IMarks, Kept>, marks: IMarks): Kept {
  const kept = all.get(marks) ?? new Map<ITrack, IColumns>();
  all.set(marks, kept);
  return kept;
}
