/** The command that shows a profiled line in its notebook. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { ICodeCellModel } from '@jupyterlab/cells';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { ICell } from '../format/types';
import { findCell, sameSource, type ICellState } from './cells';
import { CommandIDs, DOMAIN, PACKAGE } from './ids';

/** Adds "reveal line", which the viewer calls. */
export const revealPlugin: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:reveal`,
  description: 'Selects the line of a cell that a profile names.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    app.commands.addCommand(CommandIDs.revealLine, {
      label: trans.__('Show Profiled Line'),
      execute: async args => {
        const panel = tracker.find(panel => panel.id === args.panel);
        const cell = args.cell as unknown as ICell;
        if (!panel) {
          return trans.__('The notebook of %1 is closed.', cell.name);
        }
        const index = findCell(cell, panel.content.widgets.map(stateOf));
        if (index < 0) {
          return trans.__(
            '%1 was deleted or rewritten since it was profiled.',
            cell.name
          );
        }
        app.shell.activateById(panel.id);
        const source = await select(panel, index, args.line as number);
        return sameSource(source, cell.source)
          ? null
          : trans.__(
              '%1 was edited since it was profiled: the line may have moved.',
              cell.name
            );
      }
    });
  }
};

function stateOf({
  model
}: NotebookPanel['content']['widgets'][number]): ICellState {
  return {
    id: model.id,
    prompt: (model as Partial<ICodeCellModel>).executionCount ?? null,
    source: model.sharedModel.getSource()
  };
}

/** Selects line `line` (from 1) of a cell, in sight; the cell's source now. */
async function select(
  panel: NotebookPanel,
  index: number,
  line: number
): Promise<string> {
  const notebook = panel.content;
  const cell = notebook.widgets[index];
  const source = cell.model.sharedModel.getSource();
  const lines = source.split('\n');
  const row = Math.min(Math.max(line, 1), lines.length) - 1;
  notebook.deselectAll();
  notebook.activeCellIndex = index;
  cell.inputHidden = false;
  await notebook.scrollToItem(index, 'smart');
  // A cell out of sight has no editor before it is drawn.
  await cell.ready;
  notebook.mode = 'edit';
  cell.editor?.focus();
  cell.editor?.setSelection({
    start: { line: row, column: 0 },
    end: { line: row, column: lines[row].length }
  });
  cell.editor?.revealPosition({ line: row, column: 0 });
  return source;
}
