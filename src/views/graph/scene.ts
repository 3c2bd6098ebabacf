/** The call graph laid out: boxes, lines, and what stands on them. */
import type { ICallGraph } from '../../analysis/callGraph';
import { functionLabel, placeLabel } from '../../analysis/names';
import { formatShare, formatValue } from '../../analysis/units';
import { layeredLayout, type ILayeredLayout } from '../../layout/layered';
import type { IProfile } from '../../model/profile';

/** The texts of a node. */
export interface INodeTexts {
  readonly name: string;
  readonly place: string;
  readonly inclusive: string;
  readonly self: string;
}

/** A graph with its geometry and its texts. */
export interface IScene {
  readonly graph: ICallGraph;
  readonly layout: ILayeredLayout;
  readonly texts: readonly INodeTexts[];
  /** By edge: its label and the share of the total. */
  readonly labels: readonly string[];
  readonly shares: readonly number[];
}

export const NODE_HEIGHT = 40;
const NODE_MIN = 124;
const NODE_MAX = 230;
/** Pixels a character, on average, in the fonts used; and around the texts. */
const CHARACTER = 6.7;
const AROUND = 26;

/** How much straighter an edge with the whole cost is than one with none. */
const COSTLY_STRAIGHT = 30;

/** Lays out a call graph. */
export function makeScene(profile: IProfile, graph: ICallGraph): IScene {
  const { nodes, edges, total } = graph;
  const texts: INodeTexts[] = [];
  const width = new Float64Array(nodes.length);
  for (let node = 0; node < nodes.length; node++) {
    const func = nodes.func[node];
    const text: INodeTexts = {
      name: functionLabel(profile, func),
      place: placeLabel(profile, func),
      inclusive: formatShare(nodes.inclusive[node], total),
      self:
        nodes.self[node] > 0
          ? `${formatShare(nodes.self[node], total)} self`
          : ''
    };
    const characters = Math.max(
      (text.name.length + text.inclusive.length) * 1.13 + 2,
      text.place.length + text.self.length
    );
    width[node] = Math.min(
      NODE_MAX,
      Math.max(NODE_MIN, characters * CHARACTER + AROUND)
    );
    texts.push(text);
  }
  const height = new Float64Array(nodes.length).fill(NODE_HEIGHT);
  const shares = Array.from(edges.cost.subarray(0, edges.length), cost =>
    total > 0 ? cost / total : 0
  );
  // What costs most is followed from the root down: it goes straight.
  const { from, to } = edges;
  const weight = shares.map(share => 1 + COSTLY_STRAIGHT * share);
  const layout = layeredLayout(
    { width, height },
    { from, to, weight },
    { nodeGap: 18, layerGap: 44 }
  );
  const labels = shares.map((share, edge) => {
    const calls = edges.calls?.[edge] ?? -1;
    const part = formatShare(share, 1);
    return calls > 0 ? `${formatValue(calls, 'count')}× ${part}` : part;
  });
  return { graph, layout, texts, labels, shares };
}

/** The node at a point of the drawing, -1: none. */
export function nodeAtPoint(scene: IScene, x: number, y: number): number {
  const { layout } = scene;
  for (let node = 0; node < scene.graph.nodes.length; node++) {
    const dx = x - layout.x[node];
    const dy = y - layout.y[node];
    if (
      dx >= 0 &&
      dy >= 0 &&
      dx < layout.nodeWidth[node] &&
      dy < layout.nodeHeight[node]
    ) {
      return node;
    }
  }
  return -1;
}

/** The nodes that call `node`, or that it calls, costliest first. */
export function neighbours(
  scene: IScene,
  node: number,
  direction: 'callers' | 'callees'
): number[] {
  const { edges } = scene.graph;
  const [near, far] =
    direction === 'callees' ? [edges.from, edges.to] : [edges.to, edges.from];
  const found: number[] = [];
  for (let edge = 0; edge < edges.length; edge++) {
    if (near[edge] === node && far[edge] !== node) {
      found.push(far[edge]);
    }
  }
  return found;
}

/** The node that an arrow leads to, -1: none. */
export function graphStep(scene: IScene, node: number, key: string): number {
  const { layout, graph } = scene;
  if (node < 0) {
    return graph.roots[0] ?? (graph.nodes.length > 0 ? 0 : -1);
  }
  if (key === 'ArrowDown' || key === 'ArrowUp') {
    const direction = key === 'ArrowDown' ? 'callees' : 'callers';
    return neighbours(scene, node, direction)[0] ?? -1;
  }
  const side = key === 'ArrowRight' ? 1 : -1;
  let best = -1;
  let least = Infinity;
  for (let other = 0; other < graph.nodes.length; other++) {
    const distance = (layout.x[other] - layout.x[node]) * side;
    if (
      layout.layer[other] === layout.layer[node] &&
      distance > 0 &&
      distance < least
    ) {
      best = other;
      least = distance;
    }
  }
  return best;
}
