/** Where everything stands in the timeline: rows, their heights, the scale of time. */
import type { ITimeRange } from '../../analysis/spans';
import {
  taskTracks,
  type ITimeline,
  type ITrack
} from '../../analysis/timeline';
import { rowAt, rowStack, type IRowStack } from '../../layout/stack';
import {
  roundStep,
  timeFormat,
  timeScale,
  type ITimeScale
} from '../../layout/timeAxis';
import type { IPen } from '../../export/pen';
import type { Stage } from '../stage';
import type { IViewContext } from '../view';
import { LaneColumns } from './columns';
import { momentAt, type IMoment } from './facts';
import { AXIS } from './paint';
import { paintTimeline } from './picture';
import { conditionsTest, heightsOf, isIn, rowsOf, type IRow } from './rows';

/** Half the width in pixels of what the pointer or the cursor looks at. */
const REACH = 1.5;
/** The column of labels: its share of the width, its least and most pixels. */
const LABELS = { share: 0.24, least: 90, most: 215 };
/** Pixels of a column of amounts. */
const COLUMN = 2;
/** Pixels left free below the last lane. */
const FOOT = 8;

/** The rows and the scale as they were laid out last. */
export class Scene {
  constructor(context: IViewContext, stage: () => Stage) {
    this._context = context;
    this._stage = stage;
    this._columns = new LaneColumns(context);
  }

  get timeline(): ITimeline {
    return this._context.data.timeline;
  }

  get rows(): readonly IRow[] {
    return this._rows;
  }

  get scale(): ITimeScale {
    return this._scale;
  }

  /** Where the top of a row stands in the content; of one behind the last: the end. */
  top(row: number): number {
    return this._stack.top[row];
  }

  /** Lays out a stretch of time for the size that the stage has. */
  layout(shown: ITimeRange, withTasks: boolean): void {
    const { profile } = this._context;
    const { timeline } = this;
    const stage = this._stage();
    if (timeline !== this._seen || withTasks !== this._seenTasks) {
      this._seen = timeline;
      this._seenTasks = withTasks;
      const tasks = withTasks
        ? taskTracks(profile, timeline)
        : new Map<number, ITrack[]>();
      this._rows = rowsOf(this._context, tasks);
    }
    const { width, height } = stage;
    this._stack = rowStack(heightsOf(this._rows, height - AXIS - FOOT));
    stage.setContentHeight(AXIS + this._stack.height + FOOT);
    const { share, least, most } = LABELS;
    const left = Math.round(Math.min(most, Math.max(least, share * width)));
    this._scale = timeScale(shown, left, Math.max(1, width - left));
  }

  /** Draws the rows in sight. */
  draw(pen: IPen): void {
    const { profile, state, theme } = this._context;
    const { lane, conditions } = state.value;
    const isShown = conditionsTest(profile, conditions);
    const { node, height } = this._stage();
    const { width, time, left, range } = this._scale;
    const count = Math.ceil(width / COLUMN);
    // Whole columns: the last one may reach over the edge.
    const to = time(left + count * COLUMN);
    this._columns.show(this.timeline, { from: range.from, to }, count);
    paintTimeline(pen, theme.palette, this._columns, {
      rows: this._rows,
      stack: this._stack,
      scale: this._scale,
      columnWidth: COLUMN,
      top: node.scrollTop,
      height,
      isDim: row => !isIn(profile, row, lane) || !isShown(row)
    });
  }

  /** The row at a height of the visible part, -1: none. */
  rowAt(y: number): number {
    return y < AXIS
      ? -1
      : rowAt(this._stack, y - AXIS + this._stage().node.scrollTop);
  }

  /** What a row did at a place in pixels, as wide as a pointer is exact. */
  momentAt(row: IRow, x: number): IMoment | null {
    const { time } = this._scale;
    const range = { from: time(x - REACH), to: time(x + REACH) };
    return (
      row.track && momentAt(this._context, this.timeline, row.track, range)
    );
  }

  /** A time as finely as a pixel tells it. */
  when(time: number): string {
    const { range, width } = this._scale;
    const step = roundStep((range.to - range.from) / width);
    return timeFormat(range.to, step)(time);
  }

  private readonly _context: IViewContext;
  private readonly _stage: () => Stage;
  private readonly _columns: LaneColumns;
  private _rows: readonly IRow[] = [];
  private _stack: IRowStack = rowStack([]);
  private _scale: ITimeScale = timeScale({ from: 0, to: 1 }, 0, 1);
  private _seen: ITimeline | null = null;
  private _seenTasks = false;
}
