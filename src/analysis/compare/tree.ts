/** The call trees of two profiles as one. */
import { preorder } from '../callTree';
import type { ICallTree } from '../tree';
import { PairTable } from '../pairs';
import { childLists, sumByKey } from '../paths';
import type { IMatched } from './functions';

/** What the nodes of a joined tree cost in one profile. */
export interface ISideNodes {
  readonly self: Float64Array;
  readonly inclusive: Float64Array;
  /** The part of `inclusive` that was measured, not sampled. */
  readonly measured: Float64Array;
}

/** A tree with the nodes of several; `func` holds rows of the match. */
export interface IJoinedTree {
  /** Its costs are the weighted sums of those of the profiles. */
  readonly tree: ICallTree;
  readonly sides: readonly ISideNodes[];
}

/**
 * Joins call trees: nodes below one parent whose functions match are one.
 * The tree is in preorder, children by descending weighted cost.
 *
 * @param weights What a cost of each tree counts in the joined one.
 */
export function joinTrees(
  trees: readonly ICallTree[],
  matched: Pick<IMatched, 'rows'>,
  weights: readonly number[]
): IJoinedTree {
  // Parents stand before their children in each tree, so they do in all.
  const pairs = new PairTable(Math.max(...trees.map(tree => tree.length)));
  const joined = trees.map((tree, side) => {
    const node = new Int32Array(tree.length);
    for (let at = 0; at < tree.length; at++) {
      const above = tree.parent[at];
      const row = matched.rows[side][tree.func[at]];
      node[at] = pairs.add(above < 0 ? -1 : node[above], row);
    }
    return node;
  });
  const above = pairs.first;
  const { length } = above;
  const cost = new Float64Array(length);
  trees.forEach(({ inclusive }, side) =>
    joined[side].forEach(
      (node, at) => (cost[node] += weights[side] * inclusive[at])
    )
  );
  const order = preorder(above, cost);
  const place = new Int32Array(length);
  order.forEach((node, at) => (place[node] = at));
  const sum = (side: number, column: Float64Array): Float64Array => {
    const at = joined[side].map(node => place[node]);
    return sumByKey(at, length, column);
  };
  const sides = trees.map((tree, side): ISideNodes => ({
    self: sum(side, tree.self),
    inclusive: sum(side, tree.inclusive),
    measured: tree.measured
      ? sum(side, tree.measured.inclusive)
      : new Float64Array(length)
  }));
  const counts = trees.map((tree, side) => sum(side, tree.count));
  const weighted = (columns: readonly Float64Array[]): Float64Array =>
    columns[0].map((_, node) =>
      columns.reduce((all, column, at) => all + weights[at] * column[node], 0)
    );
  const parent = Int32Array.from(order, node =>
    above[node] < 0 ? -1 : place[above[node]]
  );
  const { firstChild, nextSibling } = childLists(parent);
  const rows = Int32Array.from(order, node => pairs.second[node]);
  return {
    sides,
    tree: {
      length,
      parent,
      func: rows,
      key: rows,
      line: new Int32Array(length).fill(-1),
      depth: depths(parent),
      category: new Uint8Array(length),
      self: weighted(sides.map(side => side.self)),
      inclusive: weighted(sides.map(side => side.inclusive)),
      count: counts.reduce((all, one) => all.map((n, at) => n + one[at])),
      measured: null,
      firstChild,
      nextSibling,
      start: null,
      total: trees.reduce((all, tree, at) => all + weights[at] * tree.total, 0),
      cut: trees.some(tree => tree.cut)
    }
  };
}

/** How far each node is from its root; parents stand before their children. */
function depths(parent: Int32Array): Int32Array {
  const depth = new Int32Array(parent.length);
  parent.forEach((above, node) => {
    depth[node] = above < 0 ? 0 : depth[above] + 1;
  });
  return depth;
}
