import { neighbours } from './graph';

/** How often the layers are tightened; more changes nothing in practice. */
const ROUNDS = 6;

/**
 * A layer for each node of an acyclic graph, every edge going down: the
 * longest path from a root, then nodes slide to where their edges are
 * shortest, as far as their neighbours let them.
 */
export function assignLayers(
  nodes: number,
  tail: Int32Array,
  head: Int32Array
): Int32Array {
  const callers = neighbours(nodes, head, tail);
  const callees = neighbours(nodes, tail, head);
  const order = topological(nodes, callees.start, callees.target);
  const layer = new Int32Array(nodes);
  for (const node of order) {
    for (let at = callees.start[node]; at < callees.start[node + 1]; at++) {
      const callee = callees.target[at];
      layer[callee] = Math.max(layer[callee], layer[node] + 1);
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    let moved = false;
    for (let step = 0; step < nodes; step++) {
      const node = order[round % 2 ? step : nodes - 1 - step];
      const ups = callers.start[node + 1] - callers.start[node];
      const downs = callees.start[node + 1] - callees.start[node];
      let lowest = 0;
      for (let at = callers.start[node]; at < callers.start[node + 1]; at++) {
        lowest = Math.max(lowest, layer[callers.target[at]] + 1);
      }
      let highest = Infinity;
      for (let at = callees.start[node]; at < callees.start[node + 1]; at++) {
        highest = Math.min(highest, layer[callees.target[at]] - 1);
      }
      const best = downs > ups ? highest : downs < ups ? lowest : layer[node];
      if (best !== layer[node]) {
        layer[node] = best;
        moved = true;
      }
    }
    if (!moved && round > 0) {
      break;
    }
  }
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
  return first > 0 ? layer.map(at => at - first) : layer;
}
