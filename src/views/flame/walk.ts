/** Moving about a call tree: by keys, by paths, and as a screen reader's tree. */
import type { ICallTree } from '../../analysis/callTree';
import type { FunctionIndex } from '../../model/profile';

/** The functions from the root down to a node. */
export function pathOf(tree: ICallTree, node: number): FunctionIndex[] {
  const path: FunctionIndex[] = [];
  for (let at = node; at >= 0; at = tree.parent[at]) {
    path.push(tree.func[at]);
  }
  return path.reverse();
}

/** The node at a path, -1 if this tree has none. */
export function nodeAt(
  tree: ICallTree,
  path: readonly FunctionIndex[]
): number {
  let node = -1;
  for (const func of path) {
    let next = node < 0 ? (tree.length > 0 ? 0 : -1) : tree.firstChild[node];
    while (next >= 0 && tree.func[next] !== func) {
      next = tree.nextSibling[next];
    }
    if (next < 0) {
      return -1;
    }
    node = next;
  }
  return node;
}

/** A node's siblings in order, itself among them. */
export function siblingsOf(tree: ICallTree, node: number): number[] {
  const parent = tree.parent[node];
  const found: number[] = [];
  let at = parent < 0 ? 0 : tree.firstChild[parent];
  for (; at >= 0; at = tree.nextSibling[at]) {
    found.push(at);
  }
  return found;
}

/** The node that an arrow leads to from `node`; -1: none. */
export function step(tree: ICallTree, node: number, key: string): number {
  if (node < 0) {
    return tree.length > 0 ? 0 : -1;
  }
  switch (key) {
    case 'ArrowDown':
      return tree.firstChild[node];
    case 'ArrowUp':
      return tree.parent[node];
    case 'ArrowRight':
      return tree.nextSibling[node];
    case 'ArrowLeft': {
      const siblings = siblingsOf(tree, node);
      return siblings[siblings.indexOf(node) - 1] ?? -1;
    }
    default:
      return -1;
  }
}

/** The costliest node of a function, -1 if it is not in the tree. */
export function heaviestOf(tree: ICallTree, func: FunctionIndex): number {
  let best = -1;
  for (let node = 0; node < tree.length; node++) {
    if (
      tree.func[node] === func &&
      (best < 0 || tree.inclusive[node] > tree.inclusive[best])
    ) {
      best = node;
    }
  }
  return best;
}

/** True if `above` is `node` or one of its callers. */
export function isWithin(
  tree: ICallTree,
  node: number,
  above: number
): boolean {
  let at = node;
  while (at > above) {
    at = tree.parent[at];
  }
  return at === above;
}

/** The next node narrower than `root` on the way to `node`, -1: none. */
export function narrower(tree: ICallTree, root: number, node: number): number {
  if (node <= root || !isWithin(tree, node, Math.max(root, -1))) {
    return -1;
  }
  const full = root < 0 ? tree.total : tree.inclusive[root];
  let next = -1;
  for (let at = node; at > root; at = tree.parent[at]) {
    if (tree.inclusive[at] < full) {
      next = at;
    }
  }
  return next;
}
