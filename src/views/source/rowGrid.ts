/** Rows of equal height as a grid: only those in sight are made. */
import { Disposables, el, uniqueId } from '../dom';

const ROW = 20;
const HEAD = 24;
/** Rows made above and below what is seen. */
const MARGIN = 10;

/** What a grid shows. */
export interface IGridRows {
  readonly count: number;
  /** The cells of a row. */
  cells(at: number): HTMLElement[];
  /** Further classes of a row. */
  classes?(at: number): readonly string[];
}

/** The title of a column. */
export function columnTitle(label: string, meaning: string): HTMLElement {
  return el('div', {
    text: label,
    attrs: { role: 'columnheader', title: meaning }
  });
}

/** Shows rows; one of them is the current one. */
export class RowGrid {
  /**
   * @param name Its classes are `<name>-grid`, `-rows` and `-row`.
   * @param head The row of titles.
   */
  constructor(name: string, head: HTMLElement, listeners: Disposables) {
    this._name = name;
    this._head = head;
    this._id = uniqueId(name.replace('np-', ''));
    this._space = el('div', {
      class: `${name}-rows`,
      attrs: { role: 'rowgroup' }
    });
    this.node = el(
      'div',
      { class: `${name}-grid`, attrs: { role: 'grid', tabindex: 0 } },
      head,
      this._space
    );
    listeners.on(this.node, 'scroll', () => this.draw());
    listeners.resized(this.node, () => this.draw());
  }

  readonly node: HTMLElement;

  /** The place of the current row; -1: none. */
  get active(): number {
    return this._active;
  }

  /** True where not all rows are in sight. */
  get scrolls(): boolean {
    return this._count * ROW > (this.node.clientHeight || 300);
  }

  /**
   * Shows rows.
   *
   * @param again They are those of before, anew: the place is kept.
   */
  showRows(rows: IGridRows | null, label: string, again: boolean): void {
    this._shown = rows;
    if (!again) {
      this._active = -1;
      this.node.scrollTop = this.node.scrollLeft = 0;
    }
    this._space.style.height = `${this._count * ROW}px`;
    this._space.replaceChildren();
    this._rows.clear();
    this.node.setAttribute('aria-rowcount', String(this._count + 1));
    this.node.setAttribute('aria-label', label);
    this.draw();
  }

  /** Gives the rows that are shown next other titles. */
  set head(head: HTMLElement) {
    this._head.replaceWith(head);
    this._head = head;
  }

  /** Makes a row the current one, in sight. */
  activate(at: number): void {
    this._active = Math.max(-1, Math.min(at, this._count - 1));
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

  /** Scrolls a row to the middle. */
  centre(at: number): void {
    this.node.scrollTop = at * ROW - this.node.clientHeight / 2;
  }

  /** The place of the row that an element belongs to; -1: none. */
  rowAt(target: EventTarget | null): number {
    const row = (target as HTMLElement).closest<HTMLElement>(
      `.${this._name}-row`
    );
    return row ? Number(row.dataset.at) : -1;
  }

  /** Where a key goes from the current row; null: it is none that travels. */
  goal(key: string): number | null {
    const page = Math.max(1, Math.floor(this.node.clientHeight / ROW) - 2);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: this._active + 1,
      ArrowUp: this._active - 1,
      PageDown: this._active + page,
      PageUp: this._active - page,
      Home: 0,
      End: this._count - 1
    };
    return key in steps ? Math.max(0, steps[key]) : null;
  }

  /**
   * The next row, in turn, that `is` what is looked for.
   *
   * @param step -1: the one before.
   */
  next(step: 1 | -1, is: (at: number) => boolean): number | null {
    const from = this._active < 0 && step < 0 ? 0 : this._active;
    for (let i = 1; i <= this._count; i++) {
      const at =
        (((from + i * step) % this._count) + this._count) % this._count;
      if (is(at)) {
        return at;
      }
    }
    return null;
  }

  /** Makes the rows in sight that are not there, and marks the current one. */
  draw(): void {
    const height = this.node.clientHeight || 300;
    const { scrollTop } = this.node;
    const first = Math.max(0, Math.floor(scrollTop / ROW) - MARGIN);
    const end = Math.min(
      this._count,
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
        const row = this._makeRow(this._shown!, at);
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

  private get _count(): number {
    return this._shown?.count ?? 0;
  }

  private _makeRow(rows: IGridRows, at: number): HTMLElement {
    const classes = [`${this._name}-row`, ...(rows.classes?.(at) ?? [])];
    const node = el(
      'div',
      {
        class: classes.join(' '),
        attrs: {
          role: 'row',
          id: `${this._id}-${at}`,
          'aria-rowindex': at + 2,
          'data-at': at
        }
      },
      ...rows.cells(at)
    );
    node.style.top = `${at * ROW}px`;
    return node;
  }

  private readonly _name: string;
  private _head: HTMLElement;
  private readonly _id: string;
  private readonly _space: HTMLElement;
  private readonly _rows = new Map<number, HTMLElement>();
  private _shown: IGridRows | null = null;
  private _active = -1;
}
