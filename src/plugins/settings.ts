/** The user's defaults for a run, from the settings of the `run` plugin. */
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { PACKAGE } from './ids';

/** How a cell is profiled unless the user chooses otherwise. */
export interface IDefaults {
  /** An engine's name, or `auto`. */
  readonly engine: string;
  /** Samples a second. */
  readonly rate: number;
  /** How the callers of Python functions are known, or `auto`. */
  readonly stacks: string;
  /** What else is counted: perf's names, separated by commas. */
  readonly events: string;
}

/** What holds until the settings are there, or without a registry. */
export const DEFAULTS: IDefaults = {
  engine: 'auto',
  rate: 999,
  stacks: 'auto',
  events: ''
};

/** A function that gives the defaults as they are when it is called. */
export function watchDefaults(
  registry: ISettingRegistry | null
): () => IDefaults {
  let settings: ISettingRegistry.ISettings | null = null;
  registry?.load(`${PACKAGE}:run`).then(
    loaded => (settings = loaded),
    (error: unknown) => console.warn('nativeprofile: no settings,', error)
  );
  return () => ({
    engine: (settings?.composite.engine as string) ?? DEFAULTS.engine,
    rate: (settings?.composite.rate as number) ?? DEFAULTS.rate,
    stacks: (settings?.composite.stacks as string) ?? DEFAULTS.stacks,
    events: (settings?.composite.events as string) ?? DEFAULTS.events
  });
}
