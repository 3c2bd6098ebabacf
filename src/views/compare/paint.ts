/** How a frame of the difference flame graph is painted. */
import { Verdict } from '../../analysis/compare/changes';
import { clipText, type IPen } from '../../export/pen';
import {
  filledWidth,
  FOCUSED,
  MARKED,
  paintOutline,
  TEXT_MIN,
  textStyle
} from '../flame/paint';
import type { ICategoryColors, IPalette } from '../theme';

/** A frame's box with what is to be said about it. */
export interface IDifferenceBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The name; asked for where there is room for text, as most boxes have none. */
  label(): string;
  /** `+4.2 ±1.1`. */
  text(): string;
  readonly change: number;
  readonly verdict: Verdict;
  /** How large the change is. */
  readonly level: 1 | 2 | 3;
  readonly dim: boolean;
  readonly selected: boolean;
  readonly focused: boolean;
}

/** Height of the edge that says more (above) or less (below). */
const EDGE = 3;

/** The colours of a change. */
export function changeColors(
  { difference }: IPalette,
  change: number,
  verdict: Verdict,
  level: 1 | 2 | 3
): ICategoryColors {
  if (verdict < Verdict.Real) {
    return difference.noise;
  }
  return (change > 0 ? difference.more : difference.less)[level - 1];
}

/** Paints one frame. */
export function paintDifference(
  pen: IPen,
  box: IDifferenceBox,
  palette: IPalette
): void {
  const { x, y, change, verdict, level, dim } = box;
  const width = filledWidth(box.width);
  const height = box.height - 1;
  const { fill, text } = changeColors(palette, change, verdict, level);
  pen.rect(x, y, width, height, dim ? palette.hover : fill);
  const differs = verdict >= Verdict.Real;
  if (dim) {
    pen.rect(x, y + height - 2, width, 2, fill);
  } else if (differs) {
    // Not by colour alone: up at the upper edge, down at the lower.
    const edge = change > 0 ? y : y + height - EDGE;
    pen.rect(x, edge, width, EDGE, text);
  } else if (verdict === Verdict.Noise && width > 8) {
    pen.hatch(x, y, width, height, palette.hatch, 'hatched');
  }
  if (width >= TEXT_MIN) {
    paintText(pen, box, width, dim ? palette.textSoft : text, palette);
  }
  if (box.selected || box.focused) {
    const line = box.focused ? FOCUSED : MARKED;
    paintOutline(pen, box, width, palette.selected, line);
  }
}

/** The name at the left, the change at the right as far as there is room. */
function paintText(
  pen: IPen,
  box: IDifferenceBox,
  width: number,
  color: string,
  palette: IPalette
): void {
  const style = textStyle(color, palette);
  const room = width - 8;
  const middle = box.y + box.height / 2;
  const label = box.label();
  const text = box.text();
  const beside = room - pen.measure(text, style) - 10;
  const shown = beside > 0 ? clipText(pen, label, style, beside) : '';
  if (shown) {
    pen.text(box.x + 4, middle, shown, style);
    pen.text(box.x + width - 4, middle, text, {
      ...style,
      align: 'right'
    });
    return;
  }
  const alone = clipText(pen, label, style, room);
  if (alone) {
    pen.text(box.x + 4, middle, alone, style);
  }
}
