/** A column of a grid, and how one is made. */
import type { CsvCell } from '../../export/csv';

/** A column; the functions take the number of a row. */
export interface IColumn {
  readonly id: string;
  readonly label: string;
  /** What it is in more words. */
  readonly title?: string;
  /** Which of the profile's values it is of; empty where that goes without saying. */
  readonly of: string;
  /** Its name in a file, with the unit. */
  readonly fileLabel: string;
  readonly numeric: boolean;
  /** Its least width in pixels, and its share of the room that is left. */
  readonly least: number;
  readonly grow: number;
  /** Whether it is shown unless the user says otherwise. */
  readonly usual: boolean;
  /** Whether so beside callers and callees, too, where there is less room. */
  readonly beside: boolean;
  text(row: number): string;
  /** What to order by; numbers order descending first. */
  order(row: number): number | string;
  /** What stands in a file. */
  cell(row: number): CsvCell;
  /** How much of a bar is filled, 0 to 1; none where it is absent. */
  fill?(row: number): number;
}

/** Makes a column of words. */
export function words(
  id: string,
  label: string,
  [least, grow]: readonly [number, number],
  text: (row: number) => string
): IColumn {
  return {
    id,
    label,
    of: '',
    fileLabel: id,
    numeric: false,
    least,
    grow,
    usual: true,
    beside: false,
    text,
    order: row => text(row).toLowerCase(),
    cell: text
  };
}

/** What a column of numbers needs. */
export interface INumbers extends Pick<
  IColumn,
  'id' | 'label' | 'least' | 'text' | 'fill'
> {
  readonly of?: string;
  readonly fileLabel?: string;
  readonly usual?: boolean;
  readonly beside?: boolean;
  readonly title?: string;
  readonly grow?: number;
  order(row: number): number;
  cell?(row: number): CsvCell;
}

/** Makes a column of numbers. */
export function numbers(column: INumbers): IColumn {
  return {
    of: '',
    fileLabel: column.id,
    numeric: true,
    grow: 0,
    usual: true,
    beside: false,
    cell: column.order,
    ...column
  };
}

/** Pixels between columns, and before the first and after the last. */
const GAP = 14;
const EDGES = 20;

/** The columns as CSS tracks, and the least width in pixels of all together. */
export function tracks(columns: readonly IColumn[]): {
  readonly template: string;
  readonly least: number;
} {
  const template = columns
    .map(({ least, grow }) =>
      grow > 0 ? `minmax(${least}px, ${grow}fr)` : `${least}px`
    )
    .join(' ');
  const widths = columns.reduce((sum, { least }) => sum + least, 0);
  return { template, least: widths + GAP * (columns.length - 1) + EDGES };
}
