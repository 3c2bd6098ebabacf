/** What stands in the table: rows, columns, their order, which groups are open. */
import type { Group } from '../../analysis/groups';
import { formatValue } from '../../analysis/units';
import { WORDS, type Words } from '../../analysis/wordOrder';
import type { IViewContext } from '../view';
import type { ITableChoice } from './choice';
import type { IColumn } from './column';
import { makeColumns, shownColumns } from './columns';
import { inGroups } from './groups';
import { shownRows, sortedRows, sortKeys } from './order';
import { functionTable, lineTable, type ITableRows } from './rows';

/** The column of words that functions are ordered by, if it says nothing else of their rows. */
export function rankedWords({
  group,
  lines,
  sort
}: ITableChoice): Words | undefined {
  return lines || group !== 'function'
    ? undefined
    : WORDS.find(column => column === sort);
}

/** The content of the table for the state as it was at the last `update`. */
export class TableContent {
  constructor(context: IViewContext) {
    this._context = context;
    this._rows = functionTable(context);
    this._from = context.data.rows;
    this._all = makeColumns(context, this._rows);
    this._shown = this._all;
    this._sorted = this._all[0];
  }

  get rows(): ITableRows {
    return this._rows;
  }

  /** All columns that there are. */
  get all(): readonly IColumn[] {
    return this._all;
  }

  /** The columns that are shown. */
  get shown(): readonly IColumn[] {
    return this._shown;
  }

  /** The column that rows are ordered by. */
  get sorted(): IColumn {
    return this._sorted;
  }

  /** Follows the state; true: the rows are others than before. */
  update(): boolean {
    const changed = this._findRows();
    this._all = makeColumns(this._context, this._rows);
    const self = this._all.find(({ id }) => id === 'self')!;
    this._shown = shownColumns(this._all, this._choice);
    this._sorted = this._all.find(({ id }) => id === this._choice.sort) ?? self;
    return changed;
  }

  /** The rows that are shown, in their order. */
  order(): Int32Array {
    const key = [this._sortedRows(), this._context.data.matches];
    if (!this._order || key.some((part, at) => part !== this._orderOf[at])) {
      this._orderOf = key;
      this._order = this._shownRows(group => this.isOpen(group));
    }
    return this._order;
  }

  /** The rows that are shown when all groups are open. */
  fullOrder(): Int32Array {
    return this._shownRows(() => true);
  }

  /** Groups are closed at first; a search opens those in which it found something. */
  isOpen(group: number): boolean {
    const key = this._rows.groups!.key(group);
    return this._isSearched ? !this._closed.has(key) : this._opened.has(key);
  }

  setOpen(group: number, open: boolean): void {
    const key = this._rows.groups!.key(group);
    const others = this._isSearched ? this._closed : this._opened;
    if (open === this._isSearched) {
      others.delete(key);
    } else {
      others.add(key);
    }
    this._order = null;
  }

  /** How many rows there are, in words. */
  count(): string {
    const { data, trans } = this._context;
    const { matches } = data;
    const { groups, func, length, kind } = this._rows;
    const all = formatValue(groups ? groups.first : length, 'count');
    if (!matches) {
      return trans.__('%1 %2', all, trans.__(kind));
    }
    const found = func.filter(of => matches.has(of)).length;
    return trans.__(
      '%1 of %2 %3',
      formatValue(found, 'count'),
      all,
      trans.__(kind)
    );
  }

  /** All rows by the column; sorted anew only if they or it have changed. */
  private _sortedRows(): Uint32Array {
    const { descending } = this._choice;
    const key = [this._rows, this._sorted.id, descending];
    if (key.some((part, at) => part !== this._sortOf[at])) {
      this._sortOf = key;
      this._sortOrder = sortedRows(this._keys(), descending);
    }
    return this._sortOrder;
  }

  /** The keys of the column; those of words take longest. */
  private _keys(): Float64Array {
    const { id } = this._sorted;
    const keys = this._keysOf.get(id) ?? this._makeKeys();
    this._keysOf.set(id, keys);
    return keys;
  }

  private _makeKeys(): Float64Array {
    const { id: sort } = this._sorted;
    const words = rankedWords({ ...this._choice, sort });
    if (!words) {
      return sortKeys(this._rows, this._sorted);
    }
    const ranks = this._context.data.wordRanks(words);
    return Float64Array.from(this._rows.func, func => ranks[func]);
  }

  private _shownRows(isOpen: (group: number) => boolean): Int32Array {
    const { matches } = this._context.data;
    const { func } = this._rows;
    const shows = matches && ((row: number) => matches.has(func[row]));
    return shownRows(this._rows, this._sortedRows(), shows, isOpen);
  }

  private get _choice(): ITableChoice {
    return this._context.state.value.table;
  }

  private get _isSearched(): boolean {
    return this._context.data.matches !== null;
  }

  /** Makes the rows anew if what they are of has changed. */
  private _findRows(): boolean {
    const { data } = this._context;
    const { lines, group } = this._choice;
    const from = lines ? data.lines : data.rows;
    if (from === this._from && group === this._group) {
      return false;
    }
    const rows = lines
      ? lineTable(this._context)
      : functionTable(this._context);
    this._rows = inGroups(this._context, rows, group);
    this._keysOf.clear();
    this._from = from;
    if (group !== this._group) {
      this._opened.clear();
      this._closed.clear();
    }
    this._group = group;
    return true;
  }

  private readonly _context: IViewContext;
  private _rows: ITableRows;
  /** What the rows were made from, and in which groups. */
  private _from: object;
  private _group: Group = 'function';
  private _all: readonly IColumn[];
  private _shown: readonly IColumn[];
  private _sorted: IColumn;
  /** What the rows are ordered by, by column. */
  private readonly _keysOf = new Map<string, Float64Array>();
  /** Row numbers by the column, and what that is of. */
  private _sortOrder = new Uint32Array(0);
  private _sortOf: readonly unknown[] = [];
  /** Those that are shown, and what that is of but for the groups that are open. */
  private _order: Int32Array | null = null;
  private _orderOf: readonly unknown[] = [];
  /** Groups that the user opened, and closed while something is searched. */
  private readonly _opened = new Set<number>();
  private readonly _closed = new Set<number>();
}
