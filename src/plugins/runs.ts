/** The profiles of a notebook's cells that one of them can be compared with. */
import type { ICellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { isSameRun } from '../views/profileKey';
import type { ICandidate } from '../views/env';
import { profileIn } from './cells';

/** How many earlier runs of a cell are kept. */
const KEPT = 3;

/** Messages that cells showed, newest first; gone together with their cells. */
const runs = new WeakMap<ICellModel, unknown[]>();

/** Keeps a message that an output of a cell shows, since the next run replaces it. */
export function remember(cell: ICellModel, message: unknown): void {
  const known = runs.get(cell) ?? [];
  const others = known.filter(other => !isSameRun(other, message));
  runs.set(cell, [message, ...others].slice(0, KEPT + 1));
}

/**
 * What `message` can be compared with: earlier runs of its cell as long as
 * the page lives, and the profiles in other cells of the notebook.
 */
export function comparable(
  panel: NotebookPanel | null,
  message: unknown
): ICandidate[] {
  const cells = (panel?.content.widgets ?? []).map(({ model }) => model);
  return candidates(
    cells.map(cell => ({
      shown: profileIn(cell),
      runs: runs.get(cell) ?? []
    })),
    message
  );
}

/** The profiles of a cell: the one in its output, and those that it showed. */
export interface ICellRuns {
  readonly shown: unknown;
  readonly runs: readonly unknown[];
}

/** The candidates among the profiles of cells. */
export function candidates(
  cells: readonly ICellRuns[],
  message: unknown
): ICandidate[] {
  const isOwn = (other: unknown): boolean => isSameRun(other, message);
  return cells.flatMap(({ shown, runs }): ICandidate[] => {
    if (isOwn(shown) || runs.some(isOwn)) {
      const all = shown
        ? [shown, ...runs.filter(r => !isSameRun(r, shown))]
        : runs;
      return all
        .filter(other => !isOwn(other))
        .map(other => ({ group: 'earlier', message: other }));
    }
    return shown ? [{ group: 'notebook', message: shown }] : [];
  });
}
