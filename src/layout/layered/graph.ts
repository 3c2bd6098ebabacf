/**
 * The proper layered graph: edges that span several layers become chains of
 * dummy nodes, so that every edge joins neighbouring layers.
 */

/** Neighbours of each node, side by side: those of n from `start[n]`. */
export interface INeighbours {
  readonly start: Int32Array;
  readonly target: Int32Array;
  /** How much straighter than others the link should be drawn. */
  readonly weight: Float64Array;
}

/** Nodes below `real` are the graph's, the others dummies. */
export interface IProperGraph {
  readonly nodes: number;
  readonly real: number;
  readonly layers: number;
  readonly layer: Int32Array;
  /** Neighbours one layer up. */
  readonly up: INeighbours;
  /** Neighbours one layer down. */
  readonly down: INeighbours;
  /** The first dummy of each edge; its dummies are consecutive, going down. */
  readonly firstDummy: Int32Array;
}

/** Lays dummies along the edges, which must all go down. */
export function properGraph(
  real: number,
  layerOf: Int32Array,
  tail: Int32Array,
  head: Int32Array,
  weights: ArrayLike<number> = new Float64Array(tail.length).fill(1)
): IProperGraph {
  const firstDummy = new Int32Array(tail.length);
  let nodes = real;
  for (let edge = 0; edge < tail.length; edge++) {
    firstDummy[edge] = nodes;
    nodes += layerOf[head[edge]] - layerOf[tail[edge]] - 1;
  }
  const links = nodes - real + tail.length;
  const from = new Int32Array(links);
  const to = new Int32Array(links);
  const weight = new Float64Array(links);
  const layer = new Int32Array(nodes);
  layer.set(layerOf);
  let link = 0;
  for (let edge = 0; edge < tail.length; edge++) {
    const between = layerOf[head[edge]] - layerOf[tail[edge]] - 1;
    let above = tail[edge];
    for (let step = 0; step < between; step++) {
      const dummy = firstDummy[edge] + step;
      layer[dummy] = layerOf[tail[edge]] + step + 1;
      from[link] = above;
      weight[link] = weights[edge];
      to[link++] = dummy;
      above = dummy;
    }
    from[link] = above;
    weight[link] = weights[edge];
    to[link++] = head[edge];
  }
  const layers = layer.reduce((most, at) => Math.max(most, at + 1), 0);
  return {
    nodes,
    real,
    layers,
    layer,
    up: neighbours(nodes, to, from, weight),
    down: neighbours(nodes, from, to, weight),
    firstDummy
  };
}

/** For each node the ends of the links that start there, in their order. */
export function neighbours(
  nodes: number,
  from: Int32Array,
  to: Int32Array,
  weights: ArrayLike<number> = new Float64Array(from.length).fill(1)
): INeighbours {
  const start = new Int32Array(nodes + 2);
  for (let link = 0; link < from.length; link++) {
    start[from[link] + 2]++;
  }
  for (let node = 2; node < start.length; node++) {
    start[node] += start[node - 1];
  }
  const target = new Int32Array(from.length);
  const weight = new Float64Array(from.length);
  for (let link = 0; link < from.length; link++) {
    const at = start[from[link] + 1]++;
    target[at] = to[link];
    weight[at] = weights[link];
  }
  return { start: start.subarray(0, nodes + 1), target, weight };
}
