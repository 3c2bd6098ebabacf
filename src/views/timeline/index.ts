/** The timeline: a lane a thread, categories over time, a brush that every view follows. */
import type { ITimeRange } from '../../analysis/spans';
import {
  taskTracks,
  timelineCosts,
  whyNoTimeline,
  type ITimeline,
  type ITrack
} from '../../analysis/timeline';
import { rowAt, rowStack, type IRowStack } from '../../layout/stack';
import {
  clampRange,
  roundStep,
  scaleRange,
  timeFormat,
  timeScale,
  type ITimeScale
} from '../../layout/timeAxis';
import type { IPen } from '../../export/pen';
import { setPressed, toggleButton } from '../buttons';
import { el } from '../dom';
import { emptyView } from '../empty';
import { showLane } from '../filters';
import { isSameLane } from '../laneName';
import { makeLegend } from '../legend';
import { lengthText, rangeText } from '../rangeText';
import { Stage } from '../stage';
import type { IExportChoice, IView, IViewContext, IViewKind } from '../view';
import { Brush } from './brush';
import { LaneColumns } from './columns';
import { momentAt, momentSentence, momentTip, type IMoment } from './facts';
import { Overlay } from './overlay';
import { AXIS } from './paint';
import { paintTimeline, timelinePictures } from './picture';
import { conditionsTest, heightsOf, isIn, rowsOf, type IRow } from './rows';
import { TableTwin } from './twin';

/** Half the width in pixels of what the pointer or the cursor looks at. */
const REACH = 1.5;
/** The column of labels: its share of the width, its least and most pixels. */
const LABELS = { share: 0.24, least: 90, most: 215 };
/** The shortest stretch that can be zoomed to, in microseconds. */
const SHORTEST = 20;
/** Pixels of a column of amounts. */
const COLUMN = 2;
/** Pixels left free below the last lane. */
const FOOT = 8;
/** Parts of what is shown by which keys move. */
const STEPS = 100;
/** Rows told to a screen reader above and below the focus. */
const NEAR = 6;

class TimelineView implements IView {
  constructor(context: IViewContext) {
    this._context = context;
    const { trans, state, data } = context;
    this._shown = data.timeline.range;
    this._time = this._shown.from;
    this._columns = new LaneColumns(context);
    this._stage = new Stage(context, {
      label: trans.__('Timeline'),
      role: 'grid',
      draw: pen => this._draw(pen)
    });
    this._overlay = new Overlay(this._stage);
    this._twin = new TableTwin(this._stage.node, [
      trans.__('Thread'),
      trans.__('Cost'),
      trans.__('At the cursor')
    ]);
    const legend = makeLegend(context, this._stage.listeners, () =>
      timelineCosts(context.profile, data.timeline)
    );
    this.node = el('div', {}, this._stage.root, legend);
    this._byTask = toggleButton(
      trans.__('Tasks'),
      trans.__('Show the asyncio tasks below the threads that ran them')
    );
    // The notebook runs each cell in a task: one alone tells nothing.
    this._byTask.hidden = (context.profile.tasks?.length ?? 0) < 2;
    this._whole = toggleButton(
      trans.__('Whole cell'),
      trans.__('Zoom out (0)')
    );
    this._whole.removeAttribute('aria-pressed');
    const tools = [this._note, this._whole, this._byTask];
    this.tools = el('div', { class: 'np-Tools' }, ...tools);
    this._brush = new Brush(this._stage, {
      scale: () => this._scale,
      range: () => state.value.time,
      live: range => this._showRange(range),
      done: range => this._setRange(range ?? state.value.time),
      click: (x, y) => this._onClick(x, y)
    });
    this._listen();
  }

  readonly node: HTMLElement;
  readonly tools: HTMLElement;

  refresh(): void {
    if (this._context.state.value.tab === 'timeline') {
      this._relayout();
    }
  }

  focus(): void {
    this._stage.node.focus({ preventScroll: true });
  }

  /** Gives up a drag, a range brushed within what is shown, or a zoom. */
  back(): boolean {
    const { time } = this._context.state.value;
    const { from, to } = this._shown;
    if (this._brush.cancel()) {
      return true;
    }
    if (time && time.from <= from && time.to >= to && this._steps.length > 0) {
      return this._zoomOut();
    }
    if (time) {
      this._setRange(null);
      return true;
    }
    return this._zoomOut();
  }

  exports(): readonly IExportChoice[] {
    const { width, height } = this._stage;
    return timelinePictures(this._context, width, height, pen =>
      this._draw(pen)
    );
  }

  dispose(): void {
    this._stage.dispose();
  }

  private get _timeline(): ITimeline {
    return this._context.data.timeline;
  }

  private get _isShown(): boolean {
    return (
      this._context.state.value.tab === 'timeline' && this._stage.width > 0
    );
  }

  private _listen(): void {
    const { state, tooltip } = this._context;
    const { listeners, node } = this._stage;
    listeners.resized(node, () => this._relayout());
    listeners.on(node, 'pointermove', event => this._onMove(event));
    listeners.on(node, 'pointerleave', () => {
      tooltip.hide();
      this._overlay.showLine(-1);
    });
    listeners.on(node, 'pointerdown', () => this._useKeys(false));
    listeners.on(node, 'dblclick', event => this._onDoubleClick(event));
    listeners.on(node, 'wheel', event => this._onWheel(event), {
      passive: false
    });
    listeners.on(node, 'scroll', () => this._placeCursor());
    listeners.on(node, 'blur', () => this._useKeys(false));
    listeners.on(node, 'keydown', event => this._onKey(event));
    listeners.on(this._whole, 'click', () => this._zoomAll());
    listeners.on(this._byTask, 'click', () => {
      this._withTasks = !this._withTasks;
      setPressed(this._byTask, this._withTasks);
      this._relayout();
    });
    listeners.add(
      state.subscribe(['value', 'hideAttributed'], () => this._relayout())
    );
    listeners.add(state.subscribe(['time'], () => this._showRange()));
    listeners.add(
      state.subscribe(['selection', 'search', 'lane', 'conditions'], () =>
        this._stage.schedule()
      )
    );
  }

  private _relayout(): void {
    if (!this._isShown) {
      return;
    }
    const { profile, trans } = this._context;
    const timeline = this._timeline;
    if (timeline !== this._seen || this._withTasks !== this._seenTasks) {
      this._seen = timeline;
      this._seenTasks = this._withTasks;
      const tasks = this._withTasks
        ? taskTracks(profile, timeline)
        : new Map<number, ITrack[]>();
      this._rows = rowsOf(profile, timeline, tasks, trans);
      this._row = Math.min(this._row, this._rows.length - 1);
    }
    const { width, height } = this._stage;
    this._stack = rowStack(heightsOf(this._rows, height - AXIS - FOOT));
    this._stage.setContentHeight(AXIS + this._stack.height + FOOT);
    const { share, least, most } = LABELS;
    const left = Math.round(Math.min(most, Math.max(least, share * width)));
    this._scale = timeScale(this._shown, left, Math.max(1, width - left));
    this._overlay.place(left, width - left);
    this._whole.hidden = this._steps.length === 0;
    this._note.textContent =
      this._steps.length > 0 ? rangeText(this._shown) : '';
    this._showRange();
    this._placeCursor();
    this._updateTwin();
    this._stage.schedule();
  }

  private _draw(pen: IPen): void {
    const { profile, state, theme } = this._context;
    const { lane, conditions } = state.value;
    const isShown = conditionsTest(profile, conditions);
    const { width, time, left } = this._scale;
    const count = Math.ceil(width / COLUMN);
    // Whole columns: the last one may reach over the edge.
    const to = time(left + count * COLUMN);
    this._columns.show(this._timeline, { from: this._shown.from, to }, count);
    paintTimeline(pen, theme.palette, this._columns, {
      rows: this._rows,
      stack: this._stack,
      scale: this._scale,
      columnWidth: COLUMN,
      top: this._stage.node.scrollTop,
      height: this._stage.height,
      isDim: row => !isIn(profile, row, lane) || !isShown(row)
    });
  }

  private _showRange(range = this._context.state.value.time): void {
    if (!this._isShown) {
      return;
    }
    const { x, left } = this._scale;
    this._overlay.showRange(
      range && { from: x(range.from) - left, to: x(range.to) - left },
      range ? `${rangeText(range)} · ${lengthText(range)}` : ''
    );
  }

  private _setRange(range: ITimeRange | null): void {
    const { state, trans, announce } = this._context;
    const lasts = range ? range.to - range.from : 0;
    state.set({ time: lasts > 0 ? range : null });
    this._showRange();
    announce(
      range && lasts > 0
        ? trans.__(
            'All views show %1, %2 long.',
            rangeText(range),
            lengthText(range)
          )
        : trans.__('All views show all of the time.')
    );
  }

  private _zoomTo(range: ITimeRange): void {
    const shown = clampRange(range, this._timeline.range);
    const { from, to } = this._shown;
    if (shown.from !== from || shown.to !== to) {
      this._steps.push(this._shown);
      this._show(shown);
    }
  }

  private _zoomAll(): void {
    this._steps = [];
    this._show(this._timeline.range);
  }

  private _zoomOut(): boolean {
    const before = this._steps.pop();
    if (before) {
      this._show(before);
    }
    return before !== undefined;
  }

  /** Shows a stretch without remembering the one before. */
  private _show(range: ITimeRange): void {
    const whole = this._timeline.range;
    this._shown = clampRange(range, whole);
    if (this._shown.to - this._shown.from >= whole.to - whole.from) {
      this._steps = [];
    }
    this._context.tooltip.hide();
    this._relayout();
  }

  private _scaleAround(time: number, factor: number): void {
    const range = scaleRange(this._shown, time, factor, SHORTEST);
    if (this._steps.length === 0) {
      this._steps = [this._timeline.range];
    }
    this._show(range);
  }

  /** The row at a height of the visible part, -1: none. */
  private _rowAt(y: number): number {
    return y < AXIS
      ? -1
      : rowAt(this._stack, y - AXIS + this._stage.node.scrollTop);
  }

  /** What a row did at a place in pixels, as wide as a pointer is exact. */
  private _momentAt(row: IRow, x: number): IMoment | null {
    const { time } = this._scale;
    const range = { from: time(x - REACH), to: time(x + REACH) };
    return (
      row.track && momentAt(this._context, this._timeline, row.track, range)
    );
  }

  /** A time as finely as a pixel tells it. */
  private _when(time: number): string {
    const { range, width } = this._scale;
    const step = roundStep((range.to - range.from) / width);
    return timeFormat(range.to, step)(time);
  }

  private _onMove(event: PointerEvent): void {
    const { tooltip } = this._context;
    const { x, y } = this._stage.locate(event);
    const { left, time } = this._scale;
    const row = this._rows[this._rowAt(y)];
    const inside = x >= left;
    this._stage.node.style.cursor =
      inside || row ? this._brush.cursorAt(x) : 'default';
    this._overlay.showLine(inside ? x - left : -1);
    if (!row || this._brush.active) {
      tooltip.hide();
      return;
    }
    const moment = inside ? this._momentAt(row, x) : null;
    const tip = moment
      ? momentTip(
          this._context,
          this._timeline,
          row,
          moment,
          this._when(time(x))
        )
      : this._laneTip(row);
    tooltip.show(tip, event.clientX, event.clientY);
  }

  private _laneTip(row: IRow) {
    const { state, trans } = this._context;
    const alone = isSameLane(row.lane, state.value.lane);
    return {
      title: row.name,
      rows: [
        [trans.__('cost'), row.detail],
        [
          trans.__('click'),
          alone ? trans.__('show all again') : trans.__('show this alone')
        ]
      ] as const
    };
  }

  /** A label: that lane alone, in all views. A lane: what ran there is selected. */
  private _onClick(x: number, y: number): void {
    const { state } = this._context;
    const { left, time } = this._scale;
    const at = this._rowAt(y);
    const row = this._rows[at];
    if (x < left) {
      if (row) {
        this._toggleLane(row);
      }
      return;
    }
    const range = state.value.time;
    if (range && (time(x) < range.from || time(x) > range.to)) {
      this._setRange(null);
    }
    if (row) {
      this._row = at;
      this._time = time(x);
      this._select(row, x);
    }
  }

  private _select(row: IRow, x: number): void {
    const innermost = this._momentAt(row, x)?.innermost ?? -1;
    this._context.state.set({ selection: innermost });
  }

  private _toggleLane(row: IRow): void {
    const { state } = this._context;
    const alone = isSameLane(row.lane, state.value.lane);
    state.set(showLane(state.value, alone ? null : row.lane));
  }

  private _onDoubleClick(event: MouseEvent): void {
    const { x } = this._stage.locate(event);
    const { left, time } = this._scale;
    const range = this._context.state.value.time;
    if (x < left) {
      return;
    }
    if (range) {
      this._zoomTo(range);
    } else {
      this._zoomTo(scaleRange(this._shown, time(x), 0.25, SHORTEST));
    }
  }

  /** Ctrl and wheel: closer, farther. Sideways: earlier, later. */
  private _onWheel(event: WheelEvent): void {
    const { x } = this._stage.locate(event);
    const { time } = this._scale;
    const aside = event.shiftKey ? event.deltaY : event.deltaX;
    if (event.ctrlKey) {
      this._scaleAround(time(x), Math.exp(event.deltaY / 300));
    } else if (aside !== 0 && this._steps.length > 0) {
      const lasts = this._shown.to - this._shown.from;
      this._pan((lasts * aside) / this._scale.width);
    } else {
      return;
    }
    event.preventDefault();
  }

  private _pan(by: number): void {
    const { from, to } = this._shown;
    this._show({ from: from + by, to: to + by });
  }

  private _onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (!this._handleKey(event.key, event.shiftKey)) {
      return;
    }
    this._useKeys(true);
    event.preventDefault();
  }

  private _handleKey(key: string, extend: boolean): boolean {
    const { from, to } = this._shown;
    const step = (to - from) / STEPS;
    const page = Math.max(1, Math.floor(this._stage.height / 60));
    const row = this._rows[this._row] as IRow | undefined;
    const rows: Readonly<Record<string, number>> = {
      ArrowUp: -1,
      ArrowDown: 1,
      PageUp: -page,
      PageDown: page
    };
    const times: Readonly<Record<string, number>> = {
      ArrowLeft: this._time - step,
      ArrowRight: this._time + step,
      Home: from,
      End: to
    };
    if (key in times) {
      this._moveTime(times[key], extend);
    } else if (key in rows) {
      this._moveRow(this._row + rows[key]);
    } else if (key === 'Enter') {
      const { time } = this._context.state.value;
      if (time) {
        this._zoomTo(time);
      } else if (row) {
        this._select(row, this._scale.x(this._time));
      }
    } else if (key === ' ' && row) {
      this._toggleLane(row);
    } else if (key === '+' || key === '=') {
      this._scaleAround(this._time, 0.5);
    } else if (key === '-' || key === '_') {
      this._scaleAround(this._time, 2);
    } else if (key === '0') {
      this._zoomAll();
    } else {
      return false;
    }
    return true;
  }

  /** Moves the cursor; `extend` takes an end of the range along. */
  private _moveTime(to: number, extend: boolean): void {
    const whole = this._timeline.range;
    const before = this._time;
    this._time = Math.min(whole.to, Math.max(whole.from, to));
    if (extend) {
      const { time } = this._context.state.value;
      // The end where the cursor was moves, the other stays.
      const stays =
        time?.from === before
          ? time.to
          : time?.to === before
            ? time.from
            : before;
      this._setRange({
        from: Math.min(stays, this._time),
        to: Math.max(stays, this._time)
      });
    }
    const { from, to: end } = this._shown;
    if (this._time < from || this._time > end) {
      this._pan(this._time - (this._time < from ? from : end));
    }
  }

  private _moveRow(to: number): void {
    this._row = Math.max(0, Math.min(to, this._rows.length - 1));
    const { node } = this._stage;
    const top = this._stack.top[this._row];
    const bottom = this._stack.top[this._row + 1];
    if (top < node.scrollTop) {
      node.scrollTop = top;
    } else if (bottom + AXIS > node.scrollTop + node.clientHeight) {
      node.scrollTop = bottom + AXIS - node.clientHeight;
    }
  }

  /** The cursor is shown while keys move it. */
  private _useKeys(on: boolean): void {
    this._keyed = on;
    this._placeCursor();
    this._updateTwin();
  }

  private _placeCursor(): void {
    const { top } = this._stack;
    const { x, left } = this._scale;
    this._overlay.showCursor(
      this._keyed && this._row >= 0 && this._row < this._rows.length
        ? {
            x: x(this._time) - left,
            y: AXIS + top[this._row] - this._stage.node.scrollTop,
            height: top[this._row + 1] - top[this._row]
          }
        : null,
      this._when(this._time)
    );
  }

  private _updateTwin(): void {
    const from = Math.max(0, this._row - NEAR);
    const rows = this._rows.slice(from, this._row + NEAR + 1);
    const when = this._when(this._time);
    this._twin.show(
      rows.map((row, i) => {
        const moment = this._momentAt(row, this._scale.x(this._time));
        const said = moment ? momentSentence(this._context, moment, when) : '';
        return { index: from + i, cells: [row.name, row.detail, said] };
      }),
      this._rows.length,
      this._row
    );
  }

  private readonly _context: IViewContext;
  private readonly _stage: Stage;
  private readonly _overlay: Overlay;
  private readonly _twin: TableTwin;
  private readonly _brush: Brush;
  private readonly _columns: LaneColumns;
  private readonly _byTask: HTMLButtonElement;
  private readonly _whole: HTMLButtonElement;
  private readonly _note = el('span', { class: 'np-Tools-text' });
  private _rows: readonly IRow[] = [];
  private _stack: IRowStack = rowStack([]);
  private _scale: ITimeScale = timeScale({ from: 0, to: 1 }, 0, 1);
  private _shown: ITimeRange;
  /** What was shown before each zoom. */
  private _steps: ITimeRange[] = [];
  private _row = 0;
  /** The time of the keyboard's cursor. */
  private _time: number;
  private _keyed = false;
  private _withTasks = false;
  private _seen: ITimeline | null = null;
  private _seenTasks = false;
}

/** The timeline; without times a sentence that says why not. */
export const timeline: IViewKind = {
  id: 'timeline',
  label: 'Timeline',
  needs: () => ['timeline'],
  create: context => {
    const reason = whyNoTimeline(context.profile);
    return reason === null
      ? new TimelineView(context)
      : emptyView(context, reason, ['summary', 'table']);
  }
};
