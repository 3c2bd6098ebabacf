/** The lines of a sheet as a grid: only those in sight are made. */
import { Disposables, el, uniqueId } from '../dom';
import type { IViewContext } from '../view';
import { makeCells, makeHead, type ISourceLine } from './rows';
import type { ISheet } from './sheet';

const ROW = 20;
const HEAD = 24;
/** Rows made above and below what is seen. */
const MARGIN = 10;
/** Wider text scrolls no further; the line is cut off there, too. */
const WIDEST = 2_000;

/** Shows a sheet; one of its lines is the current one. */
export class LineGrid {
  constructor(context: IViewContext, listeners: Disposables) {
    this._context = context;
    this.node.append(makeHead(context.trans), this._space);
    listeners.on(this.node, 'scroll', () => this.draw());
    listeners.resized(this.node, () => this.draw());
  }

  readonly node = el('div', {
    class: 'np-Source-grid',
    attrs: { role: 'grid', tabindex: 0 }
  });

  /** The lines that are shown. */
  get lines(): readonly ISourceLine[] {
    return this._sheet?.shown ?? [];
  }

  /** The place of the current line in `lines`; -1: none. */
  get active(): number {
    return this._active;
  }

  /** How many lines a page has. */
  get page(): number {
    return Math.max(1, Math.floor(this.node.clientHeight / ROW) - 2);
  }

  /** True where not all lines are in sight. */
  get scrolls(): boolean {
    return this.lines.length * ROW > (this.node.clientHeight || 300);
  }

  /**
   * Shows a sheet.
   *
   * @param again It is of the file shown before: its place is kept.
   */
  show(sheet: ISheet | null, again: boolean): void {
    const { profile, trans } = this._context;
    this._sheet = sheet;
    if (!again) {
      this._active = -1;
      this.node.scrollTop = this.node.scrollLeft = 0;
    }
    const { lines } = this;
    const longest = lines.reduce(
      (most, { text }) => Math.max(most, Math.min(text?.length ?? 0, WIDEST)),
      40
    );
    const digits = String(lines.at(-1)?.number ?? 0).length;
    const { style } = this.node;
    style.setProperty('--np-longest', `${longest + 2}ch`);
    style.setProperty('--np-digits', `${Math.max(3, digits)}ch`);
    this._space.style.height = `${lines.length * ROW}px`;
    this._space.replaceChildren();
    this._rows.clear();
    this.node.setAttribute('aria-rowcount', String(lines.length + 1));
    this.node.setAttribute(
      'aria-label',
      sheet
        ? trans.__('Source of %1', profile.strings[sheet.source.file])
        : trans.__('Source')
    );
    this.draw();
  }

  /** Makes a line the current one, in sight. */
  activate(at: number): void {
    this._active = Math.max(-1, Math.min(at, this.lines.length - 1));
    const { clientHeight, scrollTop } = this.node;
    const top = this._active * ROW;
    const below = top + 2 * ROW + HEAD;
    if (this._active >= 0 && top < scrollTop) {
      this.node.scrollTop = Math.max(0, top - ROW);
    } else if (this._active >= 0 && below > scrollTop + clientHeight) {
      this.node.scrollTop = below - clientHeight;
    }
    this.draw();
  }

  /** Scrolls a line to the middle. */
  centre(at: number): void {
    this.node.scrollTop = at * ROW - this.node.clientHeight / 2;
  }

  /** The place of the line that an element belongs to; -1: none. */
  lineAt(target: EventTarget | null): number {
    const row = (target as HTMLElement).closest<HTMLElement>('.np-Source-row');
    return row ? Number(row.dataset.at) : -1;
  }

  /** Marks all parts of the expression that an element belongs to, if any. */
  mark(piece: HTMLElement | null): void {
    const row = piece?.closest('.np-Source-row');
    for (const part of this._space.querySelectorAll<HTMLElement>('.np-Expr')) {
      part.classList.toggle(
        'np-mod-hover',
        !!row?.contains(part) && part.dataset.span === piece?.dataset.span
      );
    }
  }

  /** Makes the rows in sight that are not there, and marks the current one. */
  draw(): void {
    const height = this.node.clientHeight || 300;
    const { scrollTop } = this.node;
    const first = Math.max(0, Math.floor(scrollTop / ROW) - MARGIN);
    const end = Math.min(
      this.lines.length,
      Math.ceil((scrollTop + height) / ROW) + MARGIN
    );
    // Rows that stay are left alone: a double click needs its row twice.
    for (const [at, row] of this._rows) {
      if (at < first || at >= end) {
        row.remove();
        this._rows.delete(at);
      }
    }
    for (let at = end - 1; at >= first; at--) {
      if (!this._rows.has(at)) {
        const row = this._makeRow(this._sheet!, at);
        this._rows.set(at, row);
        this._space.insertBefore(row, this._rows.get(at + 1) ?? null);
      }
    }
    for (const [at, row] of this._rows) {
      const isActive = at === this._active;
      row.classList.toggle('np-mod-active', isActive);
      row.setAttribute('aria-selected', String(isActive));
    }
    const active = this._rows.get(this._active);
    if (active) {
      this.node.setAttribute('aria-activedescendant', active.id);
    } else {
      this.node.removeAttribute('aria-activedescendant');
    }
  }

  private _makeRow(sheet: ISheet, at: number): HTMLElement {
    const line = sheet.shown[at];
    const node = el(
      'div',
      {
        class: 'np-Source-row',
        attrs: {
          role: 'row',
          id: `${this._id}-${at}`,
          'aria-rowindex': at + 2,
          'data-at': at
        }
      },
      ...makeCells(this._context, sheet, line)
    );
    node.classList.toggle('np-mod-dim', !this._isFound(sheet, line));
    node.style.top = `${at * ROW}px`;
    return node;
  }

  /** Whether a line has what is searched for: its text, or its function. */
  private _isFound({ lines }: ISheet, { row, text }: ISourceLine): boolean {
    const { data, state } = this._context;
    const { matches } = data;
    const words = state.value.search.trim().toLowerCase();
    return (
      !matches ||
      (row >= 0 && matches.has(lines.function[row])) ||
      !!text?.toLowerCase().includes(words)
    );
  }

  private readonly _context: IViewContext;
  private readonly _id = uniqueId('source');
  private readonly _space = el('div', {
    class: 'np-Source-rows',
    attrs: { role: 'rowgroup' }
  });
  private readonly _rows = new Map<number, HTMLElement>();
  private _sheet: ISheet | null = null;
  private _active = -1;
}
