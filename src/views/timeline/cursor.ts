/** The keyboard's place in the timeline: a row and a time, drawn and told. */
import type { IViewContext } from '../view';
import { selectAt, toggleLane } from './choose';
import { momentSentence } from './facts';
import { AXIS } from './paint';
import type { ITimelineParts } from './parts';
import { TableTwin } from './twin';

/** Parts of what is shown by which keys move. */
const STEPS = 100;
/** Rows told to a screen reader above and below the focus. */
const NEAR = 6;

/** Follows the keys; shown only while they are used. */
export class Cursor {
  constructor(context: IViewContext, parts: ITimelineParts) {
    this._context = context;
    this._parts = parts;
    this._time = parts.zoom.shown.from;
    const { trans } = context;
    const { listeners, node } = parts.stage;
    this._twin = new TableTwin(node, [
      trans.__('Thread'),
      trans.__('Cost'),
      trans.__('At the cursor')
    ]);
    listeners.on(node, 'pointerdown', () => this._use(false));
    listeners.on(node, 'scroll', () => this._place());
    listeners.on(node, 'blur', () => this._use(false));
    listeners.on(node, 'keydown', event => this._onKey(event));
  }

  /** Goes to a row and a time. */
  goTo(row: number, time: number): void {
    this._row = row;
    this._time = time;
  }

  /** Follows a new layout. */
  update(): void {
    this._row = Math.min(this._row, this._parts.scene.rows.length - 1);
    this._place();
    this._tell();
  }

  private _onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (this._handle(event.key, event.shiftKey)) {
      this._use(true);
      event.preventDefault();
    }
  }

  private _handle(key: string, extend: boolean): boolean {
    const { scene, stage, zoom, range } = this._parts;
    const { from, to } = zoom.shown;
    const step = (to - from) / STEPS;
    const page = Math.max(1, Math.floor(stage.height / 60));
    const row = scene.rows[this._row];
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
      if (range.value) {
        zoom.to(range.value);
      } else if (row) {
        selectAt(this._context, scene, row, scene.scale.x(this._time));
      }
    } else if (key === ' ' && row) {
      toggleLane(this._context, row);
    } else if (key === '+' || key === '=') {
      zoom.scaleAround(this._time, 0.5);
    } else if (key === '-' || key === '_') {
      zoom.scaleAround(this._time, 2);
    } else if (key === '0') {
      zoom.all();
    } else {
      return false;
    }
    return true;
  }

  /** Moves the cursor; `extend` takes an end of the range along. */
  private _moveTime(to: number, extend: boolean): void {
    const { scene, zoom, range } = this._parts;
    const whole = scene.timeline.range;
    const before = this._time;
    this._time = Math.min(whole.to, Math.max(whole.from, to));
    if (extend) {
      const time = range.value;
      // The end where the cursor was moves, the other stays.
      const stays =
        time?.from === before
          ? time.to
          : time?.to === before
            ? time.from
            : before;
      range.set({
        from: Math.min(stays, this._time),
        to: Math.max(stays, this._time)
      });
    }
    const { from, to: end } = zoom.shown;
    if (this._time < from || this._time > end) {
      zoom.pan(this._time - (this._time < from ? from : end));
    }
  }

  private _moveRow(to: number): void {
    const { scene, stage } = this._parts;
    this._row = Math.max(0, Math.min(to, scene.rows.length - 1));
    const { node } = stage;
    const top = scene.top(this._row);
    const bottom = scene.top(this._row + 1);
    if (top < node.scrollTop) {
      node.scrollTop = top;
    } else if (bottom + AXIS > node.scrollTop + node.clientHeight) {
      node.scrollTop = bottom + AXIS - node.clientHeight;
    }
  }

  /** The cursor is shown while keys move it. */
  private _use(on: boolean): void {
    this._keyed = on;
    this._place();
    this._tell();
  }

  private _place(): void {
    const { scene, stage, overlay } = this._parts;
    const { x, left } = scene.scale;
    const top = scene.top(this._row);
    overlay.showCursor(
      this._keyed && this._row >= 0 && this._row < scene.rows.length
        ? {
            x: x(this._time) - left,
            y: AXIS + top - stage.node.scrollTop,
            height: scene.top(this._row + 1) - top
          }
        : null,
      scene.when(this._time)
    );
  }

  /** Tells a screen reader the rows around the cursor. */
  private _tell(): void {
    const { scene } = this._parts;
    const from = Math.max(0, this._row - NEAR);
    const rows = scene.rows.slice(from, this._row + NEAR + 1);
    const when = scene.when(this._time);
    this._twin.show(
      rows.map((row, i) => {
        const moment = scene.momentAt(row, scene.scale.x(this._time));
        const said = moment ? momentSentence(this._context, moment, when) : '';
        return { index: from + i, cells: [row.name, row.detail, said] };
      }),
      scene.rows.length,
      this._row
    );
  }

  private readonly _context: IViewContext;
  private readonly _parts: ITimelineParts;
  private readonly _twin: TableTwin;
  private _row = 0;
  private _time: number;
  private _keyed = false;
}
