/** The list of engines beside the profile button of a notebook's toolbar. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { fetchEngines } from '../server/engines';
import { EngineButton } from '../widgets/engineButton';
import { CommandIDs, DOMAIN, PACKAGE } from './ids';

/** Adds the item `nativeprofile-engines` of `schema/lab/toolbar.json`. */
export const toolbarPlugin: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:toolbar`,
  description: 'Lists the engines in the toolbar of a notebook.',
  autoStart: true,
  requires: [IToolbarWidgetRegistry],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    toolbars: IToolbarWidgetRegistry,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const { serverSettings } = app.serviceManager;
    toolbars.addFactory<NotebookPanel>(
      'Notebook',
      'nativeprofile-engines',
      () =>
        new EngineButton({
          commands: app.commands,
          trans,
          command: CommandIDs.profileCell,
          engines: () => fetchEngines(serverSettings)
        })
    );
  }
};
