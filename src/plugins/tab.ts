/** The command that opens a profile in a tab of its own. */
import { ILabShell } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, MainAreaWidget } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { profileIcon } from '../widgets/icon';
import { ProfileTab } from '../widgets/tab';
import { metaOf, profileIn } from './cells';
import { CommandIDs, DOMAIN, PACKAGE } from './ids';
import { surroundings } from './surroundings';

/** Adds "Open Profile in Tab", where the application has tabs (not Notebook 7). */
export const tabPlugin: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:tab`,
  description: 'Opens a profile in a tab.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ILabShell, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    shell: ILabShell | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    if (!shell) {
      return;
    }
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const profileOfActive = (): unknown =>
      tracker.activeCell && profileIn(tracker.activeCell.model);
    app.commands.addCommand(CommandIDs.openInTab, {
      label: trans.__('Open Profile in Tab'),
      caption: trans.__("Show the active cell's profile full size"),
      icon: profileIcon,
      isEnabled: args => !!(args.profile ?? profileOfActive()),
      execute: args => {
        const message = args.profile ?? profileOfActive();
        const meta = metaOf(message);
        if (!meta) {
          return;
        }
        const panel = args.profile
          ? tracker.find(panel => panel.id === args.panel)
          : tracker.currentWidget;
        const { serverSettings } = app.serviceManager;
        const content = new ProfileTab({
          ...surroundings(app.commands, serverSettings, trans, {
            message: () => message,
            panel: () => panel ?? null
          }),
          state: args.state
        });
        void content.present(message);
        const tab = new MainAreaWidget({ content });
        tab.toolbar.hide();
        tab.title.label = trans.__('Profile of %1', meta.name);
        tab.title.caption = panel?.context.path ?? meta.name;
        tab.title.icon = profileIcon;
        shell.add(tab, 'main', { ref: panel?.id, mode: 'tab-after' });
        shell.activateById(tab.id);
      }
    });
    palette?.addItem({
      command: CommandIDs.openInTab,
      category: trans.__('Notebook Cell Operations')
    });
  }
};
