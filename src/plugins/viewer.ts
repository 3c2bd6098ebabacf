/** Connects the viewers in outputs, which know no application, with ours. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { PartialJSONValue } from '@lumino/coreutils';
import type { IViewerEnv } from '../views/env';
import { provideSurroundings } from '../widgets/renderer';
import type { ProfileRenderer } from '../widgets/renderer';
import { placeOf } from './cells';
import { CommandIDs, DOMAIN, PACKAGE } from './ids';
import { remember } from './runs';
import { surroundings } from './surroundings';

/** Gives the viewers in outputs the links, the tab, stop and run again. */
export const viewerPlugin: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:viewer`,
  description: 'Lets the viewer in an output reach its notebook.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const { commands } = app;
    const { serverSettings } = app.serviceManager;

    provideSurroundings((renderer: ProfileRenderer): IViewerEnv => {
      const place = (): ReturnType<typeof placeOf> =>
        placeOf(renderer, tracker);
      return {
        ...surroundings(commands, serverSettings, trans, {
          message: () => renderer.message,
          panel: () => place()?.panel ?? null
        }),
        ...(commands.hasCommand(CommandIDs.openInTab) && {
          openInTab: state =>
            void commands.execute(CommandIDs.openInTab, {
              profile: renderer.message as PartialJSONValue,
              panel: place()?.panel.id ?? '',
              state: state as PartialJSONValue
            })
        }),
        shown: message => {
          // An output is put into its cell after it was given its message.
          queueMicrotask(() => {
            const cell = place()?.cell;
            if (cell) {
              remember(cell.model, message);
            }
          });
        },
        stop: () => {
          void place()?.panel.sessionContext.session?.kernel?.interrupt();
        },
        rerun: rate => {
          const { panel, cell } = place() ?? {};
          if (panel && cell) {
            app.shell.activateById(panel.id);
            panel.content.activeCellIndex = panel.content.widgets.indexOf(cell);
            void commands.execute(CommandIDs.profileCell, { rate });
          }
        }
      };
    });
  }
};
