/** Travelling through the call graph by arrows, along its edges. */
import type { IScene } from './scene';

/** Which way an edge is followed. */
export type Direction = 'callers' | 'callees';

/** The edges to callers or callees of `node`, costliest first. */
export function edgesOf(
  scene: IScene,
  node: number,
  direction: Direction
): { readonly node: number; readonly edge: number }[] {
  const { edges } = scene.graph;
  const [near, far] =
    direction === 'callees' ? [edges.from, edges.to] : [edges.to, edges.from];
  const found: { node: number; edge: number }[] = [];
  for (let edge = 0; edge < edges.length; edge++) {
    if (near[edge] === node && far[edge] !== node) {
      found.push({ node: far[edge], edge });
    }
  }
  return found;
}

/** The nodes that call `node`, or that it calls, costliest first. */
export function neighbours(
  scene: IScene,
  node: number,
  direction: Direction
): number[] {
  return edgesOf(scene, node, direction).map(({ node: other }) => other);
}

/**
 * Where the keys have led: down to what costs most, back up the way that was
 * taken, and sideways among the other ends of that node's edges.
 */
export class Walk {
  /** The node that an arrow leads to, -1: none. */
  step(scene: IScene, node: number, key: string): number {
    const { graph } = scene;
    if (node < 0) {
      this._from = -1;
      return graph.roots[0] ?? (graph.nodes.length > 0 ? 0 : -1);
    }
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      return this._along(
        scene,
        node,
        key === 'ArrowDown' ? 'callees' : 'callers'
      );
    }
    const from = this._sideways(scene, node);
    const row = from ?? sameLayer(scene, node);
    return nearest(scene, node, row, key === 'ArrowRight' ? 1 : -1);
  }

  private _along(scene: IScene, node: number, direction: Direction): number {
    const others = neighbours(scene, node, direction);
    const { func } = scene.graph.nodes;
    const back = this._from >= 0 && direction !== this._direction;
    const from = back ? scene.graph.nodeOf[this._from] : -1;
    const next = others.includes(from) ? from : (others[0] ?? -1);
    if (next >= 0) {
      this._from = func[node];
      this._direction = direction;
    }
    return next;
  }

  /** The nodes that the last edge could have led to; null: no last edge. */
  private _sideways(scene: IScene, node: number): number[] | null {
    if (this._from < 0) {
      return null;
    }
    const from = scene.graph.nodeOf[this._from];
    const others = from < 0 ? [] : neighbours(scene, from, this._direction);
    return others.length > 1 && others.includes(node) ? others : null;
  }

  /** The function that the last edge came from, and whither it went. */
  private _from = -1;
  private _direction: Direction = 'callees';
}

function sameLayer({ layout, graph }: IScene, node: number): number[] {
  return Array.from({ length: graph.nodes.length }, (_, other) => other).filter(
    other => layout.layer[other] === layout.layer[node]
  );
}

/** The next of `others` to the right (1) or left (-1) of a node, -1: none. */
function nearest(
  { layout }: IScene,
  node: number,
  others: readonly number[],
  side: 1 | -1
): number {
  const middle = (at: number): number =>
    layout.x[at] + layout.nodeWidth[at] / 2;
  let best = -1;
  let least = Infinity;
  for (const other of others) {
    const distance = (middle(other) - middle(node)) * side;
    if (other !== node && distance > 0 && distance < least) {
      best = other;
      least = distance;
    }
  }
  return best;
}
