/**
 * Where the nodes of ordered layers stand from left to right: as near as
 * possible to their neighbours in the layer before, which, with the order
 * and the distances kept, is an isotonic regression (solved exactly by
 * pooling adjacent violators: Barlow, Bartholomew, Bremner, Brunk,
 * Statistical Inference under Order Restrictions, 1972).
 */
import type { INeighbours, IProperGraph } from './graph';

const SWEEPS = 24;

/** How much straighter edges should be between dummies (Gansner et al.). */
const STRAIGHT = [1, 2, 8];

/** The centre of every node, dummies included, from 0 on. */
export function assignX(
  graph: IProperGraph,
  rows: readonly Int32Array[],
  width: Float64Array,
  gap: number
): Float64Array {
  const { layers } = graph;
  const x = new Float64Array(graph.nodes);
  const regression = new Regression(graph, width, gap, x);
  rows.forEach(row => regression.pack(row));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const downwards = sweep % 2 === 0;
    for (let step = 0; step < layers; step++) {
      const row = rows[downwards ? step : layers - 1 - step];
      regression.fit(row, [downwards ? graph.up : graph.down]);
    }
  }
  // Last, between the layers on both sides.
  rows.forEach(row => regression.fit(row, [graph.up, graph.down]));
  let left = Infinity;
  for (let node = 0; node < graph.nodes; node++) {
    left = Math.min(left, x[node] - width[node] / 2);
  }
  return x.map(at => at - left);
}

/** Moves the nodes of one layer at a time. */
class Regression {
  constructor(
    private readonly _graph: IProperGraph,
    private readonly _width: Float64Array,
    private readonly _gap: number,
    private readonly _x: Float64Array
  ) {
    const size = _graph.nodes;
    this._mean = new Float64Array(size);
    this._weight = new Float64Array(size);
    this._end = new Int32Array(size);
  }

  /** Puts nodes side by side. */
  pack(row: Int32Array): void {
    let right = 0;
    for (const node of row) {
      this._x[node] = right + this._width[node] / 2;
      right += this._width[node] + this._gap;
    }
  }

  /** Puts nodes as near to their neighbours as their order lets them. */
  fit(row: Int32Array, sides: readonly INeighbours[]): void {
    const { _x: x, _mean: mean, _weight: weight, _end: end } = this;
    let blocks = 0;
    let offset = 0;
    for (let at = 0; at < row.length; at++) {
      if (at > 0) {
        offset += this._distance(row[at - 1], row[at]);
      }
      const { wish, force } = this._wish(row[at], sides);
      mean[blocks] = wish - offset;
      weight[blocks] = force;
      end[blocks++] = at + 1;
      while (blocks > 1 && mean[blocks - 2] > mean[blocks - 1]) {
        blocks--;
        const sum = weight[blocks - 1] + weight[blocks];
        mean[blocks - 1] =
          (mean[blocks - 1] * weight[blocks - 1] +
            mean[blocks] * weight[blocks]) /
          sum;
        weight[blocks - 1] = sum;
        end[blocks - 1] = end[blocks];
      }
    }
    offset = 0;
    for (let block = 0, at = 0; block < blocks; block++) {
      for (; at < end[block]; at++) {
        if (at > 0) {
          offset += this._distance(row[at - 1], row[at]);
        }
        x[row[at]] = mean[block] + offset;
      }
    }
  }

  /** Where a node wants to be, and how much it does. */
  private _wish(
    node: number,
    sides: readonly INeighbours[]
  ): { wish: number; force: number } {
    const { real } = this._graph;
    const dummy = node >= real ? 1 : 0;
    let sum = 0;
    let force = 0;
    for (const { start, target, weight } of sides) {
      for (let at = start[node]; at < start[node + 1]; at++) {
        const bends = dummy + (target[at] >= real ? 1 : 0);
        const pull = STRAIGHT[bends] * weight[at];
        sum += pull * this._x[target[at]];
        force += pull;
      }
    }
    return force > 0
      ? { wish: sum / force, force }
      : { wish: this._x[node], force: 0.1 };
  }

  /** How far apart the centres of two neighbours must be. */
  private _distance(left: number, right: number): number {
    const { real } = this._graph;
    const gap = left >= real && right >= real ? this._gap / 2 : this._gap;
    return (this._width[left] + this._width[right]) / 2 + gap;
  }

  private readonly _mean: Float64Array;
  private readonly _weight: Float64Array;
  private readonly _end: Int32Array;
}
