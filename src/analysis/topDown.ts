/** The top-down tree of stacks, made node by node in the order in which it is read. */
import { CATEGORIES } from '../format/types';
import type { ICallTree } from './tree';
import type { IStackView } from './stackView';
import { sortPart } from './order';
import { childLists, subtreeSums } from './paths';

/** How rows become nodes. */
export interface ITopDownOptions {
  /** True: a row with the key of the one above is part of its node. */
  readonly chain: boolean;
  /** True: nodes have lines. */
  readonly byLine: boolean;
}

/**
 * Merges rows of equal keys below one parent. A node is a list of rows, known
 * by the first of them; what is below these is put into lists by key, and
 * those become the next nodes, the costliest first. So it takes no table of
 * pairs, and the nodes come in preorder.
 */
export function topDownTree(
  view: IStackView,
  keys: Int32Array,
  { chain, byLine }: ITopDownOptions
): ICallTree {
  const { length, prefix, weight, measured } = view;
  const { functions, frames } = view.profile;
  const { firstChild, nextSibling, firstRoot } = childLists(prefix);
  // Of a node by its first row.
  const sums = subtreeSums(prefix, weight);
  const counts = subtreeSums(prefix, view.count);
  const exact = measured && subtreeSums(prefix, measured);
  const last = new Int32Array(length);
  const above = new Int32Array(length);
  // Of a row the next one of its node.
  const next = new Int32Array(length).fill(-1);
  // By key the node below the parent that is looked at.
  const found = new Int32Array(largest(keys) + 1);
  const foundBelow = new Int32Array(found.length).fill(-2);
  const pending = new Int32Array(length);
  const split = new Float64Array(CATEGORIES.length);
  const tree = emptyTree(length, measured !== null);
  const lastChild = new Int32Array(length);
  let lastRoot = -1;
  let open = 0;
  let made = 0;
  let total = 0;

  /** The last of what is pending is next. */
  const cheapestFirst = (a: number, b: number): number =>
    sums[a] - sums[b] || b - a;

  /** Adds a row to a node. */
  function append(node: number, row: number): void {
    next[last[node]] = row;
    last[node] = row;
  }

  /** Puts the rows of a list of siblings into nodes below place `at`; those of key `own` go on in `node`. */
  function gather(
    siblings: number,
    at: number,
    own: number,
    node: number
  ): void {
    for (let row = siblings; row >= 0; row = nextSibling[row]) {
      const key = keys[row];
      if (key === own) {
        append(node, row);
      } else if (foundBelow[key] === at) {
        const other = found[key];
        append(other, row);
        sums[other] += sums[row];
        counts[other] += counts[row];
        if (exact) {
          exact[other] += exact[row];
        }
      } else {
        foundBelow[key] = at;
        found[key] = last[row] = row;
        above[row] = at;
        pending[open++] = row;
      }
    }
  }

  /** The category with most of a node's own cost, `usual` where it has none. */
  function majority(node: number, usual: number): number {
    split.fill(0);
    for (let row = node; row >= 0; row = next[row]) {
      split[view.category[row]] += weight[row];
    }
    let best = usual;
    let most = 0;
    for (let code = 0; code < split.length; code++) {
      if (split[code] > most) {
        most = split[code];
        best = code;
      }
    }
    return best;
  }

  gather(firstRoot, -1, -1, -1);
  sortPart(pending, 0, open, cheapestFirst);
  while (open > 0) {
    const node = pending[--open];
    const at = made++;
    const from = open;
    const own = chain ? keys[node] : -1;
    let self = 0;
    let exactly = 0;
    // The list may grow while it is walked.
    for (let row = node; row >= 0; row = next[row]) {
      self += weight[row];
      exactly += measured ? measured[row] : 0;
      gather(firstChild[row], at, own, node);
    }
    sortPart(pending, from, open, cheapestFirst);
    const parent = above[node];
    const func = view.function[node];
    const usual = functions.category[func];
    tree.parent[at] = parent;
    tree.func[at] = func;
    tree.key[at] = keys[node];
    tree.line[at] = byLine ? frames!.line[view.frame[node]] : -1;
    tree.self[at] = self;
    tree.inclusive[at] = sums[node];
    tree.count[at] = counts[node];
    // The samples that end here decide, unless more of them pass through.
    tree.category[at] = 2 * self < sums[node] ? usual : majority(node, usual);
    if (tree.measured && exact) {
      tree.measured.self[at] = exactly;
      tree.measured.inclusive[at] = exact[node];
    }
    const before = parent < 0 ? lastRoot : lastChild[parent];
    if (parent < 0) {
      lastRoot = at;
      total += sums[node];
    } else {
      tree.depth[at] = tree.depth[parent] + 1;
      lastChild[parent] = at;
    }
    if (before >= 0) {
      tree.nextSibling[before] = at;
    } else if (parent >= 0) {
      tree.firstChild[parent] = at;
    }
    lastChild[at] = -1;
    tree.firstChild[at] = -1;
    tree.nextSibling[at] = -1;
  }
  return { ...cut(tree, made), total, start: null, cut: false };
}

type Columns = Omit<ICallTree, 'length' | 'total' | 'start' | 'cut'>;

/** Columns for as many nodes as there can be. */
function emptyTree(length: number, isMeasured: boolean): Columns {
  return {
    parent: new Int32Array(length),
    func: new Int32Array(length),
    key: new Int32Array(length),
    line: new Int32Array(length),
    depth: new Int32Array(length),
    category: new Uint8Array(length),
    self: new Float64Array(length),
    inclusive: new Float64Array(length),
    count: new Float64Array(length),
    measured: isMeasured
      ? { self: new Float64Array(length), inclusive: new Float64Array(length) }
      : null,
    firstChild: new Int32Array(length),
    nextSibling: new Int32Array(length)
  };
}

/** The columns of the nodes that there are. */
function cut(
  { measured, ...columns }: Columns,
  length: number
): Columns & Pick<ICallTree, 'length'> {
  const costs = ({
    self,
    inclusive
  }: Pick<ICallTree, 'self' | 'inclusive'>) => ({
    self: self.subarray(0, length),
    inclusive: inclusive.subarray(0, length)
  });
  return {
    ...columns,
    ...costs(columns),
    length,
    parent: columns.parent.subarray(0, length),
    func: columns.func.subarray(0, length),
    key: columns.key.subarray(0, length),
    line: columns.line.subarray(0, length),
    depth: columns.depth.subarray(0, length),
    category: columns.category.subarray(0, length),
    count: columns.count.subarray(0, length),
    measured: measured && costs(measured),
    firstChild: columns.firstChild.subarray(0, length),
    nextSibling: columns.nextSibling.subarray(0, length)
  };
}

/** The largest of some keys, -1 where there are none. */
function largest(keys: Int32Array): number {
  let most = -1;
  for (let row = 0; row < keys.length; row++) {
    most = keys[row] > most ? keys[row] : most;
  }
  return most;
}
