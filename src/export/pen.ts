/** Drawing in words that a canvas and an SVG both understand. */

/** A point of a line. */
export interface IPoint {
  readonly x: number;
  readonly y: number;
}

/** What is drawn over a fill, so that fills differ without colour. */
export type Hatching =
  'hatched' | 'backslashed' | 'lined' | 'crossed' | 'dotted';

/** How a line is drawn. */
export interface IStroke {
  readonly color: string;
  readonly width: number;
  readonly dash?: readonly number[];
}

/** How a text is drawn; `y` is its middle. */
export interface ITextStyle {
  readonly color: string;
  readonly font: string;
  readonly size: number;
  readonly bold?: boolean;
  readonly align?: 'left' | 'center' | 'right';
}

/** A flat surface to draw on; units are CSS pixels. */
export interface IPen {
  rect(
    x: number,
    y: number,
    width: number,
    height: number,
    fill: string | null,
    stroke?: IStroke,
    radius?: number
  ): void;
  /** A hatching over a rectangle. */
  hatch(
    x: number,
    y: number,
    width: number,
    height: number,
    color: string,
    hatching: Hatching
  ): void;
  /** The same, going on from one rectangle into the next as if they were one. */
  texture(
    x: number,
    y: number,
    width: number,
    height: number,
    color: string,
    hatching: Hatching
  ): void;
  /** A smooth curve through `points`, with an arrow at its end. */
  curve(points: readonly IPoint[], stroke: IStroke, arrow: boolean): void;
  text(x: number, y: number, text: string, style: ITextStyle): void;
  /** The width of a text. */
  measure(text: string, style: ITextStyle): number;
}

/** The width of the lines of a hatching. */
export const HATCH_WIDTH = 1.5;

/** The lines of a hatching within a rectangle; dots are lines of no length. */
export function hatchLines(
  x: number,
  y: number,
  width: number,
  height: number,
  hatching: Hatching
): (readonly [IPoint, IPoint])[] {
  switch (hatching) {
    case 'hatched':
      return diagonals(x, y, width, height, 6);
    case 'backslashed':
      return mirrored(diagonals(x, y, width, height, 6), y, height);
    case 'crossed': {
      const lines = diagonals(x, y, width, height, 12);
      return [...lines, ...mirrored(lines, y, height)];
    }
    case 'lined':
      return steps(x + 2, x + width, 5).map(at => [
        { x: at, y },
        { x: at, y: y + height }
      ]);
    case 'dotted':
      return steps(y + 3, y + height - 1, 6).flatMap((top, row) =>
        steps(x + 3 + 3 * (row % 2), x + width - 1, 6).map(
          left =>
            [
              { x: left, y: top },
              { x: left, y: top }
            ] as const
        )
      );
  }
}

/** After how many pixels, across and down, a hatching repeats. */
const PERIODS: Readonly<Record<Hatching, readonly [number, number]>> = {
  hatched: [6, 6],
  backslashed: [6, 6],
  lined: [5, 5],
  crossed: [12, 12],
  dotted: [6, 12]
};

/** A tile that continues a hatching on all sides: its size, and lines that reach over its edges. */
export function hatchTile(hatching: Hatching): {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly (readonly [IPoint, IPoint])[];
} {
  const [width, height] = PERIODS[hatching];
  const lines = hatchLines(
    -2 * width,
    -2 * height,
    5 * width,
    5 * height,
    hatching
  );
  return { width, height, lines };
}

/** Lines that rise to the right, cut at the sides of the rectangle. */
function diagonals(
  x: number,
  y: number,
  width: number,
  height: number,
  gap: number
): (readonly [IPoint, IPoint])[] {
  const lines: (readonly [IPoint, IPoint])[] = [];
  for (const at of steps(x - height, x + width, gap)) {
    const from = Math.max(at, x);
    const to = Math.min(at + height, x + width);
    if (to > from) {
      lines.push([
        { x: from, y: y + height - (from - at) },
        { x: to, y: y + height - (to - at) }
      ]);
    }
  }
  return lines;
}

function mirrored(
  lines: readonly (readonly [IPoint, IPoint])[],
  y: number,
  height: number
): (readonly [IPoint, IPoint])[] {
  const flip = (point: IPoint): IPoint => ({
    x: point.x,
    y: 2 * y + height - point.y
  });
  return lines.map(([from, to]) => [flip(from), flip(to)]);
}

function steps(from: number, end: number, step: number): number[] {
  const count = Math.max(0, Math.ceil((end - from) / step));
  return Array.from({ length: count }, (_, i) => from + i * step);
}

/** The CSS font of a style. */
export function cssFont(style: ITextStyle): string {
  return `${style.bold ? '600 ' : ''}${style.size}px ${style.font}`;
}

const ELLIPSIS = '…';

/**
 * The longest beginning of `text` that fits into `width` with an ellipsis;
 * empty if not even three characters do.
 */
export function clipText(
  pen: IPen,
  text: string,
  style: ITextStyle,
  width: number
): string {
  // No need to measure what cannot fit: a character is wider than a fifth.
  const candidate = text.slice(0, Math.ceil(width / (style.size * 0.2)) + 1);
  if (candidate === text && pen.measure(text, style) <= width) {
    return text;
  }
  let low = 0;
  let high = candidate.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const shown = candidate.slice(0, middle) + ELLIPSIS;
    if (pen.measure(shown, style) <= width) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low >= 3 ? candidate.slice(0, low) + ELLIPSIS : '';
}

/**
 * A smooth path through points, as cubic pieces whose tangents are vertical:
 * for edges of a layered graph. Each piece is [c1x, c1y, c2x, c2y, x, y].
 */
export function smoothPieces(
  points: readonly IPoint[]
): [number, number, number, number, number, number][] {
  return points.slice(1).map((point, i) => {
    const start = points[i];
    const half = (point.y - start.y) / 2;
    return [start.x, start.y + half, point.x, point.y - half, point.x, point.y];
  });
}

/** The two wings of the arrow head at the end of a path. */
export function arrowHead(points: readonly IPoint[], width: number): IPoint[] {
  const tip = points[points.length - 1];
  const before = points[points.length - 2] ?? tip;
  const size = 5 + Math.min(width, 6) * 0.8;
  if (tip.y === before.y) {
    const side = tip.x >= before.x ? 1 : -1;
    return [
      { x: tip.x - side * size, y: tip.y - size * 0.6 },
      tip,
      { x: tip.x - side * size, y: tip.y + size * 0.6 }
    ];
  }
  const direction = tip.y > before.y ? 1 : -1;
  return [
    { x: tip.x - size * 0.6, y: tip.y - direction * size },
    tip,
    { x: tip.x + size * 0.6, y: tip.y - direction * size }
  ];
}
