/** Finds, in a notebook, the cells that a profile names. */
import { MIME_TYPE } from '../format/types';
import type { ICell, IMeta } from '../format/types';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Cell, ICellModel, ICodeCellModel } from '@jupyterlab/cells';
import type { Widget } from '@lumino/widgets';

/** The `meta` of a message that holds a profile, null for any other. */
export function metaOf(message: unknown): IMeta | null {
  const meta = (message as { meta?: IMeta } | null | undefined)?.meta;
  return typeof meta?.name === 'string' ? meta : null;
}

/** The newest profile among the outputs of a cell, null without one. */
export function profileIn(model: ICellModel): unknown {
  const outputs = (model as Partial<ICodeCellModel>).outputs;
  for (let i = (outputs?.length ?? 0) - 1; i >= 0; i--) {
    const message: unknown = outputs!.get(i).data[MIME_TYPE];
    if (metaOf(message)) {
      return message;
    }
  }
  return null;
}

/** The notebook and the cell that hold a widget of an output, null outside. */
export function placeOf(
  widget: Widget,
  tracker: INotebookTracker
): { panel: NotebookPanel; cell: Cell } | null {
  for (let at: Widget | null = widget; at; at = at.parent) {
    const panel = tracker.find(p => p.content.widgets.includes(at as Cell));
    if (panel) {
      return { panel, cell: at as Cell };
    }
  }
  return null;
}

/** What identifies a cell of a notebook. */
export interface ICellState {
  readonly id: string;
  readonly prompt: number | null;
  readonly source: string;
}

/**
 * The index of the notebook's cell that was run as `profiled`; -1 where there
 * is none. Its id decides. Without one (the cell ran before the package was
 * loaded, or was copied since) the same source does, the same prompt first;
 * then the same prompt and at least half of the lines: the cell was edited.
 */
export function findCell(
  profiled: ICell,
  cells: readonly ICellState[]
): number {
  const same = (cell: ICellState): boolean =>
    sameSource(cell.source, profiled.source);
  const prompted = (cell: ICellState): boolean =>
    cell.prompt === profiled.prompt;
  const ways: readonly ((cell: ICellState) => boolean)[] = [
    cell => cell.id === profiled.id,
    cell => prompted(cell) && same(cell),
    same,
    cell => prompted(cell) && resembles(cell.source, profiled.source)
  ];
  for (const way of ways) {
    const index = cells.findIndex(way);
    if (index >= 0) {
      return index;
    }
  }
  return -1;
}

/** True where at least half of the lines of `before` are in `now`, indented or not. */
function resembles(now: string, before: string): boolean {
  const lines = linesOf(before);
  const left = new Set(linesOf(now));
  const kept = lines.filter(line => left.has(line)).length;
  return lines.length > 0 && 2 * kept >= lines.length;
}

function linesOf(source: string): string[] {
  return source
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
}

/** True where two sources differ at most in the white space at their end. */
export function sameSource(a: string, b: string): boolean {
  return a.trimEnd() === b.trimEnd();
}
