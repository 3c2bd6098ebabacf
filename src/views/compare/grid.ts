/** The comparison as a table: functions or lines, a column for each profile. */
import { Verdict, type IChanges } from '../../analysis/compare/changes';
import { csvTable } from '../../export/csv';
import { Disposables, el, uniqueId } from '../dom';
import type { Store } from '../store';
import type { IExportChoice, IViewContext } from '../view';
import { makeColumns, type ICompareColumn } from './columns';
import type { Compared } from './data';
import { tableRows, type ITableRows } from './rows';
import type { ICompareState, IPart } from './state';
import { levelOf } from './words';

const ROW = 24;
const HEAD = 28;
/** Rows made above and below what is seen. */
const MARGIN = 8;

/** A table of what `state` says; only rows in sight are made. */
export class ComparedGrid implements IPart {
  constructor(
    context: IViewContext,
    state: Store<ICompareState>,
    compared: () => Compared
  ) {
    this._context = context;
    this._state = state;
    this._compared = compared;
    const { trans } = context;
    this.node = el(
      'div',
      {
        class: 'np-Grid np-CompareGrid',
        attrs: {
          role: 'grid',
          tabindex: 0,
          'aria-label': trans.__('Differences')
        }
      },
      this._head,
      this._space
    );
    this._listeners.on(this.node, 'scroll', () => this._drawRows());
    this._listeners.on(this.node, 'keydown', event => this._onKey(event));
    this._listeners.on(this._space, 'click', event => {
      const row = (event.target as HTMLElement).closest<HTMLElement>(
        '[data-at]'
      );
      if (row) {
        this._activate(Number(row.dataset.at));
      }
    });
    this._listeners.on(this._space, 'dblclick', () => this._showInFlame());
    this._listeners.resized(this.node, () => this._drawRows());
    this._listeners.add(state.subscribe(['row'], () => this._showRow()));
  }

  readonly node: HTMLElement;

  refresh(): void {
    if (this.node.hidden) {
      return;
    }
    const compared = this._compared();
    const rows = tableRows(this._context, compared, this._state.value.shows);
    const { column, unit } = this._state.value;
    this._rows = rows;
    this._changes = compared.changes(rows.costs, column, unit);
    this._columns = makeColumns(
      this._context,
      compared,
      rows.costs,
      this._changes,
      this._state.value,
      rows
    );
    this._order = this._sorted();
    this._active = -1;
    this.node.setAttribute('aria-rowcount', String(this._order.length + 1));
    this._space.style.height = `${this._order.length * ROW}px`;
    const widths = this._columns.map(({ width }) => width).join(' ');
    this.node.style.setProperty('--np-columns', widths);
    const least = 420 + 96 * (this._columns.length - 2);
    this.node.style.setProperty('--np-least-width', `${least}px`);
    this._drawHead();
    this._showRow();
  }

  focus(): void {
    this.node.focus({ preventScroll: true });
    if (this._active < 0) {
      this._activate(0);
    }
  }

  exports(): readonly IExportChoice[] {
    const { trans } = this._context;
    return [
      {
        label: trans.__('Table (CSV)'),
        extension: 'csv',
        make: () => {
          const columns = this._columns;
          const { change, half } = this._changes!;
          const value = (column: ICompareColumn, row: number) =>
            column.id === 'change'
              ? change[row]
              : column.numeric
                ? column.order(row)
                : column.text(row);
          return csvTable(
            [
              ...columns.map(({ id, label }) =>
                id.startsWith('cost') ? label : id
              ),
              'half_of_95_percent_interval'
            ],
            this._order.map(row => [
              ...columns.map(column => value(column, row)),
              half[row]
            ])
          );
        }
      }
    ];
  }

  dispose(): void {
    this._listeners.dispose();
  }

  private _sorted(): number[] {
    const { matches } = this._context.data;
    const rows = this._rows!;
    const { column: cost } = this._state.value;
    const shown: number[] = [];
    for (let row = 0; row < rows.costs.length; row++) {
      const any = rows.costs.costs.some(side => side[cost][row] > 0);
      const own = rows.own(row);
      if (any && (!matches || (own >= 0 && matches.has(own)))) {
        shown.push(row);
      }
    }
    const column =
      this._columns.find(({ id }) => id === this._sort) ??
      this._columns.find(({ id }) => id === 'change')!;
    const keys = new Map(shown.map(row => [row, column.order(row)]));
    const sign = this._descending ? -1 : 1;
    return shown.sort((a, b) => {
      const left = keys.get(a)!;
      const right = keys.get(b)!;
      return left < right ? -sign : left > right ? sign : a - b;
    });
  }

  private _drawHead(): void {
    const cells = this._columns.map(column => {
      const sorted = column.id === this._sort;
      const button = el('button', {
        text: column.label + (sorted ? (this._descending ? ' ↓' : ' ↑') : ''),
        attrs: { type: 'button', tabindex: -1, title: column.title }
      });
      button.addEventListener('click', () => this._sortBy(column));
      const order = this._descending ? 'descending' : 'ascending';
      return el(
        'div',
        {
          class: column.numeric ? 'np-mod-number' : '',
          attrs: {
            role: 'columnheader',
            'aria-sort': sorted ? order : 'none'
          }
        },
        button
      );
    });
    this._head.replaceChildren(...cells);
  }

  private _sortBy(column: ICompareColumn): void {
    this._descending =
      column.id === this._sort ? !this._descending : column.numeric;
    this._sort = column.id;
    this.node.scrollTop = 0;
    this.refresh();
  }

  private _drawRows(): void {
    const height = this.node.clientHeight || 300;
    const { scrollTop } = this.node;
    const first = Math.max(0, Math.floor(scrollTop / ROW) - MARGIN);
    const last = Math.min(
      this._order.length,
      Math.ceil((scrollTop + height) / ROW) + MARGIN
    );
    // Rows stay where they can: a double click needs both on one element.
    const drawn = `${first} ${last}`;
    if (drawn !== this._drawn || this._order !== this._drawnOrder) {
      this._drawn = drawn;
      this._drawnOrder = this._order;
      const nodes: HTMLElement[] = [];
      for (let at = first; at < last; at++) {
        nodes.push(this._makeRow(at));
      }
      this._space.replaceChildren(...nodes);
    }
    this._markRows();
  }

  private _makeRow(at: number): HTMLElement {
    const row = this._order[at];
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
      ...this._columns.map(column => this._makeCell(column, row))
    );
    node.style.top = `${at * ROW}px`;
    return node;
  }

  private _makeCell(column: ICompareColumn, row: number): HTMLElement {
    const text = column.text(row);
    const code = this._rows!.code && column.id === 'name';
    const kind = column.numeric
      ? 'np-mod-number'
      : column.id === 'name'
        ? code
          ? 'np-mod-code'
          : ''
        : 'np-mod-soft';
    const cell = el('div', {
      class: kind,
      text,
      attrs: { role: 'gridcell', ...(column.id === 'name' && { title: text }) }
    });
    if (column.id === 'verdict') {
      cell.prepend(
        el('span', { class: `np-Swatch np-Change ${this._changeClass(row)}` })
      );
    }
    return cell;
  }

  private _changeClass(row: number): string {
    const { change, verdict } = this._changes!;
    if (verdict[row] < Verdict.Real) {
      return 'np-mod-noise';
    }
    const compared = this._compared();
    const { totals } = compared;
    const mean = totals.reduce((sum, one) => sum + one, 0) / totals.length;
    const whole = this._state.value.unit === 'share' ? 1 : mean;
    // Of several profiles none comes first: unlike has no direction.
    const more = totals.length > 2 || change[row] > 0;
    const kind = more ? 'more' : 'less';
    return `np-mod-${kind}${levelOf(change[row], whole)}`;
  }

  private _markRows(): void {
    this.node.removeAttribute('aria-activedescendant');
    const { row: selected } = this._state.value;
    for (const node of this._space.querySelectorAll<HTMLElement>('[data-at]')) {
      const at = Number(node.dataset.at);
      const active = at === this._active;
      const same = this._rows!.matched(this._order[at]) === selected;
      node.classList.toggle('np-mod-active', active);
      node.setAttribute(
        'aria-selected',
        String(same && selected >= 0 && (active || !this._rows!.code))
      );
      if (active) {
        this.node.setAttribute('aria-activedescendant', node.id);
      }
    }
  }

  private _activate(at: number): void {
    if (this._order.length === 0) {
      return;
    }
    this._active = Math.max(0, Math.min(at, this._order.length - 1));
    this._state.set({ row: this._rows!.matched(this._order[this._active]) });
    this._reveal();
    this._drawRows();
  }

  /** A row chosen elsewhere comes into sight. */
  private _showRow(): void {
    if (this.node.hidden || !this._rows) {
      return;
    }
    const { row } = this._state.value;
    const rows = this._rows;
    const is = (of: number): boolean => rows.matched(of) === row;
    if (row >= 0 && !(this._active >= 0 && is(this._order[this._active]))) {
      this._active = this._order.findIndex(is);
      this._reveal();
    }
    this._drawRows();
  }

  private _reveal(): void {
    const top = this._active * ROW;
    const { clientHeight, scrollTop } = this.node;
    if (this._active >= 0 && top < scrollTop) {
      this.node.scrollTop = top;
    } else if (top + ROW + HEAD > scrollTop + clientHeight) {
      this.node.scrollTop = top + ROW + HEAD - clientHeight;
    }
  }

  private _showInFlame(): void {
    if (this._state.value.row >= 0 && !this._compared().reason) {
      this._state.set({ shows: 'flame' });
    }
  }

  private _onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const page = Math.max(1, Math.floor(this.node.clientHeight / ROW) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: this._active + 1,
      ArrowUp: this._active - 1,
      PageDown: this._active + page,
      PageUp: this._active - page,
      Home: 0,
      End: this._order.length - 1
    };
    if (event.key in steps) {
      this._activate(steps[event.key]);
    } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      const step = event.key === 'ArrowRight' ? 1 : -1;
      const at = this._columns.findIndex(({ id }) => id === this._sort);
      const column = this._columns[at + step];
      if (column) {
        this._sortBy(column);
      }
    } else if (event.key === 'Enter') {
      this._showInFlame();
    } else {
      return;
    }
    event.preventDefault();
  }

  private readonly _context: IViewContext;
  private readonly _state: Store<ICompareState>;
  private readonly _compared: () => Compared;
  private readonly _id = uniqueId('difference');
  private readonly _listeners = new Disposables();
  private readonly _head = el('div', {
    class: 'np-Grid-head',
    attrs: { role: 'row' }
  });
  private readonly _space = el('div', {
    class: 'np-Grid-rows',
    attrs: { role: 'rowgroup' }
  });
  private _rows: ITableRows | null = null;
  private _changes: IChanges | null = null;
  private _columns: ICompareColumn[] = [];
  private _order: number[] = [];
  private _drawnOrder: number[] | null = null;
  private _drawn = '';
  private _active = -1;
  private _sort = 'change';
  private _descending = true;
}
