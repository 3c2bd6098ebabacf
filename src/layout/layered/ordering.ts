/**
 * The order of the nodes in each layer, with few crossings: sweeps by median
 * and barycentre (Sugiyama, Tagawa, Toda, IEEE Trans. SMC 11, 1981; Eades,
 * Wormald, Algorithmica 11, 1994), each followed by exchanges of neighbours
 * (Gansner, Koutsofios, North, Vo, IEEE Trans. SE 19, 1993), at the end sifting.
 */
import { crossings, exchange, place, sift } from './exchange';
import type { INeighbours, IProperGraph } from './graph';
import { isMirrored, keptRows } from './stability';

/** Nodes by layer, from left to right, and what that costs. */
export interface IOrder {
  readonly rows: readonly Int32Array[];
  readonly crossings: number;
}

/** Sweeps from each start, then from the better one. */
const FIRST_SWEEPS = 4;
const SWEEPS = 24;
/** Sweeps without improvement after which no more are made. */
const PATIENCE = 8;

/**
 * Links of dummies and nodes that all sweeps may look at: a few times what a
 * graph of 500 functions has, so that a tangle of long edges ends in time.
 */
const WORK = 200_000;

/** How many crossings more the order of an earlier drawing may have. */
const WORTH = 1.25;
const FEW = 3;

/** Orders the layers of a graph, like an earlier drawing if there is one. */
export function orderLayers(
  graph: IProperGraph,
  before?: ArrayLike<number>
): IOrder {
  const fresh = bestOrder(graph);
  const kept = before && keptRows(graph, before);
  if (!kept) {
    return fresh;
  }
  // First the old order with exchanges alone, then with sweeps that start there.
  for (const like of [
    () => settle(graph, copy(kept)),
    () => improve(graph, copy(kept), FIRST_SWEEPS)
  ]) {
    const found = like();
    if (found.crossings <= WORTH * fresh.crossings + FEW) {
      return found;
    }
  }
  return isMirrored(fresh.rows, before)
    ? { ...fresh, rows: fresh.rows.map(row => row.slice().reverse()) }
    : fresh;
}

function bestOrder(graph: IProperGraph): IOrder {
  const links = graph.down.target.length;
  const affordable = Math.max(1, Math.floor(WORK / Math.max(1, links)));
  const sweeps = (most: number): number => Math.min(most, affordable);
  const [first, second] = [true, false].map(downwards =>
    improve(graph, initialRows(graph, downwards), sweeps(FIRST_SWEEPS))
  );
  const better = second.crossings < first.crossings ? second : first;
  const { rows } = improve(graph, better.rows, sweeps(SWEEPS));
  const position = positionsOf(graph, rows);
  if (affordable >= SWEEPS) {
    sift(graph, rows, position);
    exchange(graph, rows, position);
  }
  return { rows, crossings: crossings(rows, position, graph.down) };
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

/** Takes crossings away by exchanges alone: most nodes stay where they are. */
function settle(graph: IProperGraph, rows: readonly Int32Array[]): IOrder {
  const position = positionsOf(graph, rows);
  exchange(graph, rows, position);
  return { rows, crossings: crossings(rows, position, graph.down) };
}

/** Sweeps down and up until it no longer helps; changes `rows`. */
function improve(
  graph: IProperGraph,
  rows: readonly Int32Array[],
  sweeps: number
): IOrder {
  const { nodes, layers, up, down } = graph;
  const position = positionsOf(graph, rows);
  const key = new Float64Array(nodes);
  let best = { rows: copy(rows), crossings: crossings(rows, position, down) };
  let since = 0;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    if (best.crossings === 0 || since >= PATIENCE) {
      break;
    }
    const downwards = sweep % 2 === 0;
    // By median and by mean in turns; then what is equal changes sides, too.
    const turn = sweep % 4 >= 2;
    for (let step = 1; step < layers; step++) {
      const row = rows[downwards ? step : layers - 1 - step];
      sortRow(row, downwards ? up : down, position, key, turn);
    }
    exchange(graph, rows, position, turn);
    const count = crossings(rows, position, down);
    since++;
    if (count < best.crossings) {
      best = { rows: copy(rows), crossings: count };
      since = 0;
    }
  }
  return best;
}

/**
 * Sorts a row by its neighbours, a node that has none keeps its place: by
 * their median, or in a `turn` by their mean, with equal nodes turned around.
 */
function sortRow(
  row: Int32Array,
  by: INeighbours,
  position: Int32Array,
  key: Float64Array,
  turn: boolean
): void {
  const free = row.filter(node => by.start[node] < by.start[node + 1]);
  const keyOf = turn ? meanOf : medianOf;
  for (const node of free) {
    const from = by.start[node];
    key[node] = keyOf(by.target, from, by.start[node + 1], position);
  }
  insertionSort(free, key, turn);
  let next = 0;
  for (let at = 0; at < row.length; at++) {
    if (by.start[row[at]] < by.start[row[at] + 1]) {
      row[at] = free[next++];
    }
  }
  place(row, position);
}

/** Rows are short and nearly sorted; `turn`: what is equal is turned around. */
function insertionSort(
  nodes: Int32Array,
  key: Float64Array,
  turn: boolean
): void {
  for (let at = 1; at < nodes.length; at++) {
    const node = nodes[at];
    let to = at;
    while (
      to > 0 &&
      (turn ? key[nodes[to - 1]] >= key[node] : key[nodes[to - 1]] > key[node])
    ) {
      nodes[to] = nodes[to - 1];
      to--;
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

function positionsOf(
  { nodes }: IProperGraph,
  rows: readonly Int32Array[]
): Int32Array {
  const position = new Int32Array(nodes);
  rows.forEach(row => place(row, position));
  return position;
}

function copy(rows: readonly Int32Array[]): Int32Array[] {
  return rows.map(row => row.slice());
}
