/** What a viewer in JupyterLab can ask for, as calls of our commands. */
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { PartialJSONObject } from '@lumino/coreutils';
import { fetchDisassembly } from '../server/disassembly';
import { ServerError } from '../server/request';
import { fetchSource } from '../server/source';
import { browserRuns } from '../views/compare/kept';
import type { IViewerEnv } from '../views/env';
import { profileKey } from '../views/profileKey';
import { browserMemory } from '../views/memory';
import { linkTo } from './address';
import { metaOf } from './cells';
import { CommandIDs } from './ids';
import { comparable } from './runs';
import { startWorker } from './worker';

/** Where a viewer is; asked when needed, an output moves while it lives. */
export interface IPlace {
  /** The message that it shows. */
  message(): unknown;
  /** The notebook that it belongs to, null for none. */
  panel(): NotebookPanel | null;
}

/** The members of a viewer's surroundings that outputs and tabs share. */
export function surroundings(
  commands: CommandRegistry,
  settings: ServerConnection.ISettings,
  trans: TranslationBundle,
  place: IPlace
): IViewerEnv {
  return {
    trans,
    comparable: () => comparable(place.panel(), place.message()),
    startWorker,
    loadPlotly: async () =>
      (await import('../views/summary/plotly')).loadPlotly(),
    memory: browserMemory,
    runs: browserRuns,
    link: state => {
      const path = place.panel()?.context.localPath;
      const meta = metaOf(place.message());
      return path && meta ? linkTo(path, profileKey(meta), state) : null;
    },
    readSource: path =>
      inOneSentence(fetchSource(settings, place.message(), path)),
    readCode: request =>
      inOneSentence(fetchDisassembly(settings, place.message(), request)),
    revealLine: async (file, line) => {
      const cell = metaOf(place.message())?.cells.find(c => c.name === file);
      if (!cell) {
        return trans.__('%1 is a file outside this notebook.', file);
      }
      const args = { panel: place.panel()?.id ?? '', cell, line };
      const said: unknown = await commands.execute(
        CommandIDs.revealLine,
        args as unknown as PartialJSONObject
      );
      return typeof said === 'string' ? said : undefined;
    }
  };
}

/** The same; an error says what happened and what to do, as views show it. */
async function inOneSentence<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof ServerError && error.remedy
      ? new Error(`${error.message} ${error.remedy}`)
      : error;
  }
}
