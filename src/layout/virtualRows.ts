/**
 * Rows of equal height in a scrolled box, of which only those in sight are made.
 * Browsers limit the height of an element (Firefox to about 17.8 million pixels): more
 * rows than fit into that scroll faster than they are high.
 */

/** The highest content that every browser lays out, in pixels, with room to spare. */
const HIGHEST = 15_000_000;

/** A box with many rows; lengths in pixels. */
export interface IVirtualRows {
  readonly count: number;
  readonly rowHeight: number;
  /** Height of what is in sight of the rows. */
  readonly visible: number;
}

/** How high the content of the box is. */
export function contentHeight({ count, rowHeight }: IVirtualRows): number {
  return Math.min(count * rowHeight, HIGHEST);
}

/** How far the rows are scrolled when the box is scrolled to `scrollTop`. */
export function rowsOffset(box: IVirtualRows, scrollTop: number): number {
  return scrollTop * speed(box);
}

/** The rows in sight: from the first to before the last, `margin` more on each side. */
export function rowsInSight(
  box: IVirtualRows,
  scrollTop: number,
  margin: number
): [number, number] {
  const top = rowsOffset(box, scrollTop);
  const { count, rowHeight, visible } = box;
  const first = Math.floor(top / rowHeight) - margin;
  const last = Math.ceil((top + visible) / rowHeight) + margin;
  return [Math.min(count, Math.max(0, first)), Math.min(count, last)];
}

/** Where a row stands in the content while the box is scrolled to `scrollTop`. */
export function rowTop(
  box: IVirtualRows,
  scrollTop: number,
  row: number
): number {
  return row * box.rowHeight - rowsOffset(box, scrollTop) + scrollTop;
}

/** Where to scroll to so that a row is in sight; `scrollTop` if it is. */
export function scrollToRow(
  box: IVirtualRows,
  scrollTop: number,
  row: number
): number {
  const offset = rowsOffset(box, scrollTop);
  const top = row * box.rowHeight;
  const lowest = top + box.rowHeight - box.visible;
  if (top < offset) {
    return top / speed(box);
  }
  return lowest > offset ? lowest / speed(box) : scrollTop;
}

/** Pixels of rows for a pixel of scrolling. */
function speed(box: IVirtualRows): number {
  const full = box.count * box.rowHeight;
  return full <= HIGHEST ? 1 : (full - box.visible) / (HIGHEST - box.visible);
}
