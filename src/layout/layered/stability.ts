/** The order of an earlier drawing, for what it did not have as well. */
import type { IProperGraph } from './graph';

/** How often new nodes look where their neighbours are. */
const ROUNDS = 4;

/**
 * The rows in the order of an earlier drawing: new nodes and dummies between
 * their neighbours. Null if nothing of it is left.
 *
 * @param before By real node its centre then, NaN: it was not there.
 */
export function keptRows(
  graph: IProperGraph,
  before: ArrayLike<number>
): Int32Array[] | null {
  const { nodes, real, layers, layer, up, down } = graph;
  const x = new Float64Array(nodes).fill(NaN);
  let left = 0;
  for (let node = 0; node < real; node++) {
    x[node] = before[node];
    left += Number.isNaN(x[node]) ? 0 : 1;
  }
  if (left === 0) {
    return null;
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (let node = 0; node < nodes; node++) {
      if (node >= real || Number.isNaN(before[node])) {
        let sum = 0;
        let count = 0;
        for (const { start, target } of [up, down]) {
          for (let at = start[node]; at < start[node + 1]; at++) {
            if (!Number.isNaN(x[target[at]])) {
              sum += x[target[at]];
              count++;
            }
          }
        }
        x[node] = count > 0 ? sum / count : x[node];
      }
    }
  }
  const rows: number[][] = Array.from({ length: layers }, () => []);
  for (let node = 0; node < nodes; node++) {
    rows[layer[node]].push(node);
  }
  const at = (node: number): number =>
    Number.isNaN(x[node]) ? Infinity : x[node];
  return rows.map(row =>
    Int32Array.from(
      row.sort((a, b) => (at(a) === at(b) ? a - b : at(a) - at(b)))
    )
  );
}

/** Whether more neighbours in the rows have changed sides than have not. */
export function isMirrored(
  rows: readonly Int32Array[],
  before: ArrayLike<number>
): boolean {
  let changed = 0;
  for (const row of rows) {
    let last = NaN;
    for (const node of row) {
      const x = node < before.length ? before[node] : NaN;
      if (!Number.isNaN(x)) {
        changed += x < last ? 1 : x > last ? -1 : 0;
        last = x;
      }
    }
  }
  return changed > 0;
}
