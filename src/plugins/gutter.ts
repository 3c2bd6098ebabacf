/** The gutter of heat in the editors of profiled cells, its switch and its setting. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import type { ICodeCellModel } from '@jupyterlab/cells';
import {
  EditorExtensionRegistry,
  IEditorExtensionRegistry
} from '@jupyterlab/codemirror';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Store } from '../views/store';
import { cellGutter } from '../widgets/cellGutter';
import { profileIn } from './cells';
import { CommandIDs, DOMAIN, PACKAGE } from './ids';
import { startWorker } from './worker';

const ID = `${PACKAGE}:gutter`;
const SHOWN = 'shown';

/** Adds the gutter, and "Show Cost Beside Lines" to switch it. */
export const gutterPlugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description:
    "Shows what the lines of a profiled cell cost in its editor's gutter.",
  autoStart: true,
  requires: [IEditorExtensionRegistry],
  optional: [ISettingRegistry, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    extensions: IEditorExtensionRegistry,
    registry: ISettingRegistry | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const { commands } = app;
    const state = new Store({ shown: true });
    state.subscribe(['shown'], () =>
      commands.notifyCommandChanged(CommandIDs.toggleGutter)
    );
    registry?.load(ID).then(
      settings => {
        const read = (): void =>
          state.set({ shown: settings.composite[SHOWN] !== false });
        settings.changed.connect(read);
        read();
      },
      (error: unknown) => console.warn('nativeprofile: no settings,', error)
    );

    commands.addCommand(CommandIDs.toggleGutter, {
      label: trans.__('Show Cost Beside Lines of Profiled Cells'),
      isToggled: () => state.value.shown,
      execute: async () => {
        const shown = !state.value.shown;
        state.set({ shown });
        await registry?.set(ID, SHOWN, shown);
      }
    });
    palette?.addItem({
      command: CommandIDs.toggleGutter,
      category: trans.__('Notebook Cell Operations')
    });

    extensions.addExtension({
      name: 'nativeprofile-heat',
      factory: ({ model }) => {
        const cell = model as Partial<ICodeCellModel>;
        const { outputs } = cell;
        if (cell.type !== 'code' || !outputs) {
          return null;
        }
        const extension = cellGutter({
          profile: () =>
            state.value.shown ? profileIn(cell as ICodeCellModel) : null,
          subscribe: listener => {
            outputs.changed.connect(listener);
            const unsubscribe = state.subscribe(['shown'], listener);
            return () => {
              outputs.changed.disconnect(listener);
              unsubscribe();
            };
          },
          trans,
          startWorker
        });
        return EditorExtensionRegistry.createImmutableExtension(extension);
      }
    });
  }
};
