/** Which of their values profiles are compared by. */
import type { IProfile } from '../../model/profile';

/**
 * For each profile the index of a value: the one called `wanted` where all
 * have it, else the first that all have, else the first of each.
 */
export function commonValues(
  profiles: readonly IProfile[],
  wanted: string | undefined
): number[] {
  const indices = (name: string): number[] =>
    profiles.map(({ values }) =>
      values.findIndex(value => value.name === name)
    );
  const names = profiles[0].values.map(value => value.name);
  for (const name of wanted === undefined ? names : [wanted, ...names]) {
    const found = indices(name);
    if (found.every(index => index >= 0)) {
      return found;
    }
  }
  return profiles.map(() => 0);
}
