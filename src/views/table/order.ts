/** In which order the rows of the table stand. */
import { ascending, descending, textRanks } from '../../analysis/order';
import type { IColumn } from './column';
import type { ITableRows } from './rows';

/** What the rows are ordered by in a column: its numbers, or the ranks of its words. */
export function sortKeys(
  { length }: Pick<ITableRows, 'length'>,
  column: IColumn
): Float64Array {
  if (!column.numeric) {
    return textRanks(
      Array.from({ length }, (_, row) => String(column.order(row)))
    );
  }
  const keys = new Float64Array(length);
  for (let row = 0; row < length; row++) {
    keys[row] = Number(column.order(row));
  }
  return keys;
}

/** Row numbers by their keys, groups among the others; equal rows keep their order. */
export function sortedRows(keys: Float64Array, down: boolean): Uint32Array {
  return down ? descending(keys) : ascending(keys);
}

/**
 * The rows that are shown, those of a group below it, if it is open; a group
 * is shown if any row of it is.
 *
 * @param shows Whether a row is shown; null: all are.
 */
export function shownRows(
  { groups, length }: ITableRows,
  sorted: Uint32Array,
  shows: ((row: number) => boolean) | null,
  isOpen: (group: number) => boolean
): Int32Array {
  if (!groups) {
    return Int32Array.from(shows ? sorted.filter(shows) : sorted);
  }
  // The rows of each group side by side, in their order.
  const { first, of } = groups;
  const isShown = (row: number): boolean =>
    row < first && (shows?.(row) ?? true);
  const start = new Int32Array(length - first + 1);
  for (const row of sorted) {
    if (isShown(row)) {
      start[of[row] - first + 1]++;
    }
  }
  for (let group = 1; group < start.length; group++) {
    start[group] += start[group - 1];
  }
  const members = new Int32Array(start[length - first]);
  const next = start.slice();
  for (const row of sorted) {
    if (isShown(row)) {
      members[next[of[row] - first]++] = row;
    }
  }
  const order: number[] = [];
  for (const row of sorted) {
    const [from, to] = [start[row - first], start[row - first + 1]];
    if (row >= first && to > from) {
      order.push(row);
      const end = isOpen(row) ? to : from;
      for (let at = from; at < end; at++) {
        order.push(members[at]);
      }
    }
  }
  return Int32Array.from(order);
}
