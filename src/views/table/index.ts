/** The functions or the lines as a table: sortable, searched, only what is seen is made. */
import { csvTable } from '../../export/csv';
import { functionTitle } from '../../analysis/names';
import { setPressed, toggleButton } from '../buttons';
import { paintCategory } from '../categories';
import { Disposables, el, uniqueId } from '../dom';
import { selectedLine, STACK_KEYS } from '../state';
import type { IExportChoice, IView, IViewContext, IViewKind } from '../view';
import { makeColumns, sortRows, type IColumn } from './columns';
import { functionTable, lineTable, type ITableRows } from './rows';

const ROW = 24;
const HEAD = 28;
/** Rows made above and below what is seen. */
const MARGIN = 8;

class TableView implements IView {
  constructor(context: IViewContext) {
    this._context = context;
    const { state, trans } = context;
    this._grid = el(
      'div',
      {
        class: 'np-Grid',
        attrs: {
          role: 'grid',
          tabindex: 0,
          'aria-label': trans.__('Functions')
        }
      },
      this._head,
      this._space
    );
    this.node = el('div', {}, this._grid);
    this._rows = functionTable(context);
    this._byLine = toggleButton(
      trans.__('Lines'),
      trans.__('Show source lines instead of functions')
    );
    this._byLine.hidden = context.data.lines.length === 0;
    this.tools = el('div', { class: 'np-Tools' }, this._count, this._byLine);
    this._listeners.on(this._byLine, 'click', () => {
      this._showsLines = !this._showsLines;
      setPressed(this._byLine, this._showsLines);
      this._grid.scrollTop = 0;
      this.refresh();
    });
    this._listeners.on(this._grid, 'scroll', () => this._drawRows());
    this._listeners.on(this._grid, 'keydown', event => this._onKey(event));
    this._listeners.on(this._space, 'click', event => {
      const at = this._rowAt(event.target);
      if (at >= 0) {
        this._activate(at);
      }
    });
    this._listeners.on(this._space, 'dblclick', () => {
      const { selection } = state.value;
      if (selection >= 0) {
        state.set({ focus: selection, tab: 'graph' });
      }
    });
    this._listeners.resized(this._grid, () => this._drawRows());
    this._listeners.add(
      state.subscribe([...STACK_KEYS, 'search', 'tab'], () => this._stale())
    );
    this._listeners.add(
      state.subscribe(['selection', 'line'], () => this._showSelection())
    );
  }

  readonly node: HTMLElement;
  readonly tools: HTMLElement;

  refresh(): void {
    this._fill();
    this._showSelection();
  }

  focus(): void {
    this._grid.focus();
  }

  exports(): readonly IExportChoice[] {
    const { profile, trans } = this._context;
    return [
      {
        label: trans.__('Table (CSV)'),
        extension: 'csv',
        make: () => {
          const columns = this._columns;
          return csvTable(
            [...columns.map(column => column.id), 'full_name'],
            this._order.map(row => [
              ...columns.map(column =>
                column.numeric ? column.order(row) : column.text(row)
              ),
              functionTitle(profile, this._rows.func[row])
            ])
          );
        }
      }
    ];
  }

  dispose(): void {
    this._listeners.dispose();
  }

  private _stale(): void {
    if (!this.node.hidden && this._context.state.value.tab === 'table') {
      this._fill();
    }
  }

  private _fill(): void {
    const { data, trans } = this._context;
    const { matches } = data;
    const rows = this._showsLines
      ? lineTable(this._context)
      : functionTable(this._context);
    this._rows = rows;
    this._active = -1;
    this._columns = makeColumns(this._context, rows);
    const column =
      this._columns.find(column => column.id === this._sort) ??
      this._columns.find(column => column.id === 'self')!;
    const shown: number[] = [];
    for (let row = 0; row < rows.length; row++) {
      if (!matches || matches.has(rows.func[row])) {
        shown.push(row);
      }
    }
    this._order = sortRows(shown, column, this._descending);
    const kind = trans.__(rows.kind);
    this._count.textContent = matches
      ? trans.__('%1 of %2 %3', shown.length, rows.length, kind)
      : trans.__('%1 %2', rows.length, kind);
    this._grid.setAttribute('aria-rowcount', String(shown.length + 1));
    this._space.style.height = `${shown.length * ROW}px`;
    this._grid.style.setProperty(
      '--np-columns',
      this._columns.map(column => column.width).join(' ')
    );
    // More columns than fit scroll; words keep some room.
    const more = Math.max(0, this._columns.length - 8);
    const least = more > 0 ? 860 + 98 * more : 740;
    this._grid.style.setProperty('--np-least-width', `${least}px`);
    this._drawHead();
    this._drawRows();
  }

  private _drawHead(): void {
    const cells = this._columns.map(column => {
      const sorted = column.id === this._sort;
      const mark = sorted ? (this._descending ? ' ↓' : ' ↑') : '';
      const button = el('button', {
        text: column.label + mark,
        attrs: { type: 'button', tabindex: -1 }
      });
      button.addEventListener('click', () => this._sortBy(column));
      return el(
        'div',
        {
          class: column.numeric ? 'np-mod-number' : '',
          attrs: {
            role: 'columnheader',
            'aria-sort': !sorted
              ? 'none'
              : this._descending
                ? 'descending'
                : 'ascending'
          }
        },
        button
      );
    });
    this._head.replaceChildren(...cells);
  }

  private _sortBy(column: IColumn): void {
    this._descending =
      column.id === this._sort ? !this._descending : column.numeric;
    this._sort = column.id;
    this._grid.scrollTop = 0;
    this._fill();
  }

  /** The rows to be drawn: from the first to before the last. */
  private _range(): [number, number] {
    const height = this._grid.clientHeight || 300;
    const { scrollTop } = this._grid;
    return [
      Math.max(0, Math.floor(scrollTop / ROW) - MARGIN),
      Math.min(
        this._order.length,
        Math.ceil((scrollTop + height) / ROW) + MARGIN
      )
    ];
  }

  private _drawRows(): void {
    const [first, last] = (this._drawn = this._range());
    const nodes: HTMLElement[] = [];
    for (let at = first; at < last; at++) {
      nodes.push(this._makeRow(at));
    }
    this._space.replaceChildren(...nodes);
    this._markRows();
  }

  /** Shows which row is active and which are selected. Rows stay in place where they can: a
   * double click needs both clicks on the same element. */
  private _showMarks(): void {
    const [first, last] = this._range();
    if (first === this._drawn[0] && last === this._drawn[1]) {
      this._markRows();
    } else {
      this._drawRows();
    }
  }

  private _markRows(): void {
    const { selection } = this._context.state.value;
    this._grid.removeAttribute('aria-activedescendant');
    for (const node of this._space.querySelectorAll<HTMLElement>('[data-at]')) {
      const at = Number(node.dataset.at);
      const active = at === this._active;
      const selected = this._rows.func[this._order[at]] === selection;
      node.classList.toggle('np-mod-active', active);
      node.setAttribute(
        'aria-selected',
        String(selected && (active || !this._showsLines))
      );
      if (active) {
        this._grid.setAttribute('aria-activedescendant', node.id);
      }
    }
  }

  private _makeRow(at: number): HTMLElement {
    const { profile } = this._context;
    const row = this._order[at];
    const func = this._rows.func[row];
    const cells = this._columns.map((column, i) => {
      const kind = column.numeric ? 'np-mod-number' : 'np-mod-soft';
      const code = column.id === 'text' ? 'np-mod-code' : '';
      const cell = el('div', {
        class: i === 0 ? code : kind,
        text: column.text(row),
        attrs: { role: 'gridcell' }
      });
      if (i === 0) {
        const swatch = el('span', { class: 'np-Swatch' });
        paintCategory(swatch, this._rows.category[row]);
        cell.prepend(swatch);
        cell.title = functionTitle(profile, func);
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
    node.style.top = `${at * ROW}px`;
    return node;
  }

  private _rowAt(target: EventTarget | null): number {
    const row = (target as HTMLElement).closest<HTMLElement>('.np-Grid-row');
    return row ? Number(row.dataset.at) : -1;
  }

  private _activate(at: number): void {
    if (this._order.length === 0) {
      return;
    }
    this._active = Math.max(0, Math.min(at, this._order.length - 1));
    const row = this._order[this._active];
    this._context.state.set({
      selection: this._rows.func[row],
      line: this._rows.place(row)
    });
    this._reveal();
    this._showMarks();
  }

  private _showSelection(): void {
    const { state } = this._context;
    if (state.value.tab !== 'table') {
      return;
    }
    const { selection } = state.value;
    const place = selectedLine(state.value);
    const isSelected = (row: number): boolean =>
      this._rows.func[row] === selection &&
      (!place || !this._showsLines || this._rows.line[row] === place.line);
    const at = this._order.findIndex(isSelected);
    // Several lines can be of one function: the active one stays.
    if (at >= 0 && !isSelected(this._order[this._active] ?? -1)) {
      this._active = at;
      this._reveal();
    }
    this._showMarks();
  }

  private _reveal(): void {
    const top = this._active * ROW;
    const { clientHeight, scrollTop } = this._grid;
    if (top < scrollTop) {
      this._grid.scrollTop = top;
    } else if (top + ROW + HEAD > scrollTop + clientHeight) {
      this._grid.scrollTop = top + ROW + HEAD - clientHeight;
    }
  }

  private _onKey(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this._grid.clientHeight / ROW) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: this._active + 1,
      ArrowUp: this._active - 1,
      PageDown: this._active + page,
      PageUp: this._active - page,
      Home: 0,
      End: this._order.length - 1
    };
    const { state } = this._context;
    if (event.key in steps) {
      this._activate(steps[event.key]);
    } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      const step = event.key === 'ArrowRight' ? 1 : -1;
      const at = this._columns.findIndex(column => column.id === this._sort);
      const column = this._columns[at + step];
      if (column) {
        this._sortBy(column);
      }
    } else if (event.key === 'Enter' && state.value.selection >= 0) {
      state.set({ focus: state.value.selection, tab: 'graph' });
    } else {
      return;
    }
    event.preventDefault();
  }

  private readonly _context: IViewContext;
  private readonly _id = uniqueId('row');
  private readonly _listeners = new Disposables();
  private readonly _grid: HTMLElement;
  private readonly _head = el('div', {
    class: 'np-Grid-head',
    attrs: { role: 'row' }
  });
  private readonly _space = el('div', {
    class: 'np-Grid-rows',
    attrs: { role: 'rowgroup' }
  });
  private readonly _count = el('span', { class: 'np-Tools-text' });
  private readonly _byLine: HTMLButtonElement;
  private _showsLines = false;
  private _rows: ITableRows;
  private _columns: IColumn[] = [];
  private _drawn: [number, number] = [0, 0];
  private _order: number[] = [];
  private _active = -1;
  private _sort = 'self';
  private _descending = true;
}

/** The table of functions. */
export const table: IViewKind = {
  id: 'table',
  label: 'Table',
  needs: (_state, { values }) => [
    'lines',
    ...values.map((_value, at) => ['rowsOf', at] as const)
  ],
  create: context => new TableView(context)
};
