/** Rows of unequal height below each other; only those in sight are looked at. */

/** Where rows are; lengths in pixels. */
export interface IRowStack {
  /** The upper edge of each row, and behind the last the height of all. */
  readonly top: Float64Array;
  readonly height: number;
}

/** Stacks rows of these heights. */
export function rowStack(heights: readonly number[]): IRowStack {
  const top = new Float64Array(heights.length + 1);
  heights.forEach((height, row) => (top[row + 1] = top[row] + height));
  return { top, height: top[heights.length] };
}

/** The row at `y`, -1 above the first and below the last. */
export function rowAt({ top, height }: IRowStack, y: number): number {
  if (!(y >= 0 && y < height)) {
    return -1;
  }
  let low = 0;
  let high = top.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (top[middle] <= y) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}
