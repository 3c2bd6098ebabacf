import { neighbours } from './graph';
import { shortenEdges } from './simplex';

/**
 * A layer for each node of an acyclic graph, every edge going down: the
 * longest path from a root, then nodes move to where all edges are shortest.
 */
export function assignLayers(
  nodes: number,
  tail: Int32Array,
  head: Int32Array
): Int32Array {
  const callees = neighbours(nodes, tail, head);
  const order = topological(nodes, callees.start, callees.target);
  const layer = new Int32Array(nodes);
  for (const node of order) {
    for (let at = callees.start[node]; at < callees.start[node + 1]; at++) {
      const callee = callees.target[at];
      layer[callee] = Math.max(layer[callee], layer[node] + 1);
    }
  }
  shortenEdges(layer, tail, head);
  return fromZero(layer);
}

/** Callers before callees (A. B. Kahn, Comm. ACM 5, 1962). */
function topological(
  nodes: number,
  start: Int32Array,
  target: Int32Array
): Int32Array {
  const waiting = new Int32Array(nodes);
  target.forEach(node => waiting[node]++);
  const order = new Int32Array(nodes);
  let end = 0;
  for (let node = 0; node < nodes; node++) {
    if (waiting[node] === 0) {
      order[end++] = node;
    }
  }
  for (let done = 0; done < end; done++) {
    const node = order[done];
    for (let at = start[node]; at < start[node + 1]; at++) {
      if (--waiting[target[at]] === 0) {
        order[end++] = target[at];
      }
    }
  }
  return order;
}

function fromZero(layer: Int32Array): Int32Array {
  const first = layer.reduce((least, at) => Math.min(least, at), Infinity);
  return layer.length > 0 ? layer.map(at => at - first) : layer;
}
