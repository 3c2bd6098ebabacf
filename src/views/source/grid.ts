/** The lines of a sheet as a grid. */
import type { Disposables } from '../dom';
import type { IViewContext } from '../view';
import { markArrows } from './arrows';
import { factColumns, valueColumns, type ISourceColumn } from './columns';
import { RowGrid } from './rowGrid';
import { makeCells, makeHead, type IColumns } from './rows';
import { isLine, type ISourceLine } from './line';
import { neverRan, type ISheet } from './sheet';

/** Between columns, as the style has it. */
const GAP = 8;
/** Wider text scrolls no further; the line is cut off there, too. */
const WIDEST = 2_000;

/** Shows a sheet; one of its lines is the current one. */
export class LineGrid extends RowGrid {
  constructor(context: IViewContext, listeners: Disposables) {
    super('np-Source', makeHead(context, NO_COLUMNS), listeners);
    this._context = context;
  }

  /** The lines that are shown. */
  get lines(): readonly ISourceLine[] {
    return this._sheet?.shown ?? [];
  }

  /**
   * Shows a sheet.
   *
   * @param again It is of the file shown before: its place is kept.
   */
  show(sheet: ISheet | null, again: boolean): void {
    const { profile, trans } = this._context;
    this._sheet = sheet;
    const { lines } = this;
    const longest = lines.reduce(
      (most, { text }) => Math.max(most, Math.min(text?.length ?? 0, WIDEST)),
      40
    );
    const digits = String(lines.at(-1)?.number ?? 0).length;
    const columns: IColumns = sheet
      ? {
          facts: factColumns(this._context, sheet),
          values: valueColumns(this._context, sheet)
        }
      : NO_COLUMNS;
    const { style } = this.node;
    style.setProperty('--np-longest', `${longest + 2}ch`);
    style.setProperty('--np-digits', `${Math.max(3, digits)}ch`);
    style.setProperty('--np-columns', templateOf(columns.facts));
    style.setProperty('--np-values', templateOf(columns.values));
    style.setProperty('--np-facts', `${60 + widthOf(columns.facts)}px`);
    style.setProperty('--np-all-values', `${widthOf(columns.values)}px`);
    this.head = makeHead(this._context, columns);
    this.showRows(
      sheet && {
        count: lines.length,
        cells: at => makeCells(this._context, sheet, columns, at, this.active),
        classes: at => this._classes(sheet, lines[at])
      },
      sheet
        ? trans.__('Source of %1', profile.strings[sheet.source.file])
        : trans.__('Source'),
      again
    );
  }

  /** Makes a line the current one; its jumps stand out. */
  override activate(at: number): void {
    super.activate(at);
    markArrows(this.node, this._sheet?.arrows ?? [], this.active);
  }

  /** Marks all parts of the expression that an element belongs to, if any. */
  mark(piece: HTMLElement | null): void {
    const row = piece?.closest('.np-Source-row');
    for (const part of this.node.querySelectorAll<HTMLElement>('.np-Expr')) {
      part.classList.toggle(
        'np-mod-hover',
        !!row?.contains(part) && part.dataset.span === piece?.dataset.span
      );
    }
  }

  private _classes(sheet: ISheet, line: ISourceLine): string[] {
    return [
      ...(this._isFound(sheet, line) ? [] : ['np-mod-dim']),
      ...(isLine(line) ? [] : ['np-mod-below']),
      ...(neverRan(sheet, line) ? ['np-mod-never'] : [])
    ];
  }

  /** Whether a line has what is searched for: its text, or its function. */
  private _isFound(
    { lines }: ISheet,
    { begins, calls, row, text }: ISourceLine
  ): boolean {
    const { data, state } = this._context;
    const { matches } = data;
    const words = state.value.search.trim().toLowerCase();
    return (
      !matches ||
      (row >= 0 && matches.has(lines.function[row])) ||
      (begins && matches.has(begins.func)) ||
      calls.some(({ callee }) => matches.has(callee)) ||
      !!text?.toLowerCase().includes(words)
    );
  }

  private readonly _context: IViewContext;
  private _sheet: ISheet | null = null;
}

const NO_COLUMNS: IColumns = { facts: [], values: [] };

function templateOf(columns: readonly ISourceColumn[]): string {
  return columns.map(({ width }) => `${width}px`).join(' ');
}

function widthOf(columns: readonly ISourceColumn[]): number {
  return columns.reduce((sum, { width }) => sum + width + GAP, 0);
}
