/** The profiles that a viewer's own is compared with. */
import type { IProfile } from '../../model/profile';
import { Store } from '../store';

/** One of them. */
export interface IOther {
  /** The message that it was read from: says whether it is already chosen. */
  readonly message: unknown;
  readonly profile: IProfile;
}

/** What was chosen, in the order in which that was done. */
export interface IOthers {
  readonly chosen: readonly IOther[];
}

/** More than can stand side by side. */
export const MOST_OTHERS = 4;

/** Nothing chosen. */
export function noOthers(): Store<IOthers> {
  return new Store<IOthers>({ chosen: [] });
}
