/**
 * Boxes of a flame graph, of the whole or of a window in it. Only what can be
 * seen is visited, so the time that it takes does not depend on the tree's size.
 */
import type { ICallTree } from '../analysis/tree';

/** Where the nodes of a tree are; lengths in cost. */
export interface IFlameRows {
  readonly tree: ICallTree;
  /** By node. */
  readonly start: Float64Array;
  /** The nodes by depth, then from left to right. */
  readonly order: Int32Array;
  /** The children of node `order[i]` are those from `first[i]` up to `first[i + 1]`. */
  readonly first: Int32Array;
}

/** A part of the width, in cost; of the whole it is from 0 to the total. */
export interface IFlameWindow {
  readonly from: number;
  readonly to: number;
}

/** How to lay out a flame graph; lengths in pixels. */
export interface IFlameOptions {
  readonly width: number;
  readonly rowHeight: number;
  /** Narrower boxes are joined. Default: 0.5. */
  readonly minWidth?: number;
  /** What fills the width. Default: all. */
  readonly window?: IFlameWindow;
}

/** Visible boxes by row, then from left to right; cut at the window's edges. */
export interface IFlameLayout {
  readonly length: number;
  /** Row of the call tree; of a joined box its first one. */
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
}

/** Places the nodes of a tree. */
export function flameRows(tree: ICallTree): IFlameRows {
  const { length, depth, parent } = tree;
  let deepest = 0;
  for (let node = 0; node < length; node++) {
    deepest = Math.max(deepest, depth[node]);
  }
  // By depth the place in `order` that the next node takes.
  const next = new Int32Array(deepest + 3);
  for (let node = 0; node < length; node++) {
    next[depth[node] + 1]++;
  }
  for (let row = 1; row < next.length; row++) {
    next[row] += next[row - 1];
  }
  const order = new Int32Array(length);
  const first = new Int32Array(length + 1).fill(length);
  const start = tree.start ?? new Float64Array(length);
  // By node where its next child begins; by -1 the next root.
  const packed = tree.start ? null : new Float64Array(length);
  let roots = 0;
  for (let node = 0; node < length; node++) {
    const place = next[depth[node]]++;
    order[place] = node;
    first[place] = next[depth[node] + 1];
    if (packed) {
      const above = parent[node];
      const left = above < 0 ? roots : packed[above];
      start[node] = packed[node] = left;
      if (above < 0) {
        roots = left + tree.inclusive[node];
      } else {
        packed[above] = left + tree.inclusive[node];
      }
    }
  }
  return { tree, start, order, first };
}

/** Lays out what a window of a tree shows. */
export function flameLayout(
  rows: IFlameRows,
  options: IFlameOptions
): IFlameLayout {
  const { width, rowHeight } = options;
  const { tree, start, order, first } = rows;
  const { inclusive } = tree;
  const { from, to } = options.window ?? { from: 0, to: tree.total };
  const minWidth = Math.max(options.minWidth ?? 0.5, 1e-3);
  const boxes = new Boxes();
  if (!(width > 0) || !(to > from)) {
    return boxes.finish(rowHeight);
  }
  const scale = width / (to - from);
  const isNarrow = (node: number): boolean =>
    !(inclusive[node] * scale >= minWidth);
  const end = (place: number): number =>
    start[order[place]] + inclusive[order[place]];

  /** The first place below `last` that ends right of a cost, `last` if none does. */
  function endingAfter(place: number, last: number, cost: number): number {
    let low = place;
    let high = last;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (end(middle) > cost) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** The first place that is not in the same pixel, or too wide for it. */
  function afterPixel(place: number, last: number): number {
    const pixel = start[order[place]] + 1 / scale;
    const after = endingAfter(place + 1, last, pixel);
    const reachesIn = after < last && start[order[after]] < pixel;
    return reachesIn && isNarrow(order[after]) ? after + 1 : after;
  }

  function add(place: number, right: number, row: number, many: boolean) {
    const left = Math.max(start[order[place]], from);
    const wide = (Math.min(right, to) - left) * scale;
    if (wide >= minWidth) {
      boxes.add(place, order[place], (left - from) * scale, wide, row, many);
    }
  }

  function siblings(begin: number, last: number, row: number): void {
    let place = endingAfter(begin, last, from);
    while (place < last) {
      const node = order[place];
      if (start[node] >= to) {
        return;
      }
      let after = place + 1;
      if (isNarrow(node)) {
        // Side by side the widest come first, so the rest is narrow as well.
        after = tree.start ? afterPixel(place, last) : last;
      }
      add(place, end(after - 1), row, after - place > 1);
      place = after;
    }
  }

  siblings(0, first[0] ?? 0, 0);
  // Breadth first: the boxes found so far are the queue.
  for (let box = 0; box < boxes.length; box++) {
    if (!boxes.merged[box]) {
      const place = boxes.place[box];
      siblings(first[place], first[place + 1], boxes.row[box] + 1);
    }
  }
  return boxes.finish(rowHeight);
}

/** The node drawn at a point, -1 where there is none. */
export function hitTest(layout: IFlameLayout, x: number, y: number): number {
  const box = boxAt(layout, x, y);
  return box < 0 ? -1 : layout.node[box];
}

/** The box at a point, -1 where there is none. */
export function boxAt(layout: IFlameLayout, x: number, y: number): number {
  const { rows, rowHeight, rowStart } = layout;
  const row = Math.floor(y / rowHeight);
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

/** Boxes as they are found, in columns that double when they are full. */
class Boxes {
  /** In `IFlameRows.order`. */
  place = new Int32Array(1024);
  node = new Int32Array(1024);
  x = new Float64Array(1024);
  width = new Float64Array(1024);
  row = new Int32Array(1024);
  merged = new Uint8Array(1024);
  length = 0;

  add(
    place: number,
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
    this.place[box] = place;
    this.node[box] = node;
    this.x[box] = x;
    this.width[box] = width;
    this.row[box] = row;
    this.merged[box] = merged ? 1 : 0;
  }

  finish(rowHeight: number): IFlameLayout {
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
      height: rows * rowHeight
    };
  }

  private _grow(): void {
    const size = 2 * this.length;
    this.place = larger(this.place, new Int32Array(size));
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
