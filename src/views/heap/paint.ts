/** How the heap's curve is painted, on any pen. */
import type { IHeapCurve } from '../../analysis/heapCurve';
import { formatValue } from '../../analysis/units';
import type { Hatching, IPen, ITextStyle } from '../../export/pen';
import { heapAxes, type IHeapAxes } from '../../layout/heapAxes';
import type { IPalette } from '../theme';

/** Room around the curve: for amounts, the peak's name, the axis. */
const MARGIN = { left: 76, top: 26, right: 16, bottom: 46 };
const SMALL = 11;
/** A snapshot of which the places are known has a mark of this size. */
const MARK = 5;

/** How layers differ, by their order: not by colour alone. */
const PATTERNS: readonly (Hatching | null)[] = [null, 'hatched', 'dotted'];

/** What else is drawn, in words and rows. */
export interface IHeapMarks {
  readonly unit: string;
  readonly peak: string;
  readonly axis: string;
  label(time: number): string;
  /** The row at the cursor, -1: none. */
  readonly cursor: number;
}

/** The colours of layers, as in heap.css. */
function layerColor(palette: IPalette, layer: number): string {
  return layer === 0
    ? palette.accent
    : layer === 1
      ? palette.hover
      : palette.soft;
}

/** The pattern of a layer. */
export function layerPattern(layer: number): Hatching | null {
  return PATTERNS[Math.min(layer, PATTERNS.length - 1)];
}

/** The axes of a curve in a picture of this size. */
export function axesOf(
  curve: IHeapCurve,
  bytes: { readonly times: boolean; readonly amounts: boolean },
  width: number,
  height: number
): IHeapAxes {
  const { left, top, right, bottom } = MARGIN;
  return heapAxes(
    { from: curve.time[0], to: curve.time[curve.length - 1] },
    curve.total[curve.peak],
    {
      left,
      top,
      width: Math.max(width - left - right, 1),
      height: Math.max(height - top - bottom, 1)
    },
    bytes
  );
}

/** Paints all of it. */
export function paintHeap(
  pen: IPen,
  palette: IPalette,
  curve: IHeapCurve,
  axes: IHeapAxes,
  marks: IHeapMarks
): void {
  const { box } = axes;
  const style: ITextStyle = {
    color: palette.textSoft,
    font: palette.font,
    size: SMALL
  };
  for (const amount of axes.amounts) {
    const y = Math.round(axes.y(amount));
    pen.rect(box.left, y, box.width, 1, palette.line);
    const text = formatValue(amount, marks.unit);
    pen.text(box.left - 8, y, text, { ...style, align: 'right' });
  }
  paintLayers(pen, palette, curve, axes);
  const floor = box.top + box.height;
  pen.rect(box.left, floor, box.width, 1, palette.textSoft);
  for (const time of axes.times) {
    const x = Math.round(axes.x(time));
    pen.rect(x, floor, 1, 5, palette.textSoft);
    const text = marks.label(time);
    const half = pen.measure(text, style) / 2;
    const at = Math.min(Math.max(x, half), box.left + box.width - half);
    pen.text(at, floor + 22, text, { ...style, align: 'center' });
  }
  pen.text(box.left, floor + 38, marks.axis, style);
  for (const row of curve.parts.keys()) {
    const color = row === curve.shown ? palette.selected : palette.textSoft;
    const x = axes.x(curve.time[row]) - MARK / 2;
    pen.rect(x, floor + 6, MARK, MARK, color, undefined, MARK / 2);
  }
  paintLine(pen, curve, axes, marks.cursor, palette.text);
  paintLine(pen, curve, axes, curve.shown, palette.selected);
  paintPeak(pen, palette, curve, axes, marks.peak);
}

/** Each amount holds until the next snapshot. */
function paintLayers(
  pen: IPen,
  palette: IPalette,
  curve: IHeapCurve,
  axes: IHeapAxes
): void {
  const { time, layers, length } = curve;
  const below = new Float64Array(length);
  layers.forEach(({ amounts }, layer) => {
    const pattern = layerPattern(layer);
    for (let row = 0; row < length; row++) {
      const x = axes.x(time[row]);
      const end = row + 1 < length ? axes.x(time[row + 1]) : x + 2;
      const floor = axes.y(below[row]);
      below[row] += amounts[row];
      const top = axes.y(below[row]);
      if (amounts[row] > 0) {
        // Columns meet without a seam.
        const [left, width] = [Math.floor(x), Math.ceil(end) - Math.floor(x)];
        pen.rect(left, top, width, floor - top, layerColor(palette, layer));
        if (pattern) {
          pen.texture(left, top, width, floor - top, palette.textSoft, pattern);
        }
      }
    }
  });
}

function paintLine(
  pen: IPen,
  { time, length }: IHeapCurve,
  { x, box }: IHeapAxes,
  row: number,
  color: string
): void {
  if (row >= 0 && row < length) {
    pen.rect(Math.round(x(time[row])), box.top, 1, box.height, color);
  }
}

function paintPeak(
  pen: IPen,
  palette: IPalette,
  { time, total, peak }: IHeapCurve,
  { x, y, box }: IHeapAxes,
  text: string
): void {
  const style: ITextStyle = {
    color: palette.text,
    font: palette.font,
    size: SMALL,
    bold: true
  };
  const at = x(time[peak]);
  const top = y(total[peak]);
  pen.rect(at - 3, top - 3, 6, 6, palette.text, undefined, 3);
  const half = pen.measure(text, style) / 2;
  const middle = Math.min(
    Math.max(at, box.left + half),
    box.left + box.width - half
  );
  pen.text(middle, top - 12, text, { ...style, align: 'center' });
}
