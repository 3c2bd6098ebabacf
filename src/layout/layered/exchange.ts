/**
 * What takes crossings away node by node, and how many there are.
 */
import type { INeighbours, IProperGraph } from './graph';

/** Rounds over the rows; and how many links they may look at. */
const ROUNDS = 100;
const WORK = 600_000;

/**
 * Exchanges neighbours in their rows as long as that takes crossings away;
 * `turn`: also where it changes nothing, which leads out of dead ends.
 */
export function exchange(
  graph: IProperGraph,
  rows: readonly Int32Array[],
  position: Int32Array,
  turn = false
): void {
  // A row is looked at again when it or a row beside it has changed.
  const open = new Uint8Array(rows.length).fill(1);
  const links = graph.down.target.length;
  const rounds = Math.min(ROUNDS, Math.ceil(WORK / Math.max(1, links)));
  for (let round = 0, again = true; again && round < rounds; round++) {
    again = false;
    for (let layer = 0; layer < rows.length; layer++) {
      if (open[layer]) {
        const won = exchangeIn(graph, rows[layer], position, turn);
        open[layer] = 0;
        if (won) {
          open.fill(1, Math.max(0, layer - 1), layer + 2);
          again = true;
        }
      }
    }
  }
}

/** One pass over a row; tells whether crossings were taken away. */
function exchangeIn(
  graph: IProperGraph,
  row: Int32Array,
  position: Int32Array,
  turn: boolean
): boolean {
  let won = false;
  for (let at = 0; at + 1 < row.length; at++) {
    const left = row[at];
    const right = row[at + 1];
    const gain = gainOf(graph, left, right, position);
    if (gain > 0 || (turn && gain === 0)) {
      row[at] = right;
      row[at + 1] = left;
      position[right] = at;
      position[left] = at + 1;
      won ||= gain > 0;
    }
  }
  return won;
}

/** Crossings that vanish when `left` goes to the right of `right`. */
function gainOf(
  { up, down }: IProperGraph,
  left: number,
  right: number,
  position: Int32Array
): number {
  return (
    inversions(up, left, right, position) +
    inversions(down, left, right, position)
  );
}

/**
 * Moves each node to the place in its row where it crosses least (Matuszewski,
 * Schoenfeld, Molitor, Graph Drawing 1999).
 */
export function sift(
  graph: IProperGraph,
  rows: readonly Int32Array[],
  position: Int32Array
): void {
  for (const row of rows) {
    for (const node of row.slice()) {
      const at = position[node];
      let most = 0;
      let to = at;
      for (const side of [1, -1]) {
        let gain = 0;
        for (let i = at + side; i >= 0 && i < row.length; i += side) {
          gain +=
            side > 0
              ? gainOf(graph, node, row[i], position)
              : gainOf(graph, row[i], node, position);
          if (gain > most) {
            most = gain;
            to = i;
          }
        }
      }
      if (to !== at) {
        if (to > at) {
          row.copyWithin(at, at + 1, to + 1);
        } else {
          row.copyWithin(to + 1, to, at);
        }
        row[to] = node;
        place(row, position);
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

/** Notes where the nodes of a row stand. */
export function place(row: Int32Array, position: Int32Array): void {
  for (let at = 0; at < row.length; at++) {
    position[row[at]] = at;
  }
}
