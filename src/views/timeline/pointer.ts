/** The pointer over the timeline: what is under it, clicks, the wheel. */
import { isSameLane } from '../laneName';
import type { ITip } from '../tooltip';
import type { IViewContext } from '../view';
import { Brush } from './brush';
import { selectAt, toggleLane } from './choose';
import type { Cursor } from './cursor';
import { momentTip } from './facts';
import type { ITimelineParts } from './parts';
import type { IRow } from './rows';

/** Follows the pointer. */
export class Pointer {
  constructor(context: IViewContext, parts: ITimelineParts, cursor: Cursor) {
    this._context = context;
    this._parts = parts;
    this._cursor = cursor;
    const { stage, scene, overlay, range } = parts;
    const { listeners, node } = stage;
    this._brush = new Brush(stage, {
      scale: () => scene.scale,
      range: () => range.value,
      live: to => range.show(to),
      done: to => range.set(to ?? range.value),
      click: (x, y) => this._onClick(x, y)
    });
    listeners.on(node, 'pointermove', event => this._onMove(event));
    listeners.on(node, 'pointerleave', () => {
      context.tooltip.hide();
      overlay.showLine(-1);
    });
    listeners.on(node, 'dblclick', event => this._onDoubleClick(event));
    listeners.on(node, 'wheel', event => this._onWheel(event), {
      passive: false
    });
  }

  /** Gives up what is being dragged; false if nothing is. */
  cancel(): boolean {
    return this._brush.cancel();
  }

  private _onMove(event: PointerEvent): void {
    const { tooltip } = this._context;
    const { stage, scene, overlay } = this._parts;
    const { x, y } = stage.locate(event);
    const { left, time } = scene.scale;
    const row = scene.rows[scene.rowAt(y)];
    const inside = x >= left;
    stage.node.style.cursor =
      inside || row ? this._brush.cursorAt(x) : 'default';
    overlay.showLine(inside ? x - left : -1);
    if (!row || this._brush.active) {
      tooltip.hide();
      return;
    }
    const moment = inside ? scene.momentAt(row, x) : null;
    const tip = moment
      ? momentTip(
          this._context,
          scene.timeline,
          row,
          moment,
          scene.when(time(x))
        )
      : this._laneTip(row);
    tooltip.show(tip, event.clientX, event.clientY);
  }

  private _laneTip(row: IRow): ITip {
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
      ]
    };
  }

  /** A label: that lane alone, in all views. A lane: what ran there is selected. */
  private _onClick(x: number, y: number): void {
    const { scene, range } = this._parts;
    const { left, time } = scene.scale;
    const at = scene.rowAt(y);
    const row = scene.rows[at];
    if (x < left) {
      if (row) {
        toggleLane(this._context, row);
      }
      return;
    }
    const { value } = range;
    if (value && (time(x) < value.from || time(x) > value.to)) {
      range.set(null);
    }
    if (row) {
      this._cursor.goTo(at, time(x));
      selectAt(this._context, scene, row, x);
    }
  }

  private _onDoubleClick(event: MouseEvent): void {
    const { stage, scene, range, zoom } = this._parts;
    const { x } = stage.locate(event);
    const { left, time } = scene.scale;
    if (x < left) {
      return;
    }
    if (range.value) {
      zoom.to(range.value);
    } else {
      zoom.closer(time(x));
    }
  }

  /** Ctrl and wheel: closer, farther. Sideways: earlier, later. */
  private _onWheel(event: WheelEvent): void {
    const { stage, scene, zoom } = this._parts;
    const { x } = stage.locate(event);
    const { time, width } = scene.scale;
    const aside = event.shiftKey ? event.deltaY : event.deltaX;
    if (event.ctrlKey) {
      zoom.scaleAround(time(x), Math.exp(event.deltaY / 300));
    } else if (aside !== 0 && zoom.isZoomed) {
      const lasts = zoom.shown.to - zoom.shown.from;
      zoom.pan((lasts * aside) / width);
    } else {
      return;
    }
    event.preventDefault();
  }

  private readonly _context: IViewContext;
  private readonly _parts: ITimelineParts;
  private readonly _cursor: Cursor;
  private readonly _brush: Brush;
}
