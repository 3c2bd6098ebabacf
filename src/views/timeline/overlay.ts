/** What lies over the lanes: the brushed range, the pointer's time, the keyboard's place. */
import { el } from '../dom';
import type { Stage } from '../stage';
import { AXIS } from './paint';

/** Horizontal stretch in pixels. */
export interface IStretch {
  readonly from: number;
  readonly to: number;
}

/** Elements moved about, so that the lanes need not be painted again. */
export class Overlay {
  constructor(stage: Stage) {
    this._range.append(this._label);
    this._cursor.append(this._at);
    const parts = [this._before, this._after, this._range];
    this.node.append(...parts, this._line, this._cursor);
    this.showRange(null, '');
    this.showLine(-1);
    this.showCursor(null, '');
    stage.root.insertBefore(this.node, stage.node);
  }

  readonly node = el('div', {
    class: 'np-Over',
    attrs: { 'aria-hidden': true }
  });

  /** Leaves the column of labels free. */
  place(left: number, width: number): void {
    this.node.style.left = `${left}px`;
    this.node.style.width = `${width}px`;
    this._width = width;
  }

  /** Shows a range by what it leaves out; null: none. */
  showRange(range: IStretch | null, label: string): void {
    const shown = range !== null;
    for (const part of [this._before, this._after, this._range]) {
      part.hidden = !shown;
    }
    if (range) {
      const from = Math.max(-2, range.from);
      const to = Math.min(this._width + 2, range.to);
      this._before.style.width = `${Math.max(0, from)}px`;
      this._after.style.left = `${to}px`;
      this._range.style.left = `${from}px`;
      this._range.style.width = `${Math.max(0, to - from)}px`;
      this._label.textContent = label;
    }
  }

  /** A line at the pointer; -1: none. */
  showLine(x: number): void {
    this._line.hidden = !(x >= 0 && x <= this._width);
    this._line.style.left = `${x}px`;
  }

  /** A box at the keyboard's place; null: none. */
  showCursor(
    place: { x: number; y: number; height: number } | null,
    when: string
  ): void {
    this._cursor.hidden = !place || place.x < 0 || place.x > this._width;
    if (place) {
      this._at.textContent = when;
      const top = Math.max(AXIS, place.y);
      this._cursor.style.left = `${place.x}px`;
      this._cursor.style.top = `${top}px`;
      this._cursor.style.height = `${Math.max(0, place.y + place.height - top)}px`;
    }
  }

  private readonly _before = el('div', { class: 'np-Over-rest' });
  private readonly _after = el('div', { class: 'np-Over-rest np-mod-after' });
  private readonly _range = el('div', { class: 'np-Over-range' });
  private readonly _label = el('span', { class: 'np-Over-label' });
  private readonly _line = el('div', { class: 'np-Over-line' });
  private readonly _cursor = el('div', { class: 'np-Over-cursor' });
  private readonly _at = el('span', { class: 'np-Over-time' });
  private _width = 0;
}
