/** The frames around the focus as a screen reader's tree. */
import type { ICallTree } from '../../analysis/tree';
import { measuredAt, type ICosts } from '../facts';
import type { ITwinItem } from '../twin';
import { isWithin, siblingsOf } from './walk';

/** At most so many callers, siblings to a side, callees. */
const CALLERS = 20;
const NEAR = 10;

/** What a node cost. */
export function nodeCosts(tree: ICallTree, node: number): ICosts {
  return {
    self: tree.self[node],
    inclusive: tree.inclusive[node],
    ...measuredAt(tree, node),
    count: tree.count[node],
    category: tree.category[node]
  };
}

/** Callers, siblings and callees of `focus` (-1: the roots) in reading order. */
export function itemsAround(
  tree: ICallTree,
  focus: number,
  label: (node: number) => string
): { items: ITwinItem[]; active: number } {
  const shown =
    focus >= 0
      ? nodesAround(tree, focus)
      : tree.length > 0
        ? siblingsOf(tree, 0).slice(0, CALLERS)
        : [];
  const items = shown.map(node => {
    const siblings = siblingsOf(tree, node);
    return {
      label: label(node),
      level: tree.depth[node] + 1,
      position: siblings.indexOf(node) + 1,
      size: siblings.length,
      ...(tree.firstChild[node] >= 0
        ? { expanded: isWithin(tree, focus, node) }
        : {})
    };
  });
  return { items, active: shown.indexOf(focus) };
}

function nodesAround(tree: ICallTree, focus: number): number[] {
  const callers: number[] = [];
  let above = tree.parent[focus];
  for (; above >= 0 && callers.length < CALLERS; above = tree.parent[above]) {
    callers.push(above);
  }
  const siblings = siblingsOf(tree, focus);
  const at = siblings.indexOf(focus);
  const first = tree.firstChild[focus];
  const callees = first < 0 ? [] : siblingsOf(tree, first);
  return [
    ...callers.reverse(),
    ...siblings.slice(Math.max(0, at - NEAR), at + 1),
    ...callees.slice(0, NEAR),
    ...siblings.slice(at + 1, at + NEAR)
  ];
}
