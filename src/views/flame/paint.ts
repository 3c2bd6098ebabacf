/** How a frame is painted, on the screen and in a saved picture. */
import { clipText, type IPen, type ITextStyle } from '../../export/pen';
import type { IPalette } from '../theme';
import type { IFrameColours } from './colours';
import type { FrameName } from './names';

/** A frame's box with what is to be said about it. */
export interface IFrameBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly name: FrameName;
  readonly colours: IFrameColours;
  /** Searched for something else: stands back. */
  readonly dim: boolean;
  readonly selected: boolean;
  readonly focused: boolean;
  readonly hovered: boolean;
}

const TEXT_SIZE = 11.5;
/** Narrower boxes get no text, and hardly wider ones no gap. */
export const TEXT_MIN = 26;
const GAP_MIN = 3;
/** Widths of outlines. */
export const FOCUSED = 2.5;
export const MARKED = 1.5;
const EDGE = 1;

/** The width that a box is filled to: wide ones keep a gap. */
export function filledWidth(width: number): number {
  return width >= GAP_MIN ? width - 1 : width;
}

/** How the text in a frame looks. */
export function textStyle(color: string, { font }: IPalette): ITextStyle {
  return { color, font, size: TEXT_SIZE };
}

/** Draws the line around a frame that stands out. */
export function paintOutline(
  pen: IPen,
  { x, y, height }: Pick<IFrameBox, 'x' | 'y' | 'height'>,
  width: number,
  color: string,
  line: number
): void {
  pen.rect(
    x + line / 2,
    y + line / 2,
    Math.max(1, width - line),
    height - 1 - line,
    null,
    { color, width: line }
  );
}

/** Paints one frame. */
export function paintFrame(pen: IPen, box: IFrameBox, palette: IPalette): void {
  const { x, y, height } = box;
  const width = filledWidth(box.width);
  const { fill, text, pattern, hatch } = box.colours;
  pen.rect(x, y, width, height - 1, box.dim ? palette.hover : fill);
  if (box.dim) {
    // Its colour stays to be seen, as an edge.
    pen.rect(x, y + height - 3, width, 2, fill);
  } else if (width > 8 && pattern !== 'plain') {
    pen.hatch(x, y, width, height - 1, hatch, pattern);
  }
  if (palette.highContrast && width >= GAP_MIN) {
    paintOutline(pen, box, width, palette.line, EDGE);
  }
  if (width >= TEXT_MIN) {
    const color = box.dim ? palette.textSoft : text;
    paintName(pen, box, width, color, palette);
  }
  if (box.selected || box.focused || box.hovered) {
    const color =
      box.hovered && !box.selected ? palette.text : palette.selected;
    paintOutline(pen, box, width, color, box.focused ? FOCUSED : MARKED);
  }
}

function paintName(
  pen: IPen,
  box: IFrameBox,
  width: number,
  color: string,
  palette: IPalette
): void {
  const [label, place] = box.name;
  const style = textStyle(color, palette);
  const room = width - 8;
  const middle = box.y + box.height / 2;
  const shown = clipText(pen, label, style, room);
  if (!shown) {
    return;
  }
  const write = (text: string, style: ITextStyle, left: number): number => {
    const wide = pen.measure(text, style);
    if (!box.dim && box.colours.pattern !== 'plain') {
      // A pattern below letters makes them hard to read.
      pen.rect(left - 2, box.y + 3, wide + 4, box.height - 7, box.colours.fill);
    }
    pen.text(left, middle, text, style);
    return wide;
  };
  const left = box.x + 4;
  const used = write(shown, style, left) + 10;
  if (place && shown === label) {
    const small = { ...style, size: TEXT_SIZE - 1 };
    const rest = clipText(pen, place, small, room - used);
    if (rest === place) {
      write(rest, small, left + used);
    }
  }
}
