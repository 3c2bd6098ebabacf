/** The rows of the table, functions or lines, with their costs in every value. */
import type { IExactCosts } from '../../analysis/intervals';
import { categoriesOf } from '../../analysis/lines';
import { functionLabel } from '../../analysis/names';
import { PairTable } from '../../analysis/pairs';
import type { ILinePlace } from '../state';
import type { IViewContext } from '../view';

/** Costs by row. */
export interface ICostColumns {
  readonly self: Float64Array;
  readonly inclusive: Float64Array;
}

/** Rows that stand for several others: they come after all those. */
export interface IRowGroups {
  /** The first row that is a group. */
  readonly first: number;
  /** For each row before that the row of its group. */
  readonly of: Int32Array;
  /** How many rows a group has. */
  size(row: number): number;
  /** What a group is, from one profile's table to the next. */
  key(row: number): number;
}

/** What the table shows, a row each. */
export interface ITableRows extends ICostColumns {
  readonly kind: 'functions' | 'lines';
  readonly length: number;
  /** The function; -1: a group. */
  readonly func: Int32Array;
  /** Of a source line its number, else -1. */
  readonly line: Int32Array;
  readonly measured: IExactCosts | null;
  readonly calls: Float64Array | null;
  /** Numbers of samples, null where there are none. */
  readonly count: Float64Array | null;
  readonly category: Uint8Array;
  /** Null: no row is a group. */
  readonly groups: IRowGroups | null;
  /** The place that a row stands for; null: a function. */
  place(row: number): ILinePlace | null;
  /** The source text of a line, or the name of a function. */
  text(row: number): string;
  /** The costs of the rows in another of the profile's values. */
  costsIn(value: number): ICostColumns;
}

/** A row for each function. */
export function functionTable({ data, profile }: IViewContext): ITableRows {
  const { rows } = data;
  return {
    ...rows,
    kind: 'functions',
    line: new Int32Array(rows.length).fill(-1),
    count: data.hasStacks ? rows.count : null,
    groups: null,
    place: () => null,
    text: row => functionLabel(profile, rows.func[row]),
    costsIn: onceEach(value => {
      const other = data.rowsOf(value);
      const rowOf = new Int32Array(profile.functions.length).fill(-1);
      other.func.forEach((func, row) => (rowOf[func] = row));
      return picked(other, rows.length, row => rowOf[rows.func[row]]);
    })
  };
}

/** A row for each Python source line. */
export function lineTable({ data, profile }: IViewContext): ITableRows {
  const { lines } = data;
  const { length } = lines;
  return {
    kind: 'lines',
    length,
    func: lines.function,
    line: lines.line,
    self: lines.self,
    inclusive: lines.inclusive,
    measured: lines.measured,
    calls: null,
    count: null,
    category: Uint8Array.from({ length }, (_, row) => {
      const costs = categoriesOf(lines, row);
      return costs.indexOf(Math.max(...costs));
    }),
    groups: null,
    place: row => ({
      func: lines.function[row],
      file: lines.file[row],
      line: lines.line[row]
    }),
    text: row =>
      lines.text[row]?.trim() || functionLabel(profile, lines.function[row]),
    costsIn: onceEach(value => {
      const other = data.linesOf(value);
      const places = new PairTable(other.length);
      other.line.forEach((line, row) => places.add(other.file[row], line));
      return picked(other, length, row =>
        places.find(lines.file[row], lines.line[row])
      );
    })
  };
}

/** Computes something for each value once. */
export function onceEach<T>(make: (value: number) => T): (value: number) => T {
  const known: T[] = [];
  return value => (known[value] ??= make(value));
}

/** Costs taken from other rows; -1 is a row without any. */
function picked(
  from: ICostColumns,
  length: number,
  rowOf: (row: number) => number
): ICostColumns {
  const self = new Float64Array(length);
  const inclusive = new Float64Array(length);
  for (let row = 0; row < length; row++) {
    const other = rowOf(row);
    if (other >= 0) {
      self[row] = from.self[other];
      inclusive[row] = from.inclusive[other];
    }
  }
  return { self, inclusive };
}
