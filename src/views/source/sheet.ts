/** A file with what its lines cost: everything that the view draws. */
import { expressionsOf } from '../../analysis/expressions';
import type { ILineRows } from '../../analysis/lines';
import type { ISourceFile } from '../../analysis/sourceFiles';
import { csvTable } from '../../export/csv';
import type { IPlacedJump } from '../../layout/jumps';
import type { IViewContext } from '../view';
import {
  arrowsOf,
  exactSheetOf,
  withBelow,
  type IExactSheet
} from './exactSheet';
import type { IToken } from './highlight';
import { blank, isLine, type ISourceLine } from './line';
import { spansOf } from './paint';
import type { SourceText } from './text';

/** A line below this share is none to travel to. */
const LEAST = 0.002;

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
  /** What else is known where lines were counted. */
  readonly exact: IExactSheet | null;
  /** Arrows beside the rows. */
  readonly arrows: readonly IPlacedJump[];
}

/** The largest costs among some rows of the table of lines, and functions without lines. */
function scaleOf(
  lines: ILineRows,
  rows: readonly number[],
  exact: IExactSheet | null
): IScale {
  const most = (cost: 'self' | 'inclusive'): number =>
    (exact?.begins ?? []).reduce(
      (most, begun) => Math.max(most, begun[cost]),
      rows.reduce((most, row) => Math.max(most, lines[cost][row]), 0)
    );
  return { self: most('self'), inclusive: most('inclusive') };
}

/**
 * Joins a file's text with its costs.
 *
 * @param tokens Of each line; empty: no colours yet.
 */
export function sheetOf(
  context: IViewContext,
  source: ISourceFile,
  text: SourceText,
  tokens: readonly (readonly IToken[])[] = []
): ISheet {
  const { data, state } = context;
  const { rows, file, language } = source;
  const lines = language === 'native' ? data.nativeLines : data.lines;
  const exact = exactSheetOf(context, file);
  const all =
    text.kind === 'missing'
      ? knownLines(rows, lines, exact)
      : linesOf(context, source, lines, text.lines, tokens);
  const shown = exact ? withBelow(all, exact, state.value.lineCalls) : all;
  return {
    source,
    lines,
    scale: scaleOf(lines, rows, exact),
    shown,
    exact,
    arrows: exact ? arrowsOf(shown, exact.jumps) : []
  };
}

/** The lines that anything is known of, without a text. */
function knownLines(
  rows: readonly number[],
  lines: ILineRows,
  exact: IExactSheet | null
): ISourceLine[] {
  const rowOf = new Map((exact?.begins ?? []).map(({ line }) => [line, -1]));
  rows.forEach(row => rowOf.set(lines.line[row], row));
  return [...rowOf]
    .sort(([a], [b]) => a - b)
    .map(([line, row]) => blank(line, row));
}

/** The lines of a text, each with its costs. */
function linesOf(
  { data }: IViewContext,
  { rows, file, language, cell }: ISourceFile,
  lines: ILineRows,
  text: readonly string[],
  tokens: readonly (readonly IToken[])[]
): ISourceLine[] {
  const rowOf = new Map(rows.map(row => [lines.line[row], row]));
  const expressions = expressionsOf(data.expressions(language), file);
  const unit = cell >= 0 ? 'characters' : 'bytes';
  return text.map((line, at) => ({
    ...blank(at + 1, rowOf.get(at + 1) ?? -1),
    text: line,
    tokens: tokens[at] ?? [],
    spans: spansOf(line, expressions.get(at + 1) ?? [], unit)
  }));
}

/** Whether a line has code that never ran. */
export function neverRan(
  { exact, lines }: ISheet,
  { row }: ISourceLine
): boolean {
  return !!exact?.runs && row >= 0 && lines.self[row] === 0;
}

/** Whether a line is one to travel to: it costs enough of all, or never ran. */
export function isNotable(
  context: IViewContext,
  sheet: ISheet,
  line: ISourceLine
): boolean {
  return sheet.exact?.runs
    ? neverRan(sheet, line)
    : (line.begins?.inclusive ?? sheet.lines.inclusive[line.row] ?? 0) >
        LEAST * context.data.total;
}

/** Whether functions of the file are known, but none of its lines. */
export function knowsFunctionsAlone({ exact, source }: ISheet): boolean {
  return source.rows.length === 0 && !!exact && exact.begins.length > 0;
}

/** The lines of a file with their costs, as CSV; where none was counted nothing stands. */
export function sheetCsv(
  { profile }: IViewContext,
  { exact, lines, shown }: ISheet
): Blob {
  const every = exact ? profile.values : [];
  const none = exact ? null : 0;
  return csvTable(
    [
      'line',
      'self',
      'inclusive',
      ...every.map(({ name }) => `self ${name}`),
      'text'
    ],
    shown
      .filter(isLine)
      .map(({ number, row, text }) => [
        number,
        row < 0 ? none : lines.self[row],
        row < 0 ? none : lines.inclusive[row],
        ...every.map((_, value) => exact?.values.get(number)?.[value] ?? none),
        text ?? ''
      ])
  );
}
