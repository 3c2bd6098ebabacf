import type { IProfile } from '../model/profile';

/**
 * What a profile without stacks measured in one of its values: as its summary
 * says, since of a large one some functions are left out.
 */
export function exactTotal(profile: IProfile, value: number): number {
  const { functions, summary, values } = profile;
  const ofStored = (row: number): number =>
    summary.totals?.[row] ??
    functions.self?.[row]?.reduce((sum, cost) => sum + cost, 0) ??
    0;
  const terms = values[value]?.terms ?? [[1, value]];
  return terms.reduce((sum, [factor, row]) => sum + factor * ofStored(row), 0);
}
