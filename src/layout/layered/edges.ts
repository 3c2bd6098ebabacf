/**
 * The lines of the edges, once all nodes have their places.
 */
import type { IProperGraph } from './graph';

/** Upper left corners and sizes of the real nodes. */
export interface IBoxes {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly width: Float64Array;
  readonly height: Float64Array;
}

/** What the lines follow. */
export interface IEdgeCourse {
  readonly graph: IProperGraph;
  readonly tail: Int32Array;
  readonly head: Int32Array;
  /** Of every node, dummies included. */
  readonly centre: Float64Array;
  /** Of every layer. */
  readonly middle: Float64Array;
  readonly ends: IBoxes;
}

/** The ends of edges at one node stand at most so far apart. */
const PORT_GAP = 12;
/** The part of a node's side that edges may use. */
const PORT_SHARE = 0.7;

/**
 * For each edge its points from the upper node to the lower one. Edges of
 * one node leave it side by side, in the order of where they go, so that
 * they neither hide nor cross each other there.
 */
export function drawEdges(course: IEdgeCourse): number[][] {
  const { graph, tail, head, centre, middle, ends } = course;
  const lines = Array.from(tail, (top, edge) => {
    const line = [centre[top], ends.y[top] + ends.height[top]];
    const between = graph.layer[head[edge]] - graph.layer[top] - 1;
    for (let step = 0; step < between; step++) {
      const dummy = graph.firstDummy[edge] + step;
      line.push(centre[dummy], middle[graph.layer[dummy]]);
    }
    line.push(centre[head[edge]], ends.y[head[edge]]);
    return line;
  });
  const outer = lines.map(line => [line[2], line[line.length - 4]]);
  spread(tail, outer, 0, ends, (edge, x) => (lines[edge][0] = x));
  spread(head, outer, 1, ends, (edge, x) => {
    lines[edge][lines[edge].length - 2] = x;
  });
  return lines;
}

/** Spreads the ends of the edges along their nodes. */
function spread(
  node: Int32Array,
  outer: readonly number[][],
  side: 0 | 1,
  { x, width }: IBoxes,
  put: (edge: number, x: number) => void
): void {
  const order = Array.from(node.keys()).sort(
    (a, b) => node[a] - node[b] || outer[a][side] - outer[b][side] || a - b
  );
  for (let from = 0; from < order.length;) {
    const of = node[order[from]];
    let end = from + 1;
    while (end < order.length && node[order[end]] === of) {
      end++;
    }
    const gap = Math.min(PORT_GAP, (PORT_SHARE * width[of]) / (end - from));
    for (let at = from; at < end; at++) {
      const offset = (at - (from + end - 1) / 2) * gap;
      put(order[at], x[of] + width[of] / 2 + offset);
    }
    from = end;
  }
}

/** The same points in the opposite direction. */
export function backwards(points: readonly number[]): number[] {
  const out: number[] = [];
  for (let at = points.length - 2; at >= 0; at -= 2) {
    out.push(points[at], points[at + 1]);
  }
  return out;
}

/** A call of itself: out of the right side and back in. */
export function loop(ends: IBoxes, node: number, gap: number): Float64Array {
  const right = ends.x[node] + ends.width[node];
  const middle = ends.y[node] + ends.height[node] / 2;
  const out = right + gap * 0.6;
  const half = ends.height[node] / 4;
  return Float64Array.of(
    right,
    middle - half,
    out,
    middle - half,
    out,
    middle + half,
    right,
    middle + half
  );
}
