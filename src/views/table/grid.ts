/** A grid of rows by the million: only what is in sight is made; arrows travel. */
import {
  contentHeight,
  rowsInSight,
  rowTop,
  scrollToRow,
  type IVirtualRows
} from '../../layout/virtualRows';
import { Disposables, el, uniqueId } from '../dom';
import { tracks, type IColumn } from './column';
import { makeHead, type ISorted } from './head';

const ROW = 24;
/** Rows made above and below what is in sight. */
const MARGIN = 8;

/** What a grid does not know itself. */
export interface IGridOptions {
  readonly label: string;
  /** Completes a row just made: its look, and what it says beside its cells. */
  dress(node: HTMLElement, row: number): void;
  isSelected(row: number, active: boolean): boolean;
  /** The user went to a row with an arrow, or clicked it. */
  chosen(row: number, clicked: boolean): void;
  /** Enter, or a double click. */
  entered?(row: number): void;
  /** A click on the head of a column, or Shift and an arrow; then it says the direction. */
  sort?(column: IColumn, descending?: boolean): void;
  /** An arrow went past the first row (-1) or the last (1). */
  passed?(step: -1 | 1): void;
}

/** Rows in their order under columns; the one that arrows move from is the active one. */
export class Grid {
  constructor(options: IGridOptions) {
    this._options = options;
    this.node = el(
      'div',
      {
        class: 'np-Grid',
        attrs: { role: 'grid', tabindex: 0, 'aria-label': options.label }
      },
      this._head,
      this._space
    );
    this._listeners.on(this.node, 'scroll', () => this._draw());
    this._listeners.on(this.node, 'keydown', event => this._onKey(event));
    this._listeners.on(this._space, 'click', event => {
      const at = placeOf(event.target);
      if (at >= 0) {
        this._moveTo(at, true);
      }
    });
    this._listeners.on(this._space, 'dblclick', event => {
      const at = placeOf(event.target);
      if (at >= 0) {
        options.entered?.(this._order[at]);
      }
    });
    this._listeners.resized(this.node, () => this._draw());
  }

  readonly node: HTMLElement;

  /** The active row, -1: none. */
  get active(): number {
    return this._order[this._active] ?? -1;
  }

  /** Shows these rows; the active one stays so if it is among them. */
  show(
    columns: readonly IColumn[],
    order: Int32Array,
    sorted: ISorted | null
  ): void {
    const { active } = this;
    this._columns = columns;
    this._sorted = columns.findIndex(({ id }) => id === sorted?.id);
    this._order = order;
    this._active = active < 0 ? -1 : order.indexOf(active);
    this.node.setAttribute('aria-rowcount', String(order.length + 1));
    this._space.style.height = `${contentHeight(this._box)}px`;
    const { template, least } = tracks(columns);
    this.node.style.setProperty('--np-columns', template);
    this.node.style.setProperty('--np-least-width', `${least}px`);
    makeHead(this._head, columns, sorted, this._options.sort);
    this._made.clear();
    this._space.replaceChildren();
    this._draw();
  }

  /** The rows are others than before: begin at the first, none active. */
  reset(): void {
    this._active = -1;
    this.node.scrollTop = 0;
  }

  /** Makes a row the active one and brings it into sight; false: it is not shown. */
  activate(row: number): boolean {
    const at = this._order.indexOf(row);
    if (at >= 0 && at !== this._active) {
      this._active = at;
      this._reveal();
    }
    return at >= 0;
  }

  /** Enters at the first row (1) or the last (-1), as from a grid above or below. */
  enter(step: -1 | 1): void {
    this.node.focus();
    this._moveTo(step > 0 ? 0 : this._order.length - 1, false);
  }

  /** Marks the active row and those that are selected. */
  showMarks(): void {
    this._draw();
  }

  dispose(): void {
    this._listeners.dispose();
  }

  private get _box(): IVirtualRows {
    return {
      count: this._order.length,
      rowHeight: ROW,
      visible: Math.max(
        ROW,
        (this.node.clientHeight || 300) - this._head.offsetHeight
      )
    };
  }

  /** Makes the rows that came into sight, in their order. The others stay: a double click needs
   * both clicks on the same element. */
  private _draw(): void {
    const box = this._box;
    const { scrollTop } = this.node;
    const [first, last] = rowsInSight(box, scrollTop, MARGIN);
    for (const [at, node] of this._made) {
      if (at < first || at >= last) {
        this._made.delete(at);
        node.remove();
      }
    }
    let next = this._space.firstChild;
    for (let at = first; at < last; at++) {
      const node = this._made.get(at) ?? this._makeRow(at);
      node.style.top = `${rowTop(box, scrollTop, at)}px`;
      if (node === next) {
        next = next.nextSibling;
      } else {
        this._space.insertBefore(node, next);
      }
    }
    this._mark();
  }

  private _makeRow(at: number): HTMLElement {
    const row = this._order[at];
    const cells = this._columns.map((column, i) => {
      const cell = el('div', {
        class: column.numeric ? 'np-mod-number' : i > 0 ? 'np-mod-soft' : '',
        text: column.text(row),
        attrs: { role: 'gridcell' }
      });
      if (column.fill) {
        cell.classList.add('np-mod-bar');
        const percent = 100 * Math.min(1, Math.max(0, column.fill(row)));
        cell.style.setProperty('--np-fill', `${percent.toFixed(1)}%`);
      }
      return cell;
    });
    const node = el(
      'div',
      {
        class: 'np-Grid-row',
        attrs: {
          role: 'row',
          id: `${this._id}-${at}`,
          'aria-rowindex': at + 2,
          'data-at': at
        }
      },
      ...cells
    );
    this._options.dress(node, row);
    this._made.set(at, node);
    return node;
  }

  private _mark(): void {
    this.node.removeAttribute('aria-activedescendant');
    for (const [at, node] of this._made) {
      const active = at === this._active;
      const selected = this._options.isSelected(this._order[at], active);
      node.classList.toggle('np-mod-active', active);
      node.setAttribute('aria-selected', String(selected));
      if (active) {
        this.node.setAttribute('aria-activedescendant', node.id);
      }
    }
  }

  private _moveTo(at: number, clicked: boolean): void {
    if (this._order.length === 0) {
      return;
    }
    this._active = Math.max(0, Math.min(at, this._order.length - 1));
    this._reveal();
    this._options.chosen(this._order[this._active], clicked);
    this.showMarks();
  }

  private _reveal(): void {
    const { scrollTop } = this.node;
    const wanted = scrollToRow(this._box, scrollTop, this._active);
    if (wanted !== scrollTop) {
      this.node.scrollTop = wanted;
    }
  }

  private _onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.shiftKey) {
      if (this._sortByKey(event.key)) {
        event.preventDefault();
      }
      return;
    }
    const page = Math.max(1, Math.floor(this._box.visible / ROW) - 1);
    const last = this._order.length - 1;
    const places: Readonly<Record<string, number>> = {
      ArrowDown: this._active + 1,
      ArrowUp: this._active - 1,
      PageDown: this._active + page,
      PageUp: this._active - page,
      Home: 0,
      End: last
    };
    const { passed, entered } = this._options;
    if (event.key in places) {
      const at = places[event.key];
      const step = event.key === 'ArrowUp' ? -1 : 1;
      if (passed && /^Arrow/.test(event.key) && (at < 0 || at > last)) {
        passed(step);
      } else {
        this._moveTo(at, false);
      }
    } else if (event.key === 'Enter' && entered && this.active >= 0) {
      entered(this.active);
    } else {
      return;
    }
    event.preventDefault();
  }

  /** By the column beside; ascending, descending. */
  private _sortByKey(key: string): boolean {
    const aside = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: 0, ArrowDown: 0 }[
      key
    ];
    const column = this._columns[this._sorted + (aside ?? 0)];
    if (aside === undefined || this._sorted < 0 || !column) {
      return false;
    }
    const down = aside === 0 ? key === 'ArrowDown' : column.numeric;
    this._options.sort?.(column, down);
    return true;
  }

  private readonly _options: IGridOptions;
  private readonly _id = uniqueId('row');
  private readonly _listeners = new Disposables();
  private readonly _head = el('div', {
    class: 'np-Grid-head',
    attrs: { role: 'row' }
  });
  private readonly _space = el('div', {
    class: 'np-Grid-rows',
    attrs: { role: 'rowgroup' }
  });
  private _columns: readonly IColumn[] = [];
  /** Which of them the rows are ordered by, -1: none. */
  private _sorted = -1;
  private _order = new Int32Array(0);
  /** The rows that are made, by where they stand. */
  private readonly _made = new Map<number, HTMLElement>();
  private _active = -1;
}

/** Where the row that an event is of stands, -1: nowhere. */
function placeOf(target: EventTarget | null): number {
  const row = (target as HTMLElement).closest<HTMLElement>('.np-Grid-row');
  return row ? Number(row.dataset.at) : -1;
}
