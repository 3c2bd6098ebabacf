/** The pen that writes SVG. */
import {
  arrowHead,
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

/** C0 controls but tab, newline and return, and what is no character (XML 1.0, 2.2). */
const FORBIDDEN = /(?![\t\n\r\u007f-\u009f])\p{Cc}|[\ufffe\uffff]/gu;

/** Text made safe for XML; characters that XML forbids are dropped. */
export function escapeXml(text: string): string {
  return text
    .replace(FORBIDDEN, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}

const round = (value: number): string => String(Math.round(value * 100) / 100);

/** Collects SVG elements, moved by (`left`, `top`). */
export class SvgPen implements IPen {
  constructor(left = 0, top = 0) {
    this._left = left;
    this._top = top;
  }

  rect(
    x: number,
    y: number,
    width: number,
    height: number,
    fill: string | null,
    stroke?: IStroke,
    radius = 0
  ): void {
    const corner = radius ? ` rx="${round(radius)}"` : '';
    this._parts.push(
      `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"${corner} fill="${escapeXml(fill ?? 'none')}"${strokeOf(stroke)}/>`
    );
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
    this._parts.push(hatchPath(lines, color, hatching));
  }

  texture(
    x: number,
    y: number,
    width: number,
    height: number,
    color: string,
    hatching: Hatching
  ): void {
    const id = `${hatching}-${color.replace(/\W+/g, '-')}`;
    if (!this._tiles.has(id)) {
      this._tiles.add(id);
      const tile = hatchTile(hatching);
      this._parts.push(
        `<pattern id="${id}" patternUnits="userSpaceOnUse" width="${tile.width}" height="${tile.height}">${hatchPath(tile.lines, color, hatching)}</pattern>`
      );
    }
    this.rect(x, y, width, height, `url(#${id})`);
  }

  curve(points: readonly IPoint[], stroke: IStroke, arrow: boolean): void {
    const pieces = smoothPieces(points).map(
      piece => `C${piece.map(round).join(' ')}`
    );
    const start = `M${round(points[0].x)} ${round(points[0].y)}`;
    this._parts.push(
      `<path d="${start}${pieces.join('')}" fill="none"${strokeOf(stroke)}/>`
    );
    if (arrow) {
      const wings = arrowHead(points, stroke.width)
        .map(wing => `${round(wing.x)},${round(wing.y)}`)
        .join(' ');
      this._parts.push(
        `<polygon points="${wings}" fill="${escapeXml(stroke.color)}"/>`
      );
    }
  }

  text(x: number, y: number, text: string, style: ITextStyle): void {
    const anchor = { left: 'start', center: 'middle', right: 'end' }[
      style.align ?? 'left'
    ];
    this._parts.push(
      `<text x="${round(x)}" y="${round(y)}" dy="0.35em" fill="${escapeXml(style.color)}" font-family="${escapeXml(style.font)}" font-size="${round(style.size)}"${style.bold ? ' font-weight="600"' : ''} text-anchor="${anchor}" xml:space="preserve">${escapeXml(text)}</text>`
    );
  }

  /** An estimate, wide enough for the fonts in use: nothing is laid out here. */
  measure(text: string, style: ITextStyle): number {
    return text.length * style.size * (style.bold ? 0.6 : 0.56);
  }

  /** The whole document. */
  finish(width: number, height: number, background: string): Blob {
    const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}">`;
    const back = `<rect width="100%" height="100%" fill="${escapeXml(background)}"/>`;
    const group = `<g transform="translate(${round(this._left)} ${round(this._top)})">`;
    return new Blob([head, back, group, ...this._parts, '</g></svg>\n'], {
      type: 'image/svg+xml'
    });
  }

  private readonly _left: number;
  private readonly _top: number;
  private readonly _parts: string[] = [];
  private readonly _tiles = new Set<string>();
}

function hatchPath(
  lines: readonly (readonly [IPoint, IPoint])[],
  color: string,
  hatching: Hatching
): string {
  const path = lines
    .map(
      ([from, to]) =>
        `M${round(from.x)} ${round(from.y)}L${round(to.x)} ${round(to.y)}`
    )
    .join('');
  const cap = hatching === 'dotted' ? ' stroke-linecap="round"' : '';
  return `<path d="${path}" fill="none" stroke="${escapeXml(color)}" stroke-width="${HATCH_WIDTH}"${cap}/>`;
}

function strokeOf(stroke?: IStroke): string {
  if (!stroke) {
    return '';
  }
  const dash = stroke.dash
    ? ` stroke-dasharray="${stroke.dash.join(' ')}"`
    : '';
  return ` stroke="${escapeXml(stroke.color)}" stroke-width="${round(stroke.width)}"${dash}`;
}
