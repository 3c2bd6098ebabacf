/** The rows of the table, functions or lines, with their costs in every value. */
import type { IExactCosts } from '../../analysis/intervals';
import { functionLabel } from '../../analysis/names';
import type { ILinePlace } from '../state';
import type { IViewContext } from '../view';

/** What the table shows, a row each. */
export interface ITableRows {
  readonly kind: 'functions' | 'lines';
  readonly length: number;
  readonly func: Int32Array;
  /** Of a source line its number, else -1. */
  readonly line: Int32Array;
  readonly self: Float64Array;
  readonly inclusive: Float64Array;
  readonly measured: IExactCosts | null;
  readonly calls: Float64Array | null;
  readonly category: Uint8Array;
  /** The place that a row stands for; null: a function. */
  place(row: number): ILinePlace | null;
  /** The source text of a line, or the name of a function. */
  text(row: number): string;
  /** The row's own cost in another of the profile's values. */
  costIn(value: number, row: number): number;
}

/** A row for each function. */
export function functionTable({ data, profile }: IViewContext): ITableRows {
  const { rows } = data;
  return {
    ...rows,
    kind: 'functions',
    line: new Int32Array(rows.length).fill(-1),
    place: () => null,
    text: row => functionLabel(profile, rows.func[row]),
    costIn: lookup(
      value => data.rowsOf(value).func,
      value => data.rowsOf(value).self,
      row => rows.func[row]
    )
  };
}

/** A row for each Python source line. */
export function lineTable({ data, profile }: IViewContext): ITableRows {
  const { lines } = data;
  const { length: strings } = profile.strings;
  const keys = (value: number): number[] => {
    const { file, line } = data.linesOf(value);
    return Array.from(line, (at, row) => at * strings + file[row]);
  };
  return {
    kind: 'lines',
    length: lines.length,
    func: lines.function,
    line: lines.line,
    self: lines.self,
    inclusive: lines.inclusive,
    measured: lines.measured,
    calls: null,
    category: Uint8Array.from(lines.byCategory, costs =>
      costs.indexOf(Math.max(...costs))
    ),
    place: row => ({
      func: lines.function[row],
      file: lines.file[row],
      line: lines.line[row]
    }),
    text: row =>
      lines.text[row]?.trim() || functionLabel(profile, lines.function[row]),
    costIn: lookup(
      keys,
      value => data.linesOf(value).self,
      row => lines.line[row] * strings + lines.file[row]
    )
  };
}

/** Finds the costs of a value by the key of a row; each value is read once. */
function lookup(
  keysOf: (value: number) => ArrayLike<number>,
  costsOf: (value: number) => Float64Array,
  keyOf: (row: number) => number
): (value: number, row: number) => number {
  const known = new Map<number, Map<number, number>>();
  return (value, row) => {
    let costs = known.get(value);
    if (!costs) {
      const column = costsOf(value);
      costs = new Map(
        Array.from(keysOf(value), (key, at) => [key, column[at]])
      );
      known.set(value, costs);
    }
    return costs.get(keyOf(row)) ?? 0;
  };
}
