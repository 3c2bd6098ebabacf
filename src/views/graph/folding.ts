/** Opening and closing the nodes of the call graph. */
import type { FunctionIndex } from '../../model/profile';
import type { IViewContext } from '../view';
import type { IScene } from './scene';

/**
 * Shows what a node calls: opens one that is closed, else shows the callees
 * that are hidden. Returns what was done, as a sentence; empty: nothing.
 */
export function openNode(
  { state, trans }: IViewContext,
  scene: IScene,
  node: number
): string {
  const { collapsed, expanded } = state.value;
  const { nodes, nodeOf } = scene.graph;
  const { name } = scene.texts[node];
  if (scene.collapsed[node]) {
    state.set({ collapsed: collapsed.filter(func => nodeOf[func] !== node) });
    return trans.__('%1 shows what it calls', name);
  }
  if (nodes.more[node] === 0 || expanded.includes(nodes.func[node])) {
    return '';
  }
  state.set({ expanded: [...expanded, nodes.func[node]] });
  return trans.__('%1 shows callees that were hidden', name);
}

/** Puts all that a node calls into it. Returns what was done, as a sentence. */
export function closeNode(
  { state, trans }: IViewContext,
  scene: IScene,
  node: number
): string {
  const { nodes } = scene.graph;
  if (scene.collapsed[node] || !nodes.calling[node]) {
    return '';
  }
  const func: FunctionIndex = nodes.func[node];
  const { collapsed, expanded } = state.value;
  state.set({
    collapsed: [...collapsed, func],
    expanded: expanded.filter(other => other !== func)
  });
  return trans.__('%1 holds all that it calls', scene.texts[node].name);
}
