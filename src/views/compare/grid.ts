/** The comparison as a table: functions or lines, a column for each profile. */
import { Verdict } from '../../analysis/compare/changes';
import { functionTitle } from '../../analysis/names';
import { csvTable } from '../../export/csv';
import type { IMatches } from '../derived';
import { el } from '../dom';
import type { IColumn } from '../table/column';
import { dressName } from '../table/dress';
import { Grid } from '../table/grid';
import { sortedRows, sortKeys } from '../table/order';
import { reorder } from '../table/reorder';
import type { IExportChoice } from '../view';
import { makeColumns } from './columns';
import type { Compared } from './data';
import { tableRows, type ITableRows } from './rows';
import { chooseCompare, type IPart, type IPartContext } from './state';
import { levelOf } from './words';

/** A table of what is compared; only rows in sight are made. */
export class ComparedGrid implements IPart {
  constructor(context: IPartContext) {
    this._context = context;
    const { selected, trans } = context;
    this._grid = new Grid({
      label: trans.__('Differences'),
      dress: (node, row) => this._dress(node, row),
      isSelected: (row, active) => this._isSelected(row, active),
      chosen: row => selected.set({ row: this._matched(row) }),
      entered: () => this._showInFlame(),
      sort: (column, descending) => this._sortBy(column, descending)
    });
    this.node = this._grid.node;
    this.node.classList.add('np-CompareGrid');
    this._unsubscribe = selected.subscribe(['row'], () => this._showRow());
  }

  readonly node: HTMLElement;

  refresh(): void {
    if (this.node.hidden) {
      return;
    }
    const { comparison, matches } = this._context.data;
    if (comparison !== this._shown || matches !== this._matches) {
      this._shown = comparison;
      this._matches = matches;
      this._grid.reset();
      this._fill(comparison);
    }
    this._showRow();
  }

  focus(): void {
    this.node.focus({ preventScroll: true });
    if (this._grid.active < 0) {
      this._grid.enter(1);
    }
  }

  exports(): readonly IExportChoice[] {
    const { trans } = this._context;
    return [
      {
        label: trans.__('Table (CSV)'),
        extension: 'csv',
        make: () => {
          const { tableChanges, unit } = this._shown!;
          const columns = this._columns;
          const written = unit === 'share' ? 100 : 1;
          return csvTable(
            [
              ...columns.map(({ fileLabel }) => fileLabel),
              'half_of_95_percent_interval'
            ],
            Array.from(this._order, row => [
              ...columns.map(column => column.cell(row)),
              tableChanges.half[row] * written
            ])
          );
        }
      }
    ];
  }

  dispose(): void {
    this._unsubscribe();
    this._grid.dispose();
  }

  private _fill(compared: Compared): void {
    const { sort, descending } = this._context.state.value.compare;
    this._rows = tableRows(this._context, compared);
    this._columns = makeColumns(this._context, compared, this._rows);
    const column =
      this._columns.find(({ id }) => id === sort) ??
      this._columns.find(({ id }) => id === 'change')!;
    const keys = sortKeys(this._rows.costs, column);
    this._order = Int32Array.from(sortedRows(keys, descending)).filter(
      this._isShown(compared, this._rows)
    );
    this._grid.show(this._columns, this._order, { id: column.id, descending });
  }

  /** Tells whether a row costs anything, is searched for, and differs if it must. */
  private _isShown(
    { column, tableChanges }: Compared,
    { costs, own }: ITableRows
  ): (row: number) => boolean {
    const { data, state } = this._context;
    const { matches } = data;
    const { onlyReal } = state.value.compare;
    return row =>
      costs.costs.some(side => side[column][row] > 0) &&
      (!matches || (own(row) >= 0 && matches.has(own(row)))) &&
      (!onlyReal || tableChanges.verdict[row] >= Verdict.Real);
  }

  /** The category before the name, the change before what it is called. */
  private _dress(node: HTMLElement, row: number): void {
    const { costs, code, example } = this._rows!;
    const { column } = this._shown!;
    const [first, ...more] = costs.costs;
    const costliest = more.reduce(
      (most, side) => (side[column][row] > most[column][row] ? side : most),
      first
    );
    const { profile, func } = example(row);
    const title = functionTitle(profile, func);
    dressName(node, costliest.category[row], title);
    node.firstElementChild!.classList.toggle('np-mod-code', code);
    node.lastElementChild!.prepend(
      el('span', {
        class: `np-Swatch np-Change ${changeClass(this._shown!, row)}`
      })
    );
  }

  private _isSelected(row: number, active: boolean): boolean {
    const { row: selected } = this._context.selected.value;
    return (
      selected >= 0 &&
      this._matched(row) === selected &&
      (active || !this._rows?.code)
    );
  }

  private _matched(row: number): number {
    return this._rows?.matched(row) ?? -1;
  }

  /** A row chosen elsewhere comes into sight. */
  private _showRow(): void {
    if (this.node.hidden || !this._rows) {
      return;
    }
    const { row } = this._context.selected.value;
    const is = (of: number): boolean => this._matched(of) === row;
    const { active } = this._grid;
    if (row >= 0 && !(active >= 0 && is(active))) {
      this._grid.activate(this._order.find(is) ?? -1);
    }
    this._grid.showMarks();
  }

  private _showInFlame(): void {
    if (this._shown?.hasStacks) {
      chooseCompare(this._context, { shows: 'flame' });
    }
  }

  private _sortBy(column: IColumn, wanted?: boolean): void {
    const { compare } = this._context.state.value;
    const order = reorder(this._context, column, compare, wanted);
    chooseCompare(this._context, order);
  }

  private readonly _context: IPartContext;
  private readonly _grid: Grid;
  private readonly _unsubscribe: () => void;
  private _rows: ITableRows | null = null;
  private _columns: readonly IColumn[] = [];
  private _order = new Int32Array(0);
  /** What the rows and their order are of. */
  private _shown: Compared | null = null;
  private _matches: IMatches | null = null;
}

/** How the swatch of a change looks. */
function changeClass(compared: Compared, row: number): string {
  const { change, verdict } = compared.tableChanges;
  if (verdict[row] < Verdict.Real) {
    return 'np-mod-noise';
  }
  // Of several profiles none comes first: unlike has no direction.
  const more = compared.profiles.length > 2 || change[row] > 0;
  const kind = more ? 'more' : 'less';
  return `np-mod-${kind}${levelOf(change[row], compared.whole)}`;
}
