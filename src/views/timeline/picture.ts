/** The lanes that are seen, on any pen. */
import type { IPen } from '../../export/pen';
import { rowAt, type IRowStack } from '../../layout/stack';
import type { ITimeScale } from '../../layout/timeAxis';
import type { IPalette } from '../theme';
import type { LaneColumns } from './columns';
import {
  AXIS,
  paintAxis,
  paintBars,
  paintGrid,
  paintHeading,
  paintLabel,
  paintMarks
} from './paint';
import type { IRow } from './rows';

/** What to paint: the rows from `top` on, `height` pixels of them with the axis. */
export interface ITimelinePart {
  readonly rows: readonly IRow[];
  readonly stack: IRowStack;
  readonly scale: ITimeScale;
  /** Pixels of a column of amounts. */
  readonly columnWidth: number;
  readonly top: number;
  readonly height: number;
  /** Rows that stand back. */
  isDim(row: IRow): boolean;
}

/** Paints the axis and the rows below it. */
export function paintTimeline(
  pen: IPen,
  palette: IPalette,
  columns: LaneColumns,
  { rows, stack, scale, columnWidth, top, height, isDim }: ITimelinePart
): void {
  const { left, width } = scale;
  paintGrid(pen, scale, height, palette);
  const first = Math.max(0, rowAt(stack, top));
  for (let i = first; i < rows.length; i++) {
    const y = AXIS + stack.top[i] - top;
    if (y >= height) {
      break;
    }
    const row = rows[i];
    const place = { y, height: stack.top[i + 1] - stack.top[i] };
    if (row.kind === 'process') {
      paintHeading(pen, row, place, left + width, palette);
      continue;
    }
    const dim = isDim(row);
    if (row.track) {
      const lane = columns.of(row.track, dim);
      paintBars(pen, lane, columns.full, place, left, columnWidth, palette);
      if (lane.selected) {
        paintMarks(pen, lane.selected, place, left, columnWidth, palette);
      }
    }
    paintLabel(pen, row, place, left, dim, palette);
  }
  paintAxis(pen, scale, palette);
}
