/** Times for profiles that are written as text. */
import type { IProfile } from '../model/profile';

/** The same profile with its samples at these times, in microseconds. */
export function withTimes(
  profile: IProfile,
  times: readonly number[],
  meta: Partial<IProfile['meta']> = {}
): IProfile {
  return {
    ...profile,
    meta: { ...profile.meta, ...meta },
    samples: { ...profile.samples!, time: Float64Array.from(times) }
  };
}
