/**
 * The layered layout of a directed graph, callers above callees
 * (Sugiyama, Tagawa, Toda, IEEE Trans. SMC 11, 1981): break cycles, assign
 * layers, order them, set coordinates. Deterministic.
 */
import { assignX } from './layered/coordinates';
import { backEdges } from './layered/cycles';
import { backwards, drawEdges, loop } from './layered/edges';
import { properGraph, type IProperGraph } from './layered/graph';
import { assignLayers } from './layered/layers';
import { orderLayers } from './layered/ordering';

/** Sizes of the nodes, in pixels. */
export interface ILayeredNodes {
  readonly width: ArrayLike<number>;
  readonly height: ArrayLike<number>;
  /**
   * The centre of each in an earlier drawing, NaN: it was not there. Their
   * order from left to right is kept as far as that costs few crossings.
   */
  readonly before?: ArrayLike<number>;
}

/** Rows of the nodes that each edge joins. */
export interface ILayeredEdges {
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
  /** How much straighter than others each should be, above 0. Default: 1. */
  readonly weight?: ArrayLike<number>;
}

/** Distances in pixels. */
export interface ILayeredOptions {
  /** Between neighbours in a layer. Default: 24. */
  readonly nodeGap?: number;
  /** Between layers. Default: 48. */
  readonly layerGap?: number;
}

/** Where everything stands. */
export interface ILayeredLayout {
  /** Left edge of each node. */
  readonly x: Float64Array;
  /** Upper edge of each node. */
  readonly y: Float64Array;
  readonly nodeWidth: Float64Array;
  readonly nodeHeight: Float64Array;
  readonly layer: Int32Array;
  /**
   * For each edge its points, x and y in turn, from the caller to the callee:
   * the ends, and one point in every layer that it passes.
   */
  readonly paths: readonly Float64Array[];
  /** 1: the edge goes up, against the layers (it closes a recursion). */
  readonly back: Uint8Array;
  /** Of the whole drawing. */
  readonly width: number;
  readonly height: number;
  readonly layers: number;
  /** How many times edges cross. */
  readonly crossings: number;
}

/** Lays out a graph. */
export function layeredLayout(
  nodes: ILayeredNodes,
  edges: ILayeredEdges,
  options: ILayeredOptions = {}
): ILayeredLayout {
  const { nodeGap = 24, layerGap = 48 } = options;
  const count = nodes.width.length;
  const from = Int32Array.from(edges.from);
  const to = Int32Array.from(edges.to);
  const back = backEdges(count, from, to);
  // What takes part in the layers: edges that go down, without self loops.
  const rows = Int32Array.from(from.keys()).filter(
    edge => from[edge] !== to[edge]
  );
  const tail = rows.map(edge => (back[edge] ? to[edge] : from[edge]));
  const head = rows.map(edge => (back[edge] ? from[edge] : to[edge]));
  const layerOf = assignLayers(count, tail, head);
  const { weight } = edges;
  const weights = weight && Float64Array.from(rows, edge => weight[edge]);
  const graph = properGraph(count, layerOf, tail, head, weights);
  const order = orderLayers(graph, nodes.before);
  const nodeWidth = Float64Array.from(nodes.width);
  const nodeHeight = Float64Array.from(nodes.height);
  const widths = new Float64Array(graph.nodes);
  widths.set(nodeWidth);
  const centre = assignX(graph, order.rows, widths, nodeGap);
  const { middle, height } = layerMiddles(graph, nodeHeight, layerGap);
  const x = nodeWidth.map((width, node) => centre[node] - width / 2);
  const y = nodeHeight.map(
    (high, node) => middle[graph.layer[node]] - high / 2
  );

  const ends = { x, y, width: nodeWidth, height: nodeHeight };
  const paths = new Array<Float64Array>(from.length);
  const drawn = drawEdges({ graph, tail, head, centre, middle, ends });
  drawn.forEach((points, row) => {
    const edge = rows[row];
    paths[edge] = Float64Array.from(back[edge] ? backwards(points) : points);
  });
  for (let edge = 0; edge < from.length; edge++) {
    if (from[edge] === to[edge]) {
      paths[edge] = loop(ends, from[edge], nodeGap);
    }
  }
  return {
    x,
    y,
    nodeWidth,
    nodeHeight,
    layer: layerOf,
    paths,
    back,
    width: rightmost(x, nodeWidth, paths),
    height,
    layers: graph.layers,
    crossings: order.crossings
  };
}

/** The right edge of the drawing. */
function rightmost(
  x: Float64Array,
  width: Float64Array,
  paths: readonly Float64Array[]
): number {
  let right = 0;
  for (let node = 0; node < x.length; node++) {
    right = Math.max(right, x[node] + width[node]);
  }
  for (const path of paths) {
    for (let at = 0; at < path.length; at += 2) {
      right = Math.max(right, path[at]);
    }
  }
  return right;
}

/** The middle of each layer, as high as its highest node. */
function layerMiddles(
  graph: IProperGraph,
  height: Float64Array,
  gap: number
): { middle: Float64Array; height: number } {
  const highest = new Float64Array(graph.layers);
  height.forEach((high, node) => {
    const layer = graph.layer[node];
    highest[layer] = Math.max(highest[layer], high);
  });
  let top = 0;
  const middle = highest.map(high => {
    const at = top + high / 2;
    top += high + gap;
    return at;
  });
  return { middle, height: Math.max(0, top - gap) };
}
