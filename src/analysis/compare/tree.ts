/** The call trees of two profiles as one. */
import type { ICallTree } from '../callTree';
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
  matched: Pick<IMatched, 'rowOf'>,
  weights: readonly number[]
): IJoinedTree {
  const nodes: INode[] = [];
  const pending = group(
    trees.map(tree => (tree.length > 0 ? siblings(tree, 0) : [])),
    -1,
    0
  );
  while (pending.length > 0) {
    const node = pending.pop()!;
    const at = nodes.push(node) - 1;
    const children = node.of.map((members, side) =>
      members.flatMap(member =>
        siblings(trees[side], trees[side].firstChild[member])
      )
    );
    pending.push(...group(children, at, node.depth + 1));
  }
  return finish(trees, nodes, weights);

  /** Nodes that become one child, cheapest first. */
  function group(
    children: readonly (readonly number[])[],
    parent: number,
    depth: number
  ): INode[] {
    const found = new Map<number, INode>();
    children.forEach((list, side) => {
      const { inclusive, func } = trees[side];
      for (const child of list) {
        const row = matched.rowOf[side][func[child]];
        let node = found.get(row);
        if (!node) {
          node = { row, parent, depth, of: trees.map(() => []), cost: 0 };
          found.set(row, node);
        }
        node.of[side].push(child);
        node.cost += weights[side] * inclusive[child];
      }
    });
    return [...found.values()].sort((a, b) => a.cost - b.cost || b.row - a.row);
  }
}

interface INode {
  readonly row: number;
  readonly parent: number;
  readonly depth: number;
  /** For each tree its nodes. */
  readonly of: readonly number[][];
  cost: number;
}

function siblings(tree: ICallTree, first: number): number[] {
  const found: number[] = [];
  for (let node = first; node >= 0; node = tree.nextSibling[node]) {
    found.push(node);
  }
  return found;
}

function finish(
  trees: readonly ICallTree[],
  nodes: readonly INode[],
  weights: readonly number[]
): IJoinedTree {
  const { length } = nodes;
  const sum = (side: number, column: ArrayLike<number>): Float64Array =>
    Float64Array.from(nodes, ({ of }) =>
      of[side].reduce((sum, node) => sum + column[node], 0)
    );
  const sides = trees.map((tree, side) => ({
    self: sum(side, tree.self),
    inclusive: sum(side, tree.inclusive),
    measured: tree.measured
      ? sum(side, tree.measured.inclusive)
      : new Float64Array(length)
  }));
  const weighted = (of: 'self' | 'inclusive'): Float64Array =>
    Float64Array.from(nodes, (_, node) =>
      sides.reduce((sum, side, at) => sum + weights[at] * side[of][node], 0)
    );
  const firstChild = new Int32Array(length).fill(-1);
  const nextSibling = new Int32Array(length).fill(-1);
  const last = new Int32Array(length + 1).fill(-1);
  nodes.forEach(({ parent }, node) => {
    // Slot 0 stands for the roots.
    if (last[parent + 1] >= 0) {
      nextSibling[last[parent + 1]] = node;
    } else if (parent >= 0) {
      firstChild[parent] = node;
    }
    last[parent + 1] = node;
  });
  return {
    sides,
    tree: {
      length,
      parent: Int32Array.from(nodes, node => node.parent),
      func: Int32Array.from(nodes, node => node.row),
      key: Int32Array.from(nodes, node => node.row),
      line: new Int32Array(length).fill(-1),
      depth: Int32Array.from(nodes, node => node.depth),
      category: new Uint8Array(length),
      self: weighted('self'),
      inclusive: weighted('inclusive'),
      count: trees
        .map((tree, side) => sum(side, tree.count))
        .reduce((all, one) => all.map((count, node) => count + one[node])),
      measured: null,
      firstChild,
      nextSibling,
      start: null,
      total: trees.reduce((sum, tree, at) => sum + weights[at] * tree.total, 0),
      cut: trees.some(tree => tree.cut)
    }
  };
}
