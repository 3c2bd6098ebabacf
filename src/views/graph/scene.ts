/** The call graph laid out: boxes, lines, and what stands on them. */
import type { ICallGraph } from '../../analysis/callGraph';
import type { IPoint } from '../../export/pen';
import { layeredLayout, type ILayeredLayout } from '../../layout/layered';
import type { IViewContext } from '../view';
import { placeLabels, type IBox } from './labels';
import { collapsedNodes, edgeLabel, nodeTexts, type INodeTexts } from './texts';

/** A graph with its geometry and its texts. */
export interface IScene {
  readonly graph: ICallGraph;
  readonly layout: ILayeredLayout;
  readonly texts: readonly INodeTexts[];
  /** By node: 1 where it holds all that it calls. */
  readonly collapsed: Uint8Array;
  /** By edge: its course, its label and the share of the total. */
  readonly courses: readonly (readonly IPoint[])[];
  readonly labels: readonly string[];
  /** By edge: the middle of its label; null: there is no room for it. */
  readonly labelAt: readonly (IPoint | null)[];
  readonly shares: readonly number[];
}

const NODE_HEIGHT = 40;
const NODE_MIN = 124;
const NODE_MAX = 230;
/** Pixels a character, on average, in the fonts used; and around the texts. */
const CHARACTER = 6.7;
const AROUND = 26;

/** How much straighter an edge with the whole cost is than one with none. */
const COSTLY_STRAIGHT = 30;

/** Lays out a call graph, its nodes in the order of the scene before it. */
export function makeScene(
  context: IViewContext,
  graph: ICallGraph,
  before: IScene | null
): IScene {
  const { nodes, edges, total } = graph;
  const collapsed = collapsedNodes(context, graph);
  const texts = Array.from({ length: nodes.length }, (_, node) =>
    nodeTexts(context, graph, node, collapsed[node] === 1)
  );
  const shares = Array.from(edges.cost, cost => (total > 0 ? cost / total : 0));
  const layout = layeredLayout(
    {
      width: texts.map(nodeWidth),
      height: texts.map(() => NODE_HEIGHT),
      ...(before ? { before: centresIn(before, graph) } : {})
    },
    {
      from: edges.from,
      to: edges.to,
      // What costs most is followed from the root down: it goes straight.
      weight: shares.map(share => 1 + COSTLY_STRAIGHT * share)
    },
    { nodeGap: 18, layerGap: 44 }
  );
  const courses = layout.paths.map(toPoints);
  const labels = shares.map((_, edge) => edgeLabel(graph, edge));
  return {
    graph,
    layout,
    texts,
    collapsed,
    courses,
    labels,
    labelAt: placeLabels(courses, labels),
    shares
  };
}

function nodeWidth({ name, place, inclusive, self }: INodeTexts): number {
  const characters = Math.max(
    (name.length + inclusive.length) * 1.13 + 2,
    place.length + self.length
  );
  return Math.min(
    NODE_MAX,
    Math.max(NODE_MIN, characters * CHARACTER + AROUND)
  );
}

/** Where the nodes of a graph were in an earlier drawing, NaN: nowhere. */
function centresIn(before: IScene, graph: ICallGraph): Float64Array {
  return Float64Array.from(graph.nodes.func, func => {
    const node = before.graph.nodeOf[func];
    return node < 0
      ? NaN
      : before.layout.x[node] + before.layout.nodeWidth[node] / 2;
  });
}

function toPoints(path: Float64Array): IPoint[] {
  const points: IPoint[] = [];
  for (let i = 0; i < path.length; i += 2) {
    points.push({ x: path[i], y: path[i + 1] });
  }
  return points;
}

/** The box of a node. */
export function boxOf({ layout }: IScene, node: number): IBox {
  return {
    x: layout.x[node],
    y: layout.y[node],
    width: layout.nodeWidth[node],
    height: layout.nodeHeight[node]
  };
}

/** The node at a point of the drawing, -1: none. */
export function nodeAtPoint(scene: IScene, x: number, y: number): number {
  for (let node = 0; node < scene.graph.nodes.length; node++) {
    if (isInside(boxOf(scene, node), x, y)) {
      return node;
    }
  }
  return -1;
}

/** What the handle of a node says: closed, callees that are hidden, open. */
export function handleText(scene: IScene, node: number): string {
  const { more, calling } = scene.graph.nodes;
  if (scene.collapsed[node]) {
    return '▸';
  }
  return more[node] > 0 ? `+${more[node]}` : calling[node] ? '−' : '';
}

/** Where the handle of a node is: on its lower edge, at the right. */
export function handleBox(scene: IScene, node: number): IBox {
  const box = boxOf(scene, node);
  const width = 12 + 6.5 * handleText(scene, node).length;
  return {
    x: box.x + box.width - width - 6,
    y: box.y + box.height - 7,
    width,
    height: 15
  };
}

/** The node whose handle is at a point of the drawing, -1: none. */
export function handleAtPoint(scene: IScene, x: number, y: number): number {
  for (let node = 0; node < scene.graph.nodes.length; node++) {
    if (
      handleText(scene, node) !== '' &&
      isInside(handleBox(scene, node), x, y)
    ) {
      return node;
    }
  }
  return -1;
}

function isInside(box: IBox, x: number, y: number): boolean {
  return (
    x >= box.x && y >= box.y && x < box.x + box.width && y < box.y + box.height
  );
}
