/** How the eye follows from one drawing of the graph to the next. */
import type { IViewContext } from '../view';
import { keepPlace, startScale, type ICamera, type ISize } from './camera';
import { boxOf, type IScene } from './scene';

/**
 * The camera after a change: the selected node, or the one nearest to the
 * middle, stays where it is on the screen. Null: nothing is left to follow,
 * or it was seen from too far away.
 */
export function follow(
  { state }: IViewContext,
  before: IScene,
  after: IScene,
  camera: ICamera,
  view: ISize
): ICamera | null {
  if (camera.scale < 0.9 * startScale(after.layout, view)) {
    return null;
  }
  const { selection } = state.value;
  const chosen = selection < 0 ? -1 : before.graph.nodeOf[selection];
  const anchor =
    chosen >= 0 && successor(before, after, chosen) >= 0
      ? chosen
      : central(before, after, camera, view);
  if (anchor < 0) {
    return null;
  }
  const from = boxOf(before, anchor);
  const to = boxOf(after, successor(before, after, anchor));
  const middle = ({ x, y, width }: typeof from) => ({ x: x + width / 2, y });
  return keepPlace(camera, middle(from), middle(to), after.layout, view);
}

/** The node of the new scene that a node of the old one became, -1: none. */
function successor(before: IScene, after: IScene, node: number): number {
  return after.graph.nodeOf[before.graph.nodes.func[node]];
}

/** The node nearest to the middle of the view that is there afterwards too. */
function central(
  before: IScene,
  after: IScene,
  { scale, left, top }: ICamera,
  view: ISize
): number {
  let best = -1;
  let least = Infinity;
  for (let node = 0; node < before.graph.nodes.length; node++) {
    const { x, y, width, height } = boxOf(before, node);
    const distance = Math.hypot(
      (x + width / 2) * scale + left - view.width / 2,
      (y + height / 2) * scale + top - view.height / 2
    );
    if (distance < least && successor(before, after, node) >= 0) {
      best = node;
      least = distance;
    }
  }
  return best;
}
