/** Which files, functions and directories ran, and how much of them never did. */
import {
  coverageRows,
  hasCoverage,
  type CoverageBy,
  type ICoverageRows
} from '../../analysis/coverage';
import { functionTitle } from '../../analysis/names';
import { formatValue } from '../../analysis/units';
import { csvTable } from '../../export/csv';
import { Disposables, el } from '../dom';
import { qualityNotes } from '../messages';
import { isShown } from '../shown';
import type { IColumn } from '../table/column';
import { Grid } from '../table/grid';
import { sortedRows, sortKeys } from '../table/order';
import { reorder } from '../table/reorder';
import type { IExportChoice, IView, IViewContext, IViewKind } from '../view';
import type { ICoverageChoice } from './choice';
import { makeColumns, NAMES } from './columns';
import { CoverageTools } from './tools';
import { makeTotals } from './totals';

class CoverageView implements IView {
  constructor(context: IViewContext) {
    this._context = context;
    const { state, trans } = context;
    this._grid = new Grid({
      label: trans.__('Files'),
      dress: (node, row) => this._dress(node, row),
      isSelected: (row, active) => this._isSelected(row, active),
      chosen: row => this._choose(row),
      entered: row => this._enter(row),
      sort: (column, descending) => this._sortBy(column, descending)
    });
    this._tools = new CoverageTools(context);
    this.tools = this._tools.node;
    this.node = el(
      'div',
      {},
      el(
        'div',
        { class: 'np-Coverage' },
        el(
          'div',
          { class: 'np-Coverage-totals' },
          ...makeTotals(this._rowsBy('file'), trans)
        ),
        this._grid.node,
        el(
          'ul',
          {
            class: 'np-Notes',
            attrs: { tabindex: 0, 'aria-label': trans.__('Notes') }
          },
          ...qualityNotes(context.profile, trans).map(note =>
            el('li', { text: note })
          )
        )
      )
    );
    this._listeners.on(this.node, 'keydown', event => this._onKey(event));
    this._listeners.add(
      state.subscribe(['coverage', 'search'], () => this.refresh())
    );
    this._listeners.add(
      state.subscribe(['selection', 'line'], () => this._grid.showMarks())
    );
  }

  readonly node: HTMLElement;
  readonly tools: HTMLElement;

  refresh(): void {
    if (!isShown(this._context.state.value, coverage.id)) {
      return;
    }
    const { trans } = this._context;
    const { by, descending } = this._choice;
    const rows = this._rowsBy(by);
    if (rows !== this._rows) {
      this._rows = rows;
      this._columns = makeColumns(this._context, rows);
      this._grid.reset();
    }
    const [, all, one, many] = NAMES[by].map(name => trans.__(name));
    const counted = rows.length === 1 ? one : many;
    this._grid.node.setAttribute('aria-label', all);
    this._order = this._makeOrder();
    this._grid.show(this._columns, this._order, {
      id: this._sorted.id,
      descending
    });
    const [shown, every] = [this._order.length, rows.length].map(count =>
      formatValue(count, 'count')
    );
    this._tools.count.textContent =
      shown === every
        ? trans.__('%1 %2', every, counted)
        : trans.__('%1 of %2 %3', shown, every, counted);
  }

  focus(): void {
    this._grid.node.focus();
  }

  exports(): readonly IExportChoice[] {
    const { trans } = this._context;
    return [
      {
        label: trans.__('Coverage (CSV)'),
        extension: 'csv',
        make: () =>
          csvTable(
            [...this._columns.map(({ fileLabel }) => fileLabel), 'path'],
            Array.from(this._order, row => [
              ...this._columns.map(column => column.cell(row)),
              this._rows.path[row]
            ])
          )
      }
    ];
  }

  dispose(): void {
    this._listeners.dispose();
    this._grid.dispose();
    this._tools.dispose();
  }

  private get _choice(): ICoverageChoice {
    return this._context.state.value.coverage;
  }

  private get _sorted(): IColumn {
    const { sort } = this._choice;
    return this._columns.find(({ id }) => id === sort) ?? this._columns[1];
  }

  private _rowsBy(by: CoverageBy): ICoverageRows {
    let rows = this._known.get(by);
    if (!rows) {
      rows = coverageRows(this._context.profile, by);
      this._known.set(by, rows);
    }
    return rows;
  }

  private _makeOrder(): Int32Array {
    const { lines, members, length } = this._rows;
    const { never, descending } = this._choice;
    const { matches } = this._context.data;
    const sorted = sortedRows(sortKeys({ length }, this._sorted), descending);
    return Int32Array.from(
      sorted.filter(
        row =>
          (!never || lines.hit[row] < lines.found[row]) &&
          (!matches || members[row].some(func => matches.has(func)))
      )
    );
  }

  private _dress(node: HTMLElement, row: number): void {
    const { by, path, place } = this._rows;
    const cell = node.firstElementChild as HTMLElement;
    cell.title =
      by === 'function'
        ? functionTitle(this._context.profile, place[row].func)
        : path[row];
    node.style.setProperty('--np-bar', 'var(--np-accent)');
  }

  private _isSelected(row: number, active: boolean): boolean {
    const { selection } = this._context.state.value;
    const { by, members } = this._rows;
    return by === 'function'
      ? members[row][0] === selection
      : active && members[row].includes(selection);
  }

  /** Selects the place where something is missing, for the Source beside. */
  private _choose(row: number): void {
    const place = this._rows.place[row];
    if (place.func >= 0) {
      this._context.state.set({ selection: place.func, line: place });
    }
  }

  private _enter(row: number): void {
    const place = this._rows.place[row];
    if (place.func >= 0) {
      const { open } = this._context;
      open({ tab: 'source', selection: place.func, line: place });
    }
  }

  private _sortBy(column: IColumn, wanted?: boolean): void {
    const { descending } = this._choice;
    const before = { sort: this._sorted.id, descending };
    this._grid.node.scrollTop = 0;
    this._tools.choose(reorder(this._context, column, before, wanted));
  }

  private _onKey(event: KeyboardEvent): void {
    const { ctrlKey, metaKey, altKey, shiftKey, key } = event;
    if (
      !(ctrlKey || metaKey || altKey || shiftKey) &&
      this._tools.handleKey(key)
    ) {
      event.preventDefault();
    }
  }

  private readonly _context: IViewContext;
  private readonly _listeners = new Disposables();
  private readonly _grid: Grid;
  private readonly _tools: CoverageTools;
  /** The rows by what they are, made when they are first shown. */
  private readonly _known = new Map<CoverageBy, ICoverageRows>();
  private _rows!: ICoverageRows;
  private _columns: readonly IColumn[] = [];
  private _order = new Int32Array(0);
}

/** Stands for the views of time where a profile says how often lines ran, and is not there elsewhere. */
export const coverage: IViewKind = {
  id: 'coverage',
  label: 'Coverage',
  applies: hasCoverage,
  create: context => new CoverageView(context)
};
