/** The lines of a sheet as a grid. */
import type { Disposables } from '../dom';
import type { IViewContext } from '../view';
import { RowGrid } from './rowGrid';
import { makeCells, makeHead } from './rows';
import type { ISourceLine } from './sheet';
import type { ISheet } from './sheet';

/** Wider text scrolls no further; the line is cut off there, too. */
const WIDEST = 2_000;

/** Shows a sheet; one of its lines is the current one. */
export class LineGrid extends RowGrid {
  constructor(context: IViewContext, listeners: Disposables) {
    super('np-Source', makeHead(context.trans), listeners);
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
    const { style } = this.node;
    style.setProperty('--np-longest', `${longest + 2}ch`);
    style.setProperty('--np-digits', `${Math.max(3, digits)}ch`);
    this.showRows(
      sheet && {
        count: lines.length,
        cells: at => makeCells(this._context, sheet, lines[at]),
        classes: at => (this._isFound(sheet, lines[at]) ? [] : ['np-mod-dim'])
      },
      sheet
        ? trans.__('Source of %1', profile.strings[sheet.source.file])
        : trans.__('Source'),
      again
    );
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

  /** Whether a line has what is searched for: its text, or its function. */
  private _isFound({ lines }: ISheet, { row, text }: ISourceLine): boolean {
    const { data, state } = this._context;
    const { matches } = data;
    const words = state.value.search.trim().toLowerCase();
    return (
      !matches ||
      (row >= 0 && matches.has(lines.function[row])) ||
      !!text?.toLowerCase().includes(words)
    );
  }

  private readonly _context: IViewContext;
  private _sheet: ISheet | null = null;
}
