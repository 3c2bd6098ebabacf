/** What a profile lacks for a view; the views say it in words. */
import type { IProfile } from '../model/profile';

/** Why there is nothing to show. */
export type Missing =
  /** The engine counts calls: it has no stacks, or no times. */
  | { readonly what: 'stacks' | 'times'; readonly engine: string }
  /** Nobody looked how large memory was. */
  | { readonly what: 'snapshots' }
  /** The cell ended before the first sample. */
  | { readonly what: 'samples' }
  /** The times of the samples are no numbers. */
  | { readonly what: 'numbers' };

/** Why there are no stacks to show, null if there are. */
export function missingStacks({
  meta,
  samples,
  stacks
}: IProfile): Missing | null {
  if (stacks?.length && samples?.length) {
    return null;
  }
  return meta.kind === 'exact'
    ? { what: 'stacks', engine: meta.engine }
    : { what: 'samples' };
}

/** Why there is no timeline to show, null if there is one. */
export function missingTimes(profile: IProfile): Missing | null {
  const { samples, stacks, meta } = profile;
  if (meta.kind === 'exact') {
    return { what: 'times', engine: meta.engine };
  }
  if (!samples?.length || !stacks?.length) {
    return { what: 'samples' };
  }
  const { time } = samples;
  return Number.isFinite(time[0]) && Number.isFinite(time[samples.length - 1])
    ? null
    : { what: 'numbers' };
}
