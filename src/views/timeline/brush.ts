/** The pointer on the lanes: dragging brushes or moves an edge, a click is told apart. */
import type { ITimeRange } from '../../analysis/spans';
import type { ITimeScale } from '../../layout/timeAxis';
import type { Stage } from '../stage';

/** What the brush works on and tells. */
export interface IBrushed {
  scale(): ITimeScale;
  range(): ITimeRange | null;
  /** The range while the pointer is down. */
  live(range: ITimeRange): void;
  /** The range when the pointer goes up; null: it was given up. */
  done(range: ITimeRange | null): void;
  click(x: number, y: number): void;
}

/** Pixels: what is a drag, and how near an edge is. */
const MOVED = 4;
const NEAR = 5;

/** Follows the pointer from down to up. */
export class Brush {
  constructor(stage: Stage, of: IBrushed) {
    this._stage = stage;
    this._of = of;
    const { listeners, node } = stage;
    listeners.on(node, 'pointerdown', event => this._onDown(event));
    listeners.on(node, 'pointermove', event => this._onMove(event));
    listeners.on(node, 'pointerup', event => this._onUp(event));
    listeners.on(node, 'pointercancel', () => this.cancel());
  }

  /** Whether a range is being dragged. */
  get active(): boolean {
    return this._drag?.moved ?? false;
  }

  /** Gives up what is being dragged; false if nothing is. */
  cancel(): boolean {
    const { active } = this;
    this._drag = null;
    if (active) {
      this._of.done(null);
    }
    return active;
  }

  /** The cursor that says what a drag would do at `x`. */
  cursorAt(x: number): string {
    const scale = this._of.scale();
    if (x < scale.left) {
      return 'pointer';
    }
    return this._edgeAt(x) === null ? 'crosshair' : 'ew-resize';
  }

  private _onDown(event: PointerEvent): void {
    if (event.button !== 0) {
      return;
    }
    const { x, y } = this._stage.locate(event);
    const scale = this._of.scale();
    const anchor = this._edgeAt(x) ?? scale.time(x);
    this._drag = { x, y, anchor, moved: false };
  }

  private _onMove(event: PointerEvent): void {
    const drag = this._drag;
    if (!drag) {
      return;
    }
    const { x } = this._stage.locate(event);
    if (!drag.moved && Math.abs(x - drag.x) >= MOVED && this._inside(drag.x)) {
      drag.moved = true;
      this._stage.node.setPointerCapture(event.pointerId);
    }
    if (drag.moved) {
      this._of.live(this._rangeTo(x));
    }
  }

  private _onUp(event: PointerEvent): void {
    const drag = this._drag;
    const { x, y } = this._stage.locate(event);
    const range = this._rangeTo(x);
    this._drag = null;
    if (drag?.moved) {
      this._of.done(range);
    } else if (drag) {
      this._of.click(x, y);
    }
  }

  private _inside(x: number): boolean {
    return x >= this._of.scale().left;
  }

  private _rangeTo(x: number): ITimeRange {
    const { range, time } = this._of.scale();
    const there = Math.min(range.to, Math.max(range.from, time(x)));
    const anchor = this._drag?.anchor ?? there;
    return { from: Math.min(anchor, there), to: Math.max(anchor, there) };
  }

  /** The edge that stays while the one at `x` is moved; null: none is there. */
  private _edgeAt(x: number): number | null {
    const range = this._of.range();
    const scale = this._of.scale();
    if (!range) {
      return null;
    }
    const [from, to] = [scale.x(range.from), scale.x(range.to)];
    if (Math.abs(x - to) <= NEAR && Math.abs(x - to) <= Math.abs(x - from)) {
      return range.from;
    }
    return Math.abs(x - from) <= NEAR ? range.to : null;
  }

  private readonly _stage: Stage;
  private readonly _of: IBrushed;
  private _drag: {
    x: number;
    y: number;
    /** The time that stays. */
    anchor: number;
    moved: boolean;
  } | null = null;
}
