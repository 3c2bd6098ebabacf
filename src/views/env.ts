/**
 * What a viewer may ask of the place it lives in. Every member but `trans` is
 * optional: a standalone report has none, JupyterLab has them all.
 */
import type {
  ICodeRequest,
  IDisassembly,
  ISourceFileText
} from '../model/sources';
import type { IRunMemory } from './compare/kept';
import type { PackedState } from './keptState';
import type { IStateMemory } from './memory';
import type { Plotly } from './summary/chart';
import type { WorkerLike } from './workerClient';

/** Translates the viewer's own words; a JupyterLab `TranslationBundle` fits. */
export interface ITranslation {
  /** The translation of `text`, with `%1`, `%2`… replaced by `values`. */
  __(text: string, ...values: (string | number)[]): string;
}

/** A way to save something that the viewer itself cannot make. */
export interface IDownload {
  readonly label: string;
  run(): void;
}

/** A profile that the viewer's own can be compared with. */
export interface ICandidate {
  /** An earlier run of the same cell, or where else it was found. */
  readonly group: 'earlier' | 'notebook' | 'page' | 'file';
  /** As it stands in a notebook. */
  readonly message: unknown;
  /** The name of the file that it was read from. */
  readonly file?: string;
}

/** The surroundings of a viewer. */
export interface IViewerEnv {
  readonly trans?: ITranslation;
  /**
   * Shows a line of the user's source: `file` is `In[n]` or a path. Resolves to
   * a sentence where it cannot (cell edited or deleted), else to nothing.
   */
  revealLine?(file: string, line: number): Promise<string | void>;
  /**
   * Reads a source file that the profile names; rejects with a sentence that
   * says why it cannot.
   */
  readSource?(path: string): Promise<ISourceFileText>;
  /** Reads the instructions of a function that the profile names; rejects alike. */
  readCode?(request: ICodeRequest): Promise<IDisassembly>;
  /** Remembers what was chosen, until the profile is shown again. */
  readonly memory?: IStateMemory;
  /** Keeps the runs that were compared with. */
  readonly runs?: IRunMemory;
  /** What to show at first, instead of what is remembered. */
  readonly state?: unknown;
  /** The address that shows this profile in a state; null: it has none now. */
  link?(state: PackedState): string | null;
  /** Opens the same profile, in a state, in a tab of its own. */
  openInTab?(state: PackedState): void;
  /** Shows another of the profile's parts (`meta.parts`), by its name. */
  showPart?(name: string): void;
  /** Stops the running cell. */
  stop?(): void;
  /** Runs the cell again; `rate` in samples a second. */
  rerun?(rate: number): void;
  /** Starts a worker that runs `serve` (workerHost), for large profiles; may throw. */
  startWorker?(): WorkerLike;
  /** Other profiles at hand, nearest first; a file can always be chosen. */
  comparable?(): readonly ICandidate[];
  /** Told of each message that should hold a profile, in sight or not. */
  shown?(message: unknown): void;
  /** More formats to save the profile in, beside those the viewer makes. */
  readonly downloads?: readonly IDownload[];
  /** Loads what draws charts; views show the numbers alone where there is none. */
  loadPlotly?(): Promise<Plotly>;
  /** True where it is known to be in sight; else that is found out with the next frame. */
  readonly inSight?: boolean;
  /** True where the viewer has a whole page or tab and takes its height. */
  readonly fill?: boolean;
}

/** Words as they are, for a place without translations. */
export const PLAIN: ITranslation = {
  __: (text, ...values) =>
    text.replace(/%(\d)/g, (whole, digit: string) => {
      const value = values[Number(digit) - 1];
      return value === undefined ? whole : String(value);
    })
};
