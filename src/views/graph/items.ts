/** What a screen reader is told of the graph: a node between its neighbours. */
import { functionSentence, measuredAt, type ICosts } from '../facts';
import type { ITwinItem } from '../twin';
import type { IViewContext } from '../view';
import { neighbours, type IScene } from './scene';

/** Callers and callees that are read out. */
const CALLERS = 12;
const CALLEES = 12;
const ROOTS = 10;

/**
 * Callers, the node itself, callees: three levels of a tree; without a node
 * the roots. `active` is the row of the node, -1: none.
 */
export function itemsAround(
  context: IViewContext,
  scene: IScene,
  node: number
): { items: ITwinItem[]; active: number } {
  const levels =
    node < 0
      ? [[...scene.graph.roots].slice(0, ROOTS)]
      : [
          neighbours(scene, node, 'callers').slice(0, CALLERS),
          [node],
          neighbours(scene, node, 'callees').slice(0, CALLEES)
        ];
  const items = levels.flatMap((nodes, level) =>
    nodes.map((at, i) => ({
      label: functionSentence(
        context,
        scene.graph.nodes.func[at],
        nodeCosts(scene, at)
      ),
      level: level + 1,
      position: i + 1,
      size: nodes.length
    }))
  );
  return { items, active: node < 0 ? -1 : levels[0].length };
}

/** The costs of a node. */
export function nodeCosts(scene: IScene, node: number): ICosts {
  const { nodes } = scene.graph;
  return {
    self: nodes.self[node],
    inclusive: nodes.inclusive[node],
    ...measuredAt(nodes, node),
    calls: nodes.calls?.[node] ?? null,
    category: nodes.category[node]
  };
}
