/** The command that runs the active cell under the profiler. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  Clipboard,
  ICommandPalette,
  ISessionContextDialogs,
  Notification
} from '@jupyterlab/apputils';
import type { Cell } from '@jupyterlab/cells';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import { arm, ArmError } from '../server/arm';
import { profileIcon } from '../widgets/icon';
import { CommandIDs, DOMAIN, PACKAGE } from './ids';
import { watchDefaults, type IDefaults } from './settings';

/** Adds "Profile Cell". */
export const runPlugin: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:run`,
  description: 'Runs the active cell under the profiler.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [
    ISettingRegistry,
    ICommandPalette,
    ITranslator,
    ISessionContextDialogs
  ],
  activate
};

function activate(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  registry: ISettingRegistry | null,
  palette: ICommandPalette | null,
  translator: ITranslator | null,
  dialogs: ISessionContextDialogs | null
): void {
  const trans = (translator ?? nullTranslator).load(DOMAIN);
  const defaults = watchDefaults(registry);
  const { commands } = app;

  commands.addCommand(CommandIDs.profileCell, {
    label: args => (args.label as string) ?? trans.__('Profile Cell'),
    caption: trans.__('Run this cell and show where its time goes'),
    icon: args => (args.menu ? undefined : profileIcon),
    isEnabled: () => tracker.activeCell?.model.type === 'code',
    execute: async args => {
      const panel = tracker.currentWidget;
      const cell = panel?.content.activeCell;
      if (panel && cell?.model.type === 'code') {
        const how = { ...defaults(), ...chosen(args) };
        if (await armKernel(panel, cell, how, dialogs, trans)) {
          const { content, sessionContext } = panel;
          await NotebookActions.runCells(
            content,
            [cell],
            sessionContext,
            dialogs ?? undefined,
            translator ?? undefined
          );
        }
      }
    }
  });
  tracker.activeCellChanged.connect(() =>
    commands.notifyCommandChanged(CommandIDs.profileCell)
  );
  palette?.addItem({
    command: CommandIDs.profileCell,
    category: trans.__('Notebook Cell Operations')
  });
}

/** The arguments that the caller of the command has given. */
function chosen(args: Readonly<Record<string, unknown>>): Partial<IDefaults> {
  return {
    ...(typeof args.engine === 'string' && { engine: args.engine }),
    ...(typeof args.rate === 'number' && { rate: args.rate }),
    ...(typeof args.stacks === 'string' && { stacks: args.stacks }),
    ...(typeof args.events === 'string' && { events: args.events })
  };
}

/**
 * Has the notebook's kernel profile the next execution of `cell`. False: that
 * is not possible, the user was told, and the cell should not be run.
 */
async function armKernel(
  panel: NotebookPanel,
  cell: Cell,
  { engine, rate, stacks, events }: IDefaults,
  dialogs: ISessionContextDialogs | null,
  trans: TranslationBundle
): Promise<boolean> {
  const { sessionContext } = panel;
  const source = cell.model.sharedModel.getSource();
  // An empty cell is never executed: the kernel would stay armed for it. A
  // cell that begins with the magic says for itself how it is profiled.
  if (!source.trim() || source.startsWith('%%nativeprofile')) {
    return true;
  }
  await sessionContext.ready;
  if (sessionContext.hasNoKernel) {
    await dialogs?.selectKernel(sessionContext);
  }
  const kernel = sessionContext.session?.kernel;
  if (!kernel) {
    return false;
  }
  try {
    await arm(kernel, {
      cell_id: cell.model.id,
      engine,
      rate,
      // A package from before the option refuses its name: say only a choice.
      ...(stacks === 'auto' ? {} : { stacks }),
      ...(events ? { events } : {})
    });
    return true;
  } catch (error) {
    // A kernel that was restarted or stopped meanwhile cancels the request.
    if (!(error instanceof ArmError)) {
      console.warn('nativeprofile: the kernel did not answer,', error);
    } else if (error.reason !== 'aborted') {
      tell(error, trans);
    }
    return false;
  }
}

function tell({ message, command }: ArmError, trans: TranslationBundle): void {
  Notification.error(command ? `${message} ${command}` : message, {
    autoClose: false,
    actions: command
      ? [
          {
            label: trans.__('Copy command'),
            caption: trans.__('Copy %1', command),
            callback: () => Clipboard.copyToSystem(command)
          }
        ]
      : []
  });
}
