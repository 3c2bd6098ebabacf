/** Stacks without the frames that are folded or cut off. */
import { PLUMBING, type IProfile } from '../model/profile';
import type { IFilter, IStackView } from './stackView';
import type { IStackCosts } from './stackCosts';
import { StackRows } from './stackRows';

/** The rows of a view; see `IStackView`. */
export type FoldedRows = Pick<
  IStackView,
  | 'length'
  | 'prefix'
  | 'frame'
  | 'function'
  | 'category'
  | 'weight'
  | 'count'
  | 'measured'
  | 'ofStack'
  | 'total'
  | 'samples'
>;

/** The rows that carry cost, without those that are folded or cut off. */
export function foldedRows(
  filter: Pick<IFilter, 'foldPlumbing' | 'root'>,
  profile: IProfile,
  costs: IStackCosts
): FoldedRows {
  const stacks = profile.stacks!;
  const { flags } = profile.functions;
  const { function: functionOf } = profile.frames!;
  const { length, prefix, frame, category } = stacks;
  const { weight, count, measured } = costs;
  const used = usedRows(prefix, count);
  const rows = new StackRows({
    length,
    frame,
    category,
    weight,
    count,
    measured
  });
  // The row that a stack's callees hang below; -1: they are roots.
  const base = new Int32Array(length).fill(-1);
  const inside = new Uint8Array(length);
  for (let row = 0; row < length; row++) {
    if (!used[row]) {
      continue;
    }
    const above = prefix[row];
    const func = functionOf[frame[row]];
    const isRoot = func === filter.root;
    const focused =
      filter.root === null || isRoot || (above >= 0 && inside[above] === 1);
    if (!focused) {
      continue;
    }
    inside[row] = 1;
    const below = above >= 0 ? base[above] : -1;
    const folded =
      filter.foldPlumbing && (flags[func] & PLUMBING) !== 0 && !isRoot;
    base[row] = folded ? below : rows.add(row, below, frame[row]);
    if (count[row] === 0) {
      rows.ofRow[row] = base[row];
    } else {
      rows.charge(row, folded ? rows.placeFor(row, below) : base[row]);
    }
  }
  return { ...rows.finish(functionOf), ofStack: rows.ofRow };
}

/** The stacks that a sample goes through. */
function usedRows(prefix: Int32Array, count: Float64Array): Uint8Array {
  const used = new Uint8Array(prefix.length);
  for (let row = prefix.length - 1; row >= 0; row--) {
    if (count[row] > 0) {
      used[row] = 1;
    }
    if (used[row] && prefix[row] >= 0) {
      used[prefix[row]] = 1;
    }
  }
  return used;
}
