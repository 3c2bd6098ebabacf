/** Rows under their modules, files or parts of the interpreter. */
import { groupLabel, type Group } from '../../analysis/groups';
import { sumByKey } from '../../analysis/paths';
import type { IViewContext } from '../view';
import { onceEach, type ICostColumns, type ITableRows } from './rows';

/**
 * The same rows, and behind them one for each group: its own cost is the sum
 * of its rows', its inclusive cost counts each sample once.
 */
export function inGroups(
  { data, profile, state }: IViewContext,
  rows: ITableRows,
  group: Group
): ITableRows {
  if (group === 'function') {
    return rows;
  }
  const { length } = rows;
  const groups = data.groupsOf(state.value.value, group);
  // Only the groups of these rows, in the order of their first row.
  const number = new Int32Array(groups.length).fill(-1);
  const keys: number[] = [];
  const example: number[] = [];
  const of = Int32Array.from(rows.func, func => {
    const key = groups.of[func];
    if (number[key] < 0) {
      number[key] = keys.length;
      keys.push(key);
      example.push(func);
    }
    return number[key];
  });
  const sum = (column: Float64Array): Float64Array =>
    sumByKey(of, keys.length, column);
  const sizes = sum(new Float64Array(length).fill(1));
  const both = (column: Float64Array, added: Float64Array): Float64Array => {
    const joined = new Float64Array(length + keys.length);
    joined.set(column);
    joined.set(added, length);
    return joined;
  };
  const ofGroups = (column: Float64Array): Float64Array =>
    Float64Array.from(keys, key => column[key]);
  const withGroups = (
    costs: ICostColumns,
    inclusive: Float64Array
  ): ICostColumns => ({
    self: both(costs.self, sum(costs.self)),
    inclusive: both(costs.inclusive, ofGroups(inclusive))
  });
  const ints = (column: Int32Array): Int32Array => {
    const joined = new Int32Array(length + keys.length).fill(-1);
    joined.set(column);
    return joined;
  };
  const category = new Uint8Array(length + keys.length);
  category.set(rows.category);
  keys.forEach((key, at) => (category[length + at] = groups.category[key]));
  return {
    ...rows,
    ...withGroups(rows, groups.inclusive),
    length: length + keys.length,
    func: ints(rows.func),
    line: ints(rows.line),
    measured:
      rows.measured &&
      withGroups(rows.measured, groups.measured ?? groups.inclusive),
    calls:
      rows.calls && both(rows.calls, countedIn(rows.calls, of, keys.length)),
    count:
      rows.count && both(rows.count, new Float64Array(keys.length).fill(-1)),
    category,
    groups: {
      first: length,
      of: of.map(at => length + at),
      size: row => sizes[row - length],
      key: row => keys[row - length]
    },
    place: row => (row < length ? rows.place(row) : null),
    text: row =>
      row < length
        ? rows.text(row)
        : groupLabel(profile, group, example[row - length]),
    costsIn: onceEach(value =>
      withGroups(rows.costsIn(value), data.groupsOf(value, group).inclusive)
    )
  };
}

/** The calls in each group, as far as they were counted; -1 where none were. */
function countedIn(
  calls: Float64Array,
  of: Int32Array,
  groups: number
): Float64Array {
  const sums = new Float64Array(groups).fill(-1);
  calls.forEach((count, row) => {
    if (count >= 0) {
      sums[of[row]] = Math.max(sums[of[row]], 0) + count;
    }
  });
  return sums;
}
