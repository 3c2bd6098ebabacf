/** The columns of the lanes in sight, kept as long as nothing changes. */
import {
  fineColumnsOf,
  isSharp,
  MANY,
  resample,
  type IFineColumns
} from '../../analysis/fineColumns';
import type { ITimeRange } from '../../analysis/spans';
import {
  columnsOf,
  fullestColumn,
  unmatched,
  type IColumns
} from '../../analysis/timeColumns';
import type { IMarks } from '../../analysis/conditions';
import type { ITimeline, ITrack } from '../../analysis/timeline';
import type { IViewContext } from '../view';

/** Lanes kept: more than a screen shows. */
const KEPT = 128;

/** Bins lanes when they are first asked for. */
export class LaneColumns {
  constructor(context: IViewContext) {
    this._context = context;
  }

  /** What the following calls are about: forgets what was kept for anything else. */
  show(timeline: ITimeline, range: ITimeRange, length: number): void {
    const { marks } = this._context.data;
    if (timeline !== this._timeline || marks !== this._marks) {
      this._timeline = timeline;
      this._marks = marks;
      this._fineTasks.clear();
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
    this._dim.clear();
    // A column of time is full when all of it is known.
    this.full = timeline.isTime
      ? (1000 * (range.to - range.from)) / length
      : fullestColumn(
          timeline.threads.flatMap(track => (track ? [this._bin(track)] : []))
        );
  }

  /** The amount of a full column. */
  full = 1;

  /** The columns of a lane; `dim` as if nothing in it were searched for. */
  of(track: ITrack, dim: boolean): IColumns {
    return dim
      ? kept(this._dim, track, () => unmatched(this.of(track, false)))
      : kept(this._kept, track, () => this._bin(track));
  }

  private _bin(track: ITrack): IColumns {
    const { profile } = this._context;
    const { _range: range, _length: length } = this;
    const fine = this._fine(track);
    return fine && isSharp(fine, range, length)
      ? resample(fine, range, length)
      : columnsOf(profile, this._timeline!, track, range, length, this._marks);
  }

  /** The narrow bins of a lane; those of tasks are made when tasks are shown. */
  private _fine(track: ITrack): IFineColumns | null {
    const { data, profile } = this._context;
    const { lane, length } = track;
    if (lane.kind === 'thread' || length < MANY) {
      return lane.kind === 'thread' ? data.fineColumns[lane.row] : null;
    }
    return kept(this._fineTasks, track, () =>
      fineColumnsOf(profile, this._timeline!, track, this._marks)
    );
  }

  private readonly _context: IViewContext;
  private readonly _kept = new Map<ITrack, IColumns>();
  private readonly _dim = new Map<ITrack, IColumns>();
  private readonly _fineTasks = new Map<ITrack, IFineColumns>();
  private _timeline: ITimeline | null = null;
  private _marks: IMarks = { matched: null, selected: null };
  private _range: ITimeRange = { from: 0, to: 1 };
  private _length = 0;
}

/** What is kept of a track, else what `make` makes. */
function kept<T>(all: Map<ITrack, T>, track: ITrack, make: () => T): T {
  let found = all.get(track);
  if (!found) {
    if (all.size >= KEPT) {
      all.clear();
    }
    found = make();
    all.set(track, found);
  }
  return found;
}
