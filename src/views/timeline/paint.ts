/** How lanes and the axis of time are painted, on any pen. */
import { SLOTS, UNMATCHED, type IColumns } from '../../analysis/timeColumns';
import { clipText, type IPen, type ITextStyle } from '../../export/pen';
import { CATEGORIES, type CategoryName } from '../../format/types';
import { timeTicks, type ITimeScale } from '../../layout/timeAxis';
import { categoryStyle } from '../categories';
import type { IPalette } from '../theme';
import type { IRow } from './rows';

/** Height of the axis in pixels. */
export const AXIS = 24;
const TEXT = 12;
const SMALL = 11;
/** Room above and below the bars of a lane, and that of the mark below them. */
const ABOVE = 4;
const BELOW = 5;
const MARK = 3;
/** What a level moves a label to the right. */
const INDENT = 12;
const LEFT = 12;

/** What works at the bottom, what waits on top of it. */
const ORDER: readonly CategoryName[] = [
  'python',
  'builtin',
  'extension',
  'system',
  'kernel',
  'gc',
  'import',
  'profiler',
  'queued',
  'gil',
  'lock',
  'io',
  'sleep',
  'waiting'
];
/** Slots from the bottom of a lane up. */
const SLOT_ORDER = [...ORDER.map(name => CATEGORIES.indexOf(name)), UNMATCHED];

/** Where a row is, from its upper edge. */
export interface IPlace {
  readonly y: number;
  readonly height: number;
}

/** Marks of the axis have at least so many pixels. */
const TICK = 110;

/** Lines down through all lanes at round times. */
export function paintGrid(
  pen: IPen,
  scale: ITimeScale,
  height: number,
  palette: IPalette
): void {
  for (const { time } of timeTicks(scale.range, scale.width / TICK)) {
    const x = Math.round(scale.x(time));
    pen.rect(x, AXIS - 5, 1, height - AXIS + 5, palette.line);
  }
}

/** The round times, over whatever was scrolled below them. */
export function paintAxis(
  pen: IPen,
  scale: ITimeScale,
  palette: IPalette
): void {
  const style: ITextStyle = {
    color: palette.textSoft,
    font: palette.font,
    size: SMALL
  };
  const right = scale.left + scale.width;
  pen.rect(0, 0, right, AXIS - 1, palette.background);
  pen.rect(0, AXIS - 1, right, 1, palette.line);
  for (const { time, label } of timeTicks(scale.range, scale.width / TICK)) {
    const x = Math.round(scale.x(time));
    pen.rect(x, AXIS - 5, 1, 4, palette.textSoft);
    const half = pen.measure(label, style) / 2;
    const at = Math.min(Math.max(x, scale.left + half), right - half - 2);
    pen.text(at, AXIS / 2 - 2, label, { ...style, align: 'center' });
  }
}

/** A process's name and cost, all across. */
export function paintHeading(
  pen: IPen,
  row: IRow,
  { y, height }: IPlace,
  width: number,
  palette: IPalette
): void {
  const name = { color: palette.text, font: palette.font, size: TEXT };
  const small = { ...name, color: palette.textSoft, size: SMALL };
  const middle = y + height / 2 + 1;
  pen.rect(0, y, width, height, palette.soft);
  // Wall time of threads beside each other adds up to nothing sensible.
  const [cost] = row.detail.split(' · ');
  const room = width - LEFT - pen.measure(cost, small) - 24;
  const shown = clipText(pen, row.name, name, room);
  pen.text(LEFT, middle, shown, name);
  pen.text(LEFT + pen.measure(shown, name) + 12, middle, cost, small);
}

/** A lane's name and cost in the column at the left. */
export function paintLabel(
  pen: IPen,
  row: IRow,
  { y, height }: IPlace,
  width: number,
  dim: boolean,
  palette: IPalette
): void {
  const x = LEFT + (row.level - 1) * INDENT;
  const room = width - x - 8;
  const color = dim ? palette.textSoft : palette.text;
  const name = { color, font: palette.font, size: TEXT };
  const small = { ...name, color: palette.textSoft, size: SMALL };
  const middle = y + height / 2;
  if (row.kind === 'thread') {
    pen.text(x, middle - 8, clipText(pen, row.name, name, room), name);
    pen.text(x, middle + 8, clipText(pen, row.detail, small, room), small);
    return;
  }
  const [first] = row.detail.split(' · ');
  const used = pen.measure(first, small);
  const shown = clipText(pen, row.name, name, room - used - 8);
  pen.text(x, middle, shown, name);
  pen.text(width - 8, middle, first, { ...small, align: 'right' });
}

/**
 * A lane's columns as stacked bars. `full` is the amount of a full column;
 * more than that (rounding of spans that overlap) is scaled down.
 */
export function paintBars(
  pen: IPen,
  columns: IColumns,
  full: number,
  { y, height }: IPlace,
  left: number,
  columnWidth: number,
  palette: IPalette
): void {
  const room = height - ABOVE - BELOW;
  const bottom = y + height - BELOW;
  const runs = SLOT_ORDER.map(() => new Run());
  pen.rect(left, bottom, columns.length * columnWidth, 1, palette.line);
  for (let column = 0; column <= columns.length; column++) {
    let sum = 0;
    for (let slot = 0; slot < SLOTS && column < columns.length; slot++) {
      sum += columns.amount[column * SLOTS + slot];
    }
    const scale = sum > 0 ? room / Math.max(full, sum) : 0;
    let at = bottom;
    SLOT_ORDER.forEach((slot, i) => {
      const amount =
        column < columns.length ? columns.amount[column * SLOTS + slot] : 0;
      const tall = amount * scale;
      const run = runs[i];
      if (run.top !== at - tall || run.height !== tall) {
        if (run.height > 0.05) {
          const x = left + run.from * columnWidth;
          const wide = (column - run.from) * columnWidth;
          paintPart(pen, slot, x, run.top, wide, run.height, palette);
        }
        run.from = column;
        run.top = at - tall;
        run.height = tall;
      }
      at -= tall;
    });
  }
}

/** Columns beside each other in which a category looks the same. */
class Run {
  from = 0;
  top = 0;
  height = 0;
}

function paintPart(
  pen: IPen,
  slot: number,
  x: number,
  y: number,
  width: number,
  height: number,
  palette: IPalette
): void {
  if (slot === UNMATCHED) {
    pen.rect(x, y, width, height, palette.hover);
    return;
  }
  pen.rect(x, y, width, height, palette.categories[slot].fill);
  const { pattern } = categoryStyle(slot);
  if (pattern !== 'plain') {
    pen.texture(x, y, width, height, palette.hatch, pattern);
  }
}

/** A line below the columns in which the selected function ran. */
export function paintMarks(
  pen: IPen,
  selected: Float32Array,
  { y, height }: IPlace,
  left: number,
  columnWidth: number,
  palette: IPalette
): void {
  let from = -1;
  for (let column = 0; column <= selected.length; column++) {
    const on = column < selected.length && selected[column] > 0;
    if (on && from < 0) {
      from = column;
    } else if (!on && from >= 0) {
      pen.rect(
        left + from * columnWidth,
        y + height - BELOW + 1,
        (column - from) * columnWidth,
        MARK,
        palette.selected
      );
      from = -1;
    }
  }
}
