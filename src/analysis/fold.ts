/** Stacks without the frames that are folded or cut off. */
import { PLUMBING, type IProfile } from '../model/profile';
import type { IFilter, IStackView } from './filter';
import type { IStackCosts } from './stackCosts';

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
  func: Int32Array,
  { weight, count, measured }: IStackCosts
): FoldedRows {
  const stacks = profile.stacks!;
  const { flags } = profile.functions;
  const used = usedRows(stacks.prefix, count);
  const rows = stacks.length;
  const prefix = new Int32Array(rows);
  const frame = new Int32Array(rows);
  const category = new Uint8Array(rows);
  const ownWeight = new Float64Array(rows);
  const ownCount = new Float64Array(rows);
  const ownMeasured = measured && new Float64Array(rows);
  const ofStack = new Int32Array(rows).fill(-1);
  // The row that a stack's callees hang below; -1: they are roots.
  const base = new Int32Array(rows).fill(-1);
  const inside = new Uint8Array(rows);
  let length = 0;
  let total = 0;
  let samples = 0;

  function add(above: number, of: number, row: number): number {
    prefix[length] = above;
    frame[length] = of;
    category[length] = stacks.category[row];
    return length++;
  }

  for (let row = 0; row < rows; row++) {
    if (!used[row]) {
      continue;
    }
    const above = stacks.prefix[row];
    const isRoot = func[row] === filter.root;
    const focused =
      filter.root === null || isRoot || (above >= 0 && inside[above] === 1);
    if (!focused) {
      continue;
    }
    inside[row] = 1;
    const below = above >= 0 ? base[above] : -1;
    const folded =
      filter.foldPlumbing && (flags[func[row]] & PLUMBING) !== 0 && !isRoot;
    let at: number;
    if (!folded) {
      at = base[row] = add(below, stacks.frame[row], row);
    } else {
      base[row] = at = below;
      if (count[row] > 0) {
        if (below < 0) {
          at = add(-1, stacks.frame[row], row);
        } else if (category[below] !== stacks.category[row]) {
          // The cost moves up but keeps its category: in a row of its own.
          at = add(prefix[below], frame[below], row);
        }
      }
    }
    ofStack[row] = at;
    if (count[row] > 0) {
      ownWeight[at] += weight[row];
      ownCount[at] += count[row];
      if (ownMeasured) {
        ownMeasured[at] += measured[row];
      }
      total += weight[row];
      samples += count[row];
    }
  }
  const functions = new Int32Array(length);
  for (let row = 0; row < length; row++) {
    functions[row] = profile.frames!.function[frame[row]];
  }
  return {
    length,
    prefix: prefix.subarray(0, length),
    frame: frame.subarray(0, length),
    function: functions,
    category: category.subarray(0, length),
    weight: ownWeight.subarray(0, length),
    count: ownCount.subarray(0, length),
    measured: ownMeasured && ownMeasured.subarray(0, length),
    ofStack,
    total,
    samples
  };
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
