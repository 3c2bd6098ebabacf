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
  const { order, size } = preorderOf(prefix);
  // By key the place at which the rows below its last first one end.
  const end = new Int32Array(keys);
  for (let place = 0; place < order.length; place++) {
    const row = order[place];
    const of = key[row];
    if (of >= 0 && place >= end[of]) {
      first[row] = 1;
      end[of] = place + size[row];
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

/**
 * By key the value of its rows that are the first of it (see `outermost`) and
 * of all below them, so that every sample counts once.
 */
export function sumBelowByKey(
  prefix: Int32Array,
  key: Int32Array,
  keys: number,
  first: Uint8Array,
  value: Float64Array
): Float64Array {
  const sums = new Float64Array(keys);
  const below = new Float64Array(prefix.length);
  for (let row = prefix.length - 1; row >= 0; row--) {
    const sum = below[row] + value[row];
    if (prefix[row] >= 0) {
      below[prefix[row]] += sum;
    }
    if (first[row]) {
      sums[key[row]] += sum;
    }
  }
  return sums;
}

/** A tree's rows such that those below a row follow it. */
export interface IPreorder {
  readonly order: Int32Array;
  /** By row how many rows it and those below it are. */
  readonly size: Int32Array;
}

/** Orders already made, as long as their prefix column lives: several analyses ask for the same. */
const made = new WeakMap<Int32Array, IPreorder>();

/** The preorder of a prefix column, siblings in the order of their rows. */
export function preorderOf(prefix: Int32Array): IPreorder {
  const known = made.get(prefix);
  if (known) {
    return known;
  }
  const { length } = prefix;
  const size = new Int32Array(length).fill(1);
  for (let row = length - 1; row >= 0; row--) {
    if (prefix[row] >= 0) {
      size[prefix[row]] += size[row];
    }
  }
  const order = new Int32Array(length);
  // By row the place that the next row below it takes.
  const next = new Int32Array(length);
  let root = 0;
  for (let row = 0; row < length; row++) {
    const above = prefix[row];
    const place = above < 0 ? root : next[above];
    order[place] = row;
    next[row] = place + 1;
    if (above < 0) {
      root += size[row];
    } else {
      next[above] += size[row];
    }
  }
  const found = { order, size };
  made.set(prefix, found);
  return found;
}

/** A tree as lists of children, in the order of their rows; -1: no more. */
export interface IChildLists {
  readonly firstChild: Int32Array;
  readonly nextSibling: Int32Array;
  readonly firstRoot: number;
}

/** A prefix column as lists of children. */
export function childLists(prefix: Int32Array): IChildLists {
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
  return { firstChild, nextSibling, firstRoot };
}
