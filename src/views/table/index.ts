/** The functions or the lines as a table, alone or beside callers and callees. */
import { functionTitle } from '../../analysis/names';
import { Disposables, el } from '../dom';
import { isShown } from '../shown';
import { selectedLine, STACK_KEYS } from '../state';
import type { IExportChoice, IView, IViewContext, IViewKind } from '../view';
import type { ITableChoice } from './choice';
import type { IColumn } from './column';
import { rankedWords, TableContent } from './content';
import { tableCsv } from './csv';
import { dressLevel, dressName } from './dress';
import { Grid } from './grid';
import { reorder } from './reorder';
import { Sandwich } from './sandwich';
import { TableTools } from './tools';

class TableView implements IView {
  constructor(context: IViewContext) {
    this._context = context;
    const { state, trans } = context;
    this._content = new TableContent(context);
    this._grid = new Grid({
      label: trans.__('Functions'),
      dress: (node, row) => this._dress(node, row),
      isSelected: (row, active) => this._isSelected(row, active),
      chosen: (row, clicked) => this._choose(row, clicked),
      entered: row => this._enter(row),
      sort: (column, descending) => this._sortBy(column, descending)
    });
    this._sandwich = new Sandwich(context);
    this._tools = new TableTools(context, this._content);
    this.tools = this._tools.node;
    this.node = el(
      'div',
      {},
      el('div', { class: 'np-Table' }, this._grid.node, this._sandwich.node)
    );
    this._listeners.on(this.node, 'keydown', event => this._onKey(event));
    this._listeners.add(
      state.subscribe([...STACK_KEYS, 'search', 'table'], () => {
        if (this._isShown) {
          this._fill();
          this._showSelection(false);
        }
      })
    );
    this._listeners.add(
      state.subscribe(['selection', 'line'], () => {
        if (this._isShown) {
          this._showSelection(true);
        }
      })
    );
  }

  readonly node: HTMLElement;
  readonly tools: HTMLElement;

  refresh(): void {
    this._fill();
    this._showSelection(true);
  }

  focus(): void {
    this._grid.node.focus();
  }

  back(): boolean {
    return this._choice.sandwich && this._sandwich.back();
  }

  exports(): readonly IExportChoice[] {
    const { profile, trans } = this._context;
    const { shown, rows } = this._content;
    return [
      {
        label: trans.__('Table (CSV)'),
        extension: 'csv',
        make: () => tableCsv(profile, shown, rows, this._content.fullOrder())
      },
      ...(this._choice.sandwich
        ? [
            {
              label: trans.__('Callers and callees (CSV)'),
              extension: 'csv',
              make: () => this._sandwich.csv()
            }
          ]
        : [])
    ];
  }

  dispose(): void {
    this._listeners.dispose();
    this._grid.dispose();
    this._sandwich.dispose();
    this._tools.dispose();
  }

  private get _choice(): ITableChoice {
    return this._context.state.value.table;
  }

  private get _isShown(): boolean {
    return !this.node.hidden && isShown(this._context.state.value, 'table');
  }

  private _fill(): void {
    if (this._content.update()) {
      this._grid.reset();
    }
    this._draw();
    this._tools.count.textContent = this._content.count();
    const { kind, groups } = this._content.rows;
    const { trans } = this._context;
    const { node } = this._grid;
    node.setAttribute('role', groups ? 'treegrid' : 'grid');
    node.setAttribute(
      'aria-label',
      kind === 'lines' ? trans.__('Lines') : trans.__('Functions')
    );
    this._showSandwich();
  }

  private _draw(): void {
    const { shown, sorted } = this._content;
    const { descending } = this._choice;
    const order = this._content.order();
    this._grid.show(shown, order, { id: sorted.id, descending });
  }

  /** With nothing selected it begins with the first row. */
  private _showSandwich(): void {
    const { sandwich } = this._choice;
    const opens = sandwich && this._sandwich.node.hidden;
    this._sandwich.node.hidden = !sandwich;
    if (opens && this._context.state.value.selection < 0) {
      const { func } = this._content.rows;
      const first = this._content.fullOrder().find(row => func[row] >= 0);
      if (first !== undefined) {
        this._choose(first, false);
      }
    }
  }

  private _setOpen(group: number, open: boolean): void {
    this._content.setOpen(group, open);
    this._draw();
  }

  private _dress(node: HTMLElement, row: number): void {
    const { rows } = this._content;
    const { category, groups, kind } = rows;
    const func = rows.func[row];
    dressName(
      node,
      category[row],
      func < 0 ? rows.text(row) : functionTitle(this._context.profile, func)
    );
    if (kind === 'lines' && func >= 0) {
      node.firstElementChild!.classList.add('np-mod-code');
    }
    if (groups) {
      dressLevel(node, func < 0 ? this._content.isOpen(row) : null);
    }
  }

  private _isSelected(row: number, active: boolean): boolean {
    const { selection } = this._context.state.value;
    const func = this._content.rows.func[row];
    return func >= 0 && func === selection && (active || !this._choice.lines);
  }

  private _choose(row: number, clicked: boolean): void {
    const { rows } = this._content;
    const func = rows.func[row];
    if (func >= 0) {
      this._context.state.set({ selection: func, line: rows.place(row) });
    } else if (clicked) {
      this._setOpen(row, !this._content.isOpen(row));
    }
  }

  private _enter(row: number): void {
    const func = this._content.rows.func[row];
    if (func >= 0) {
      this._context.open({ focus: func, tab: 'graph' });
    } else {
      this._setOpen(row, !this._content.isOpen(row));
    }
  }

  /** @param opens Whether to open the group that the selection is in. */
  private _showSelection(opens: boolean): void {
    const { state } = this._context;
    const { selection } = state.value;
    const place = selectedLine(state.value);
    const { func, line, groups } = this._content.rows;
    const isIt = (row: number): boolean =>
      func[row] === selection &&
      (!place || !this._choice.lines || line[row] === place.line);
    // Several lines can be of one function: the active one stays.
    if (selection >= 0 && !isIt(this._grid.active)) {
      const row = func.findIndex((_, at) => isIt(at));
      const group = groups && row >= 0 ? groups.of[row] : -1;
      if (opens && group >= 0 && !this._content.isOpen(group)) {
        this._setOpen(group, true);
      }
      this._grid.activate(row);
    }
    this._grid.showMarks();
    if (this._choice.sandwich) {
      this._sandwich.show();
    }
  }

  private _sortBy(column: IColumn, wanted?: boolean): void {
    const { descending } = this._choice;
    const before = { sort: this._content.sorted.id, descending };
    this._grid.node.scrollTop = 0;
    this._tools.choose(reorder(this._context, column, before, wanted));
  }

  private _onKey(event: KeyboardEvent): void {
    const { ctrlKey, metaKey, altKey, shiftKey, key } = event;
    if (ctrlKey || metaKey || altKey || shiftKey) {
      return;
    }
    if (this._openByKey(key) || this._tools.handleKey(key)) {
      event.preventDefault();
    }
  }

  /** Right opens a group; left closes it, or leads to it from one of its rows. */
  private _openByKey(key: string): boolean {
    const { groups, func } = this._content.rows;
    const row = this._grid.active;
    if (!groups || row < 0 || !['ArrowLeft', 'ArrowRight'].includes(key)) {
      return false;
    }
    if (func[row] < 0) {
      this._setOpen(row, key === 'ArrowRight');
    } else if (key === 'ArrowLeft') {
      this._grid.activate(groups.of[row]);
      this._grid.showMarks();
    }
    return true;
  }

  private readonly _context: IViewContext;
  private readonly _listeners = new Disposables();
  private readonly _content: TableContent;
  private readonly _grid: Grid;
  private readonly _sandwich: Sandwich;
  private readonly _tools: TableTools;
}

/** The table of functions. */
export const table: IViewKind = {
  id: 'table',
  label: 'Table',
  needs: ({ selection, table: choice }, { values }) => {
    const { lines, group, sandwich } = choice;
    const words = rankedWords(choice);
    return [
      ...values.flatMap((_value, at) => [
        ['rowsOf', at] as const,
        ...(lines ? [['linesOf', at] as const] : []),
        ...(group === 'function' ? [] : [['groupsOf', at, group] as const])
      ]),
      ...(words ? [['wordRanks', words] as const] : []),
      ...(sandwich && selection >= 0
        ? [['neighbours', selection] as const]
        : [])
    ];
  },
  create: context => new TableView(context)
};
