/**
 * The order of the nodes in each layer, with few crossings: sweeps by median
 * and barycentre (Sugiyama, Tagawa, Toda, IEEE Trans. SMC 11, 1981; Eades,
 * Wormald, Algorithmica 11, 1994), each followed by exchanges of neighbours
 * (Gansner, Koutsofios, North, Vo, IEEE Trans. SE 19, 1993).
 */
import type { INeighbours, IProperGraph } from './graph';

/** Nodes by layer, from left to right, and what that costs. */
export interface IOrder {
  readonly rows: readonly Int32Array[];
  readonly crossings: number;
}

/** Sweeps without improvement after which a start is given up. */
const PATIENCE = 4;
const MAX_SWEEPS = 32;

/** Orders the layers of a graph. */
export function orderLayers(graph: IProperGraph): IOrder {
  let best: IOrder | null = null;
  for (const downwards of [true, false]) {
    const found = improve(graph, initialRows(graph, downwards));
    if (!best || found.crossings < best.crossings) {
      best = found;
    }
    if (best.crossings === 0) {
      break;
    }
  }
  return best ?? { rows: [], crossings: 0 };
}

/** Nodes as a depth-first search along the edges meets them. */
function initialRows(graph: IProperGraph, downwards: boolean): Int32Array[] {
  const { nodes, layers, layer, up, down } = graph;
  const [back, forth] = downwards ? [up, down] : [down, up];
  const rows: number[][] = Array.from({ length: layers }, () => []);
  const seen = new Uint8Array(nodes);
  const pending: number[] = [];
  for (const starts of [true, false]) {
    for (let node = 0; node < nodes; node++) {
      const isStart = back.start[node] === back.start[node + 1];
      if (starts && !isStart) {
        continue;
      }
      pending.push(node);
      while (pending.length > 0) {
        const at = pending.pop()!;
        if (seen[at]) {
          continue;
        }
        seen[at] = 1;
        rows[layer[at]].push(at);
        for (let i = forth.start[at + 1] - 1; i >= forth.start[at]; i--) {
          pending.push(forth.target[i]);
        }
      }
    }
  }
  return rows.map(row => Int32Array.from(row));
}

/** Sweeps down and up until it no longer helps. */
function improve(graph: IProperGraph, rows: Int32Array[]): IOrder {
  const { nodes, layers, up, down } = graph;
  const position = new Int32Array(nodes);
  const key = new Float64Array(nodes);
  rows.forEach(row => place(row, position));
  let best = { rows: copy(rows), crossings: crossings(rows, position, down) };
  let since = 0;
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    if (best.crossings === 0 || since >= PATIENCE) {
      break;
    }
    const downwards = sweep % 2 === 0;
    const median = sweep % 4 < 2;
    for (let step = 1; step < layers; step++) {
      const row = rows[downwards ? step : layers - 1 - step];
      sortRow(row, downwards ? up : down, position, key, median);
    }
    exchange(graph, rows, position);
    const count = crossings(rows, position, down);
    since++;
    if (count < best.crossings) {
      best = { rows: copy(rows), crossings: count };
      since = 0;
    }
  }
  return best;
}

/** Sorts a row by its neighbours; a node that has none keeps its place. */
function sortRow(
  row: Int32Array,
  by: INeighbours,
  position: Int32Array,
  key: Float64Array,
  median: boolean
): void {
  const free = row.filter(node => by.start[node] < by.start[node + 1]);
  for (const node of free) {
    const from = by.start[node];
    const end = by.start[node + 1];
    key[node] = median
      ? medianOf(by.target, from, end, position)
      : meanOf(by.target, from, end, position);
  }
  insertionSort(free, key);
  let next = 0;
  for (let at = 0; at < row.length; at++) {
    if (by.start[row[at]] < by.start[row[at] + 1]) {
      row[at] = free[next++];
    }
  }
  place(row, position);
}

/** Rows are short and nearly sorted; equal nodes keep their order. */
function insertionSort(nodes: Int32Array, key: Float64Array): void {
  for (let at = 1; at < nodes.length; at++) {
    const node = nodes[at];
    let to = at;
    for (; to > 0 && key[nodes[to - 1]] > key[node]; to--) {
      nodes[to] = nodes[to - 1];
    }
    nodes[to] = node;
  }
}

function meanOf(
  target: Int32Array,
  from: number,
  end: number,
  position: Int32Array
): number {
  let sum = 0;
  for (let at = from; at < end; at++) {
    sum += position[target[at]];
  }
  return sum / (end - from);
}

function medianOf(
  target: Int32Array,
  from: number,
  end: number,
  position: Int32Array
): number {
  if (end - from < 3) {
    return meanOf(target, from, end, position);
  }
  const places = new Int32Array(end - from);
  for (let at = from; at < end; at++) {
    places[at - from] = position[target[at]];
  }
  places.sort();
  const middle = places.length >> 1;
  return places.length % 2
    ? places[middle]
    : (places[middle - 1] + places[middle]) / 2;
}

/** Exchanges neighbours in a row where that takes crossings away. */
function exchange(
  graph: IProperGraph,
  rows: readonly Int32Array[],
  position: Int32Array
): void {
  for (const row of rows) {
    let better = true;
    for (let pass = 0; better && pass < 8; pass++) {
      better = false;
      for (let at = 0; at + 1 < row.length; at++) {
        const left = row[at];
        const right = row[at + 1];
        const gain =
          inversions(graph.up, left, right, position) +
          inversions(graph.down, left, right, position);
        if (gain > 0) {
          row[at] = right;
          row[at + 1] = left;
          position[right] = at;
          position[left] = at + 1;
          better = true;
        }
      }
    }
  }
}

/** Crossings of two neighbours' edges, less those after an exchange. */
function inversions(
  by: INeighbours,
  left: number,
  right: number,
  position: Int32Array
): number {
  let difference = 0;
  for (let i = by.start[left]; i < by.start[left + 1]; i++) {
    const of = position[by.target[i]];
    for (let j = by.start[right]; j < by.start[right + 1]; j++) {
      difference += Math.sign(of - position[by.target[j]]);
    }
  }
  return difference;
}

/**
 * All crossings, counted with a Fenwick tree in O(E log V) (Barth, Juenger,
 * Mutzel, Graph Drawing 2002).
 */
export function crossings(
  rows: readonly Int32Array[],
  position: Int32Array,
  down: INeighbours
): number {
  let count = 0;
  for (let layer = 0; layer + 1 < rows.length; layer++) {
    const size = rows[layer + 1].length;
    const sums = new Int32Array(size + 1);
    let seen = 0;
    for (const node of rows[layer]) {
      const from = down.start[node];
      const end = down.start[node + 1];
      // Edges of one node do not cross: count them all, then add them.
      for (let at = from; at < end; at++) {
        let before = 0;
        for (let i = position[down.target[at]] + 1; i > 0; i -= i & -i) {
          before += sums[i];
        }
        count += seen - before;
      }
      for (let at = from; at < end; at++, seen++) {
        for (let i = position[down.target[at]] + 1; i <= size; i += i & -i) {
          sums[i]++;
        }
      }
    }
  }
  return count;
}

function place(row: Int32Array, position: Int32Array): void {
  for (let at = 0; at < row.length; at++) {
    position[row[at]] = at;
  }
}

function copy(rows: readonly Int32Array[]): Int32Array[] {
  return rows.map(row => row.slice());
}
