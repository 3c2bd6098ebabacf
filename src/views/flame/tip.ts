/** What is said of a frame under the pointer. */
import type { ICallTree } from '../../analysis/tree';
import { functionTip } from '../facts';
import type { ITip } from '../tooltip';
import type { IViewContext } from '../view';
import { nodeCosts } from './items';
import type { FrameNames } from './names';

/**
 * A node as a tooltip; `joined`: narrower ones are drawn with it; `thread`:
 * whose it is, empty where that need not be said.
 */
export function frameTip(
  context: IViewContext,
  names: FrameNames,
  tree: ICallTree,
  node: number,
  joined: boolean,
  thread: string
): ITip {
  const { state, trans } = context;
  const { merge } = state.value.flame;
  const known = functionTip(context, tree.func[node], nodeCosts(tree, node));
  const of = [trans.__('thread'), thread] as const;
  const tip = thread ? { ...known, rows: [...known.rows, of] } : known;
  const [name, place] = names.of(tree, node);
  const title = joined ? trans.__('%1 and narrower ones', name) : name;
  switch (merge) {
    case 'function':
      return { ...tip, title };
    case 'line':
      return { ...tip, title, code: place };
    case 'module':
      return { title, rows: tip.rows };
  }
}
