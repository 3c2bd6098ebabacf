/**
 * Rectangles whose areas are in proportion to values, near to squares
 * (M. Bruls, K. Huizing, J. van Wijk, Squarified Treemaps, 2000).
 */

/** A rectangle, in any unit. */
export interface IRectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A rectangle for each value, which descend; together they fill `within`. */
export function treemap(
  values: readonly number[],
  within: IRectangle
): IRectangle[] {
  const placed: IRectangle[] = [];
  let rest = within;
  let left = values.reduce((sum, value) => sum + value, 0);
  for (let begin = 0; begin < values.length;) {
    const scale = (rest.width * rest.height) / left;
    const side = Math.min(rest.width, rest.height);
    let end = begin + 1;
    let sum = values[begin];
    // One more in the row, as long as that makes its rectangles no longer.
    while (
      end < values.length &&
      worst(values[begin], values[end], sum + values[end], side, scale) <=
        worst(values[begin], values[end - 1], sum, side, scale)
    ) {
      sum += values[end++];
    }
    rest = placeRow(values.slice(begin, end), sum / left, rest, placed);
    left -= sum;
    begin = end;
  }
  return placed;
}

/** The largest ratio of sides in a row along `side`, by its largest and smallest value. */
function worst(
  largest: number,
  smallest: number,
  sum: number,
  side: number,
  scale: number
): number {
  const square = (sum * scale) ** 2;
  const along = side * side * scale;
  return Math.max((along * largest) / square, square / (along * smallest));
}

/** Places a row along the shorter side of `within`; what is left of that. */
function placeRow(
  values: readonly number[],
  share: number,
  within: IRectangle,
  placed: IRectangle[]
): IRectangle {
  const { x, y, width, height } = within;
  const sum = values.reduce((all, value) => all + value, 0);
  const isTall = height > width;
  const thick = share * (isTall ? height : width);
  let at = 0;
  for (const value of values) {
    const long = (value / sum) * (isTall ? width : height);
    placed.push(
      isTall
        ? { x: x + at, y, width: long, height: thick }
        : { x, y: y + at, width: thick, height: long }
    );
    at += long;
  }
  return isTall
    ? { x, y: y + thick, width, height: height - thick }
    : { x: x + thick, y, width: width - thick, height };
}
