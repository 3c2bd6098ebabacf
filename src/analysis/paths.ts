/**
 * What the analyses share: sums over the prefix tree of stacks.
 * A "tree" here is its prefix column: row i hangs below row prefix[i] < i.
 */

/** For each row, its own weight and that of all rows below it. */
export function subtreeSums(
  prefix: Int32Array,
  weight: Float64Array
): Float64Array {
  const sums = weight.slice();
  for (let row = prefix.length - 1; row >= 0; row--) {
    const above = prefix[row];
    if (above >= 0) {
      sums[above] += sums[row];
    }
  }
  return sums;
}

/**
 * Which rows are the first of their key on the way from the root (1) and
 * which repeat it (0); keys are below `keys`, -1 never counts. Summing
 * subtrees over the firsts counts every sample once, recursion or not.
 */
export function outermost(
  prefix: Int32Array,
  key: Int32Array,
  keys: number
): Uint8Array {
  const first = new Uint8Array(prefix.length);
  const { firstChild, nextSibling, firstRoot } = childLists(prefix);
  const open = new Int32Array(keys);
  let row = firstRoot;
  while (row >= 0) {
    if (key[row] >= 0 && open[key[row]]++ === 0) {
      first[row] = 1;
    }
    if (firstChild[row] >= 0) {
      row = firstChild[row];
      continue;
    }
    // Up, closing rows, until there is a next sibling.
    for (;;) {
      if (key[row] >= 0) {
        open[key[row]]--;
      }
      if (nextSibling[row] >= 0) {
        row = nextSibling[row];
        break;
      }
      row = prefix[row];
      if (row < 0) {
        break;
      }
    }
  }
  return first;
}

/** Adds `value[row]` of the chosen rows to each row's key. */
export function sumByKey(
  key: Int32Array | Uint8Array,
  keys: number,
  value: Float64Array,
  chosen?: Uint8Array
): Float64Array {
  const sums = new Float64Array(keys);
  for (let row = 0; row < key.length; row++) {
    if (key[row] >= 0 && (!chosen || chosen[row])) {
      sums[key[row]] += value[row];
    }
  }
  return sums;
}

/** A tree as lists of children, in the order of their rows; -1: no more. */
export interface IChildLists {
  readonly firstChild: Int32Array;
  readonly nextSibling: Int32Array;
  readonly firstRoot: number;
}

/** Lists already made, as long as their prefix column lives: several analyses ask for the same. */
const made = new WeakMap<Int32Array, IChildLists>();

/** A prefix column as lists of children. */
export function childLists(prefix: Int32Array): IChildLists {
  const known = made.get(prefix);
  if (known) {
    return known;
  }
  const firstChild = new Int32Array(prefix.length).fill(-1);
  const nextSibling = new Int32Array(prefix.length).fill(-1);
  let firstRoot = -1;
  for (let row = prefix.length - 1; row >= 0; row--) {
    const above = prefix[row];
    if (above < 0) {
      nextSibling[row] = firstRoot;
      firstRoot = row;
    } else {
      nextSibling[row] = firstChild[above];
      firstChild[above] = row;
    }
  }
  const lists = { firstChild, nextSibling, firstRoot };
  made.set(prefix, lists);
  return lists;
}
