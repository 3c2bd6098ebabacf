/** Moving about a call tree: by keys, by paths, and as a screen reader's tree. */
import type { ICallTree } from '../../analysis/tree';

/**
 * What finds a node again: the keys (`ICallTree.key`) from the root down. In
 * the order of time a key may come again below one parent: there it is the
 * node's number, with its key.
 */
export function pathOf(tree: ICallTree, node: number): number[] {
  if (tree.start) {
    return [node, tree.key[node]];
  }
  const path: number[] = [];
  for (let at = node; at >= 0; at = tree.parent[at]) {
    path.push(tree.key[at]);
  }
  return path.reverse();
}

/** The node at a path, -1 if this tree has none. */
export function nodeAt(tree: ICallTree, path: readonly number[]): number {
  if (tree.start) {
    const [node = -1, key] = path;
    return tree.key[node] === key ? node : -1;
  }
  let node = -1;
  for (const key of path) {
    let next = node < 0 ? (tree.length > 0 ? 0 : -1) : tree.firstChild[node];
    while (next >= 0 && tree.key[next] !== key) {
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

/** The costliest node that `is` holds for, -1 if there is none. */
export function heaviestOf(
  tree: ICallTree,
  is: (node: number) => boolean
): number {
  let best = -1;
  for (let node = 0; node < tree.length; node++) {
    if ((best < 0 || tree.inclusive[node] > tree.inclusive[best]) && is(node)) {
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
