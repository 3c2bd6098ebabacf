/** The pen on a canvas. */
import {
  arrowHead,
  cssFont,
  HATCH_WIDTH,
  hatchLines,
  hatchTile,
  smoothPieces,
  type Hatching,
  type IPen,
  type IPoint,
  type IStroke,
  type ITextStyle
} from './pen';

/** Draws on a 2D context; measured widths are kept. */
export class CanvasPen implements IPen {
  constructor(context: CanvasRenderingContext2D) {
    this.context = context;
  }

  readonly context: CanvasRenderingContext2D;

  rect(
    x: number,
    y: number,
    width: number,
    height: number,
    fill: string | null,
    stroke?: IStroke,
    radius = 0
  ): void {
    const { context } = this;
    if (!stroke && radius === 0 && fill !== null) {
      context.fillStyle = fill;
      context.fillRect(x, y, width, height);
      return;
    }
    context.beginPath();
    context.roundRect(x, y, width, height, radius);
    if (fill !== null) {
      context.fillStyle = fill;
      context.fill();
    }
    if (stroke) {
      this._stroke(stroke);
    }
  }

  hatch(
    x: number,
    y: number,
    width: number,
    height: number,
    color: string,
    hatching: Hatching
  ): void {
    const lines = hatchLines(x, y, width, height, hatching);
    strokeHatching(this.context, lines, color, hatching);
  }

  texture(
    x: number,
    y: number,
    width: number,
    height: number,
    color: string,
    hatching: Hatching
  ): void {
    const { context } = this;
    const key = `${color} ${hatching}`;
    let tile = this._tiles.get(key);
    if (tile === undefined) {
      tile = makeTile(context, color, hatching);
      this._tiles.set(key, tile);
    }
    if (tile) {
      context.fillStyle = tile;
      context.fillRect(x, y, width, height);
    }
  }

  curve(points: readonly IPoint[], stroke: IStroke, arrow: boolean): void {
    const { context } = this;
    context.beginPath();
    context.moveTo(points[0].x, points[0].y);
    for (const piece of smoothPieces(points)) {
      context.bezierCurveTo(...piece);
    }
    this._stroke(stroke);
    if (arrow) {
      context.beginPath();
      for (const wing of arrowHead(points, stroke.width)) {
        context.lineTo(wing.x, wing.y);
      }
      context.closePath();
      context.fillStyle = stroke.color;
      context.fill();
    }
  }

  text(x: number, y: number, text: string, style: ITextStyle): void {
    const { context } = this;
    this._font(style);
    context.fillStyle = style.color;
    context.textAlign = style.align ?? 'left';
    context.textBaseline = 'middle';
    context.fillText(text, x, y);
  }

  measure(text: string, style: ITextStyle): number {
    const font = cssFont(style);
    const key = `${font}\n${text}`;
    let width = this._widths.get(key);
    if (width === undefined) {
      this._font(style);
      width = this.context.measureText(text).width;
      if (this._widths.size > 20_000) {
        this._widths.clear();
      }
      this._widths.set(key, width);
    }
    return width;
  }

  private _font(style: ITextStyle): void {
    const font = cssFont(style);
    // Setting the font makes the browser parse it, even if it is the same.
    if (font !== this._current) {
      this.context.font = font;
      this._current = font;
    }
  }

  /** To be called when the canvas was resized, which resets its font. */
  reset(): void {
    this._current = '';
  }

  private _stroke(stroke: IStroke): void {
    const { context } = this;
    context.strokeStyle = stroke.color;
    context.lineWidth = stroke.width;
    context.setLineDash(stroke.dash ? [...stroke.dash] : []);
    context.stroke();
  }

  private _current = '';
  private readonly _widths = new Map<string, number>();
  private readonly _tiles = new Map<string, CanvasPattern | null>();
}

function strokeHatching(
  context: CanvasRenderingContext2D,
  lines: readonly (readonly [IPoint, IPoint])[],
  color: string,
  hatching: Hatching
): void {
  context.beginPath();
  for (const [from, to] of lines) {
    context.moveTo(from.x, from.y);
    // A line of no length at all is not drawn.
    context.lineTo(to.x + 0.01, to.y);
  }
  context.strokeStyle = color;
  context.lineWidth = HATCH_WIDTH;
  context.lineCap = hatching === 'dotted' ? 'round' : 'butt';
  context.stroke();
  context.lineCap = 'butt';
}

/** Pixels of a tile for one of the drawing: fine enough for a dense screen. */
const TILE_SCALE = 2;

function makeTile(
  context: CanvasRenderingContext2D,
  color: string,
  hatching: Hatching
): CanvasPattern | null {
  const { width, height, lines } = hatchTile(hatching);
  const canvas = document.createElement('canvas');
  canvas.width = width * TILE_SCALE;
  canvas.height = height * TILE_SCALE;
  const tile = canvas.getContext('2d');
  if (!tile) {
    return null;
  }
  tile.scale(TILE_SCALE, TILE_SCALE);
  strokeHatching(tile, lines, color, hatching);
  const pattern = context.createPattern(canvas, 'repeat');
  pattern?.setTransform(new DOMMatrix().scale(1 / TILE_SCALE));
  return pattern;
}

/**
 * A PNG of what `draw` draws, twice as fine as the screen.
 * @throws Error if the browser cannot make one (too large, or no canvas).
 */
export async function pngImage(
  width: number,
  height: number,
  background: string,
  draw: (pen: CanvasPen) => void
): Promise<Blob> {
  const scale = Math.min(2, 16_000 / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(width * scale);
  canvas.height = Math.ceil(height * scale);
  const context = canvas.getContext('2d');
  if (!context) {
    throw new Error('This browser cannot draw the picture: save it as SVG.');
  }
  context.scale(scale, scale);
  const pen = new CanvasPen(context);
  pen.rect(0, 0, width, height, background);
  draw(pen);
  const blob = await new Promise<Blob | null>(done => canvas.toBlob(done));
  if (!blob) {
    throw new Error('The picture is too large for a PNG: save it as SVG.');
  }
  return blob;
}
