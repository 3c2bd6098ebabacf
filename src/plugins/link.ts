/** Opens links to what a viewer shows. */
import { ILabShell } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { PartialJSONValue } from '@lumino/coreutils';
import { profileKey } from '../views/profileKey';
import { LINK, readLink } from './address';
import { metaOf, profileIn } from './cells';
import { CommandIDs, DOMAIN, PACKAGE } from './ids';

/** Opens the profile that the page's address names, once, in a tab. */
export const linkPlugin: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:link`,
  description: 'Opens links to what a profile shows.',
  autoStart: true,
  requires: [INotebookTracker, ILabShell],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    shell: ILabShell,
    translator: ITranslator | null
  ) => {
    const link = readLink(window.location.search);
    if (!link) {
      return;
    }
    // A reload shows what was chosen since, not the link again.
    const url = new URL(window.location.href);
    url.searchParams.delete(LINK);
    window.history.replaceState({}, '', url);
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    void shell.restored.then(async () => {
      const path = link.path;
      const panel = (await app.commands.execute('docmanager:open', {
        path
      })) as NotebookPanel | undefined;
      await panel?.context?.ready;
      const profile = panel && tracker.has(panel) && find(panel, link.key);
      if (profile) {
        await app.commands.execute(CommandIDs.openInTab, {
          profile: profile as PartialJSONValue,
          panel: panel.id,
          state: link.state as PartialJSONValue
        });
      } else {
        Notification.warning(
          trans.__(
            'The profile that the link shows is no longer in %1: the cell was run again or changed.',
            path
          )
        );
      }
    });
  }
};

/** The profile with this key in a notebook's outputs, null: none. */
function find(panel: NotebookPanel, key: string): unknown {
  for (const cell of panel.content.model?.cells ?? []) {
    const message = profileIn(cell);
    const meta = metaOf(message);
    if (meta && profileKey(meta) === key) {
      return message;
    }
  }
  return null;
}
