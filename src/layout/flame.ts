/**
 * Boxes of a flame graph. Only what can be seen is visited: the children of
 * a node come widest first, so the first that is too narrow ends them.
 */
import type { ICallTree } from '../analysis/callTree';

/** How to lay out a flame graph; lengths in pixels. */
export interface IFlameOptions {
  readonly width: number;
  readonly rowHeight: number;
  /** Narrower boxes are joined. Default: 0.5. */
  readonly minWidth?: number;
  /** The node that fills the width, below its callers; -1: all. */
  readonly rootNode?: number;
  /** Roots at the bottom, as flames rise. */
  readonly reverse?: boolean;
}

/** Visible boxes by row, then from left to right. */
export interface IFlameLayout {
  readonly length: number;
  /** Row of the call tree; of a joined box its costliest one. */
  readonly node: Int32Array;
  readonly x: Float64Array;
  readonly width: Float64Array;
  /** 0: the roots. */
  readonly row: Int32Array;
  /** 1: several narrow boxes drawn as one. */
  readonly merged: Uint8Array;
  /** The boxes of row r are `rowStart[r]` up to `rowStart[r + 1]`. */
  readonly rowStart: Int32Array;
  readonly rows: number;
  readonly rowHeight: number;
  /** Of all rows together. */
  readonly height: number;
  readonly reverse: boolean;
}

/** Lays out a call tree, or what is below one node of it. */
export function flameLayout(
  tree: ICallTree,
  options: IFlameOptions
): IFlameLayout {
  const { width, rowHeight, reverse = false } = options;
  const minWidth = Math.max(options.minWidth ?? 0.5, 1e-3);
  const rootNode = options.rootNode ?? -1;
  const boxes = new Boxes();
  if (!(width > 0)) {
    return boxes.finish(rowHeight, reverse);
  }
  if (rootNode >= 0) {
    for (const node of callersDownTo(tree, rootNode)) {
      boxes.add(node, 0, width, tree.depth[node], false);
    }
  }
  const whole = rootNode >= 0 ? tree.inclusive[rootNode] : tree.total;
  const scale = whole > 0 ? width / whole : 0;

  /** Lays out siblings from `left` on; `sum`: their cost together. */
  function siblings(first: number, left: number, row: number, sum: number) {
    let x = left;
    let rest = sum;
    for (let node = first; node >= 0; node = tree.nextSibling[node]) {
      const wide = tree.inclusive[node] * scale;
      if (wide < minWidth) {
        const joined = rest * scale;
        if (joined >= minWidth) {
          boxes.add(node, x, joined, row, tree.nextSibling[node] >= 0);
        }
        return;
      }
      boxes.add(node, x, wide, row, false);
      x += wide;
      rest -= tree.inclusive[node];
    }
  }

  if (rootNode < 0 && tree.length > 0) {
    siblings(0, 0, 0, tree.total);
  }
  // Breadth first: the boxes found so far are the queue.
  const start = rootNode >= 0 ? Math.max(0, boxes.length - 1) : 0;
  for (let box = start; box < boxes.length; box++) {
    const node = boxes.node[box];
    if (!boxes.merged[box] && tree.firstChild[node] >= 0) {
      siblings(
        tree.firstChild[node],
        boxes.x[box],
        boxes.row[box] + 1,
        tree.inclusive[node] - tree.self[node]
      );
    }
  }
  return boxes.finish(rowHeight, reverse);
}

/** The node drawn at a point, -1 where there is none. */
export function hitTest(layout: IFlameLayout, x: number, y: number): number {
  const box = boxAt(layout, x, y);
  return box < 0 ? -1 : layout.node[box];
}

/** The box at a point, -1 where there is none. */
export function boxAt(layout: IFlameLayout, x: number, y: number): number {
  const { rows, rowHeight, rowStart, reverse } = layout;
  const line = Math.floor(y / rowHeight);
  const row = reverse ? rows - 1 - line : line;
  if (!(row >= 0 && row < rows)) {
    return -1;
  }
  // The last box that begins at or left of x.
  let low = rowStart[row];
  let high = rowStart[row + 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (layout.x[middle] <= x) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const box = low - 1;
  return box >= rowStart[row] && x < layout.x[box] + layout.width[box]
    ? box
    : -1;
}

/** The upper edge of a row. */
export function rowTop(layout: IFlameLayout, row: number): number {
  const line = layout.reverse ? layout.rows - 1 - row : row;
  return line * layout.rowHeight;
}

/** A node's callers from the root down, and the node. */
function callersDownTo(tree: ICallTree, node: number): number[] {
  const path: number[] = [];
  for (let at = node; at >= 0; at = tree.parent[at]) {
    path.push(at);
  }
  return path.reverse();
}

/** Boxes as they are found, in columns that double when they are full. */
class Boxes {
  node = new Int32Array(1024);
  x = new Float64Array(1024);
  width = new Float64Array(1024);
  row = new Int32Array(1024);
  merged = new Uint8Array(1024);
  length = 0;

  add(
    node: number,
    x: number,
    width: number,
    row: number,
    merged: boolean
  ): void {
    if (this.length === this.node.length) {
      this._grow();
    }
    const box = this.length++;
    this.node[box] = node;
    this.x[box] = x;
    this.width[box] = width;
    this.row[box] = row;
    this.merged[box] = merged ? 1 : 0;
  }

  finish(rowHeight: number, reverse: boolean): IFlameLayout {
    const { length } = this;
    const rows = length > 0 ? this.row[length - 1] + 1 : 0;
    const rowStart = new Int32Array(rows + 1).fill(length);
    for (let box = length - 1; box >= 0; box--) {
      rowStart[this.row[box]] = box;
    }
    return {
      length,
      node: this.node.subarray(0, length),
      x: this.x.subarray(0, length),
      width: this.width.subarray(0, length),
      row: this.row.subarray(0, length),
      merged: this.merged.subarray(0, length),
      rowStart,
      rows,
      rowHeight,
      height: rows * rowHeight,
      reverse
    };
  }

  private _grow(): void {
    const size = 2 * this.length;
    this.node = larger(this.node, new Int32Array(size));
    this.x = larger(this.x, new Float64Array(size));
    this.width = larger(this.width, new Float64Array(size));
    this.row = larger(this.row, new Int32Array(size));
    this.merged = larger(this.merged, new Uint8Array(size));
  }
}

/** The values of one column moved into a larger one. */
function larger<T extends Int32Array | Float64Array | Uint8Array>(
  from: T,
  to: T
): T {
  to.set(from);
  return to;
}
