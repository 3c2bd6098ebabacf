/** A file with what its lines cost: everything that the view draws. */
import { expressionsOf } from '../../analysis/expressions';
import type { ILineRows } from '../../analysis/lines';
import type { ISourceFile } from '../../analysis/sourceFiles';
import { csvTable } from '../../export/csv';
import type { IViewContext } from '../view';
import type { IToken } from './highlight';
import { spansOf, type ISpan } from './paint';
import type { SourceText } from './text';

/** A line below this share is none to travel to. */
const LEAST = 0.002;

/** A line as the view shows it. */
export interface ISourceLine {
  /** From 1. */
  readonly number: number;
  /** Its row in the table of lines; -1: nothing was measured there. */
  readonly row: number;
  /** Null where the text of the file is not at hand. */
  readonly text: string | null;
  readonly tokens: readonly IToken[];
  readonly spans: readonly ISpan[];
}

/** What the costs of a file's lines are compared with. */
export interface IScale {
  /** The largest cost of a line itself, and with what it called. */
  readonly self: number;
  readonly inclusive: number;
}

/** A file as it is shown. */
export interface ISheet {
  readonly source: ISourceFile;
  /** The table that its rows are of. */
  readonly lines: ILineRows;
  readonly scale: IScale;
  /** All lines where the text is at hand, else those that cost something. */
  readonly shown: readonly ISourceLine[];
}

/** The largest costs among some rows of the table of lines. */
export function scaleOf(lines: ILineRows, rows: readonly number[]): IScale {
  const most = (column: Float64Array): number =>
    rows.reduce((most, row) => Math.max(most, column[row]), 0);
  return { self: most(lines.self), inclusive: most(lines.inclusive) };
}

/**
 * Joins a file's text with its costs.
 *
 * @param tokens Of each line; empty: no colours yet.
 */
export function sheetOf(
  { data }: IViewContext,
  source: ISourceFile,
  text: SourceText,
  tokens: readonly (readonly IToken[])[] = []
): ISheet {
  const { rows, file, language, cell } = source;
  const lines = language === 'native' ? data.nativeLines : data.lines;
  const sheet = { source, lines, scale: scaleOf(lines, rows) };
  if (text.kind === 'missing') {
    const shown = rows.map(row => ({
      number: lines.line[row],
      row,
      text: null,
      tokens: [],
      spans: []
    }));
    return { ...sheet, shown };
  }
  const rowOf = new Map(rows.map(row => [lines.line[row], row]));
  const expressions = expressionsOf(data.expressions(language), file);
  const unit = cell >= 0 ? 'characters' : 'bytes';
  const shown = text.lines.map((line, at) => ({
    number: at + 1,
    row: rowOf.get(at + 1) ?? -1,
    text: line,
    tokens: tokens[at] ?? [],
    spans: spansOf(line, expressions.get(at + 1) ?? [], unit)
  }));
  return { ...sheet, shown };
}

/** Whether a line costs enough, of all, to travel to it. */
export function isCostly(
  { data }: IViewContext,
  { lines }: ISheet,
  { row }: ISourceLine
): boolean {
  return row >= 0 && lines.inclusive[row] > LEAST * data.total;
}

/** The lines of a file with their costs, as CSV. */
export function sheetCsv({ lines, shown }: ISheet): Blob {
  return csvTable(
    ['line', 'self', 'inclusive', 'text'],
    shown.map(({ number, row, text }) => [
      number,
      row < 0 ? 0 : lines.self[row],
      row < 0 ? 0 : lines.inclusive[row],
      text ?? ''
    ])
  );
}
