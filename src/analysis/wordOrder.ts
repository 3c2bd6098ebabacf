/** The order of functions by what the table says of them in words. */
import { Kind, type FunctionIndex, type IProfile } from '../model/profile';
import { functionLabel, moduleLabel, placeLabel, sourceLabel } from './names';
import { textRanks } from './order';

/** Columns of words that depend on the function alone. */
export const WORDS = ['function', 'place', 'module'] as const;
export type Words = (typeof WORDS)[number];

/** What such a column says of a function. */
export function wordsOf(
  profile: IProfile,
  column: Words,
  func: FunctionIndex
): string {
  switch (column) {
    case 'function':
      return functionLabel(profile, func);
    case 'module':
      return moduleLabel(profile, func);
    case 'place':
      return profile.functions.kind[func] === Kind.Python
        ? placeLabel(profile, func)
        : sourceLabel(profile, func);
  }
}

/** By function its rank in the order of a column, case aside; equal for equal words. */
export function wordRanks(profile: IProfile, column: Words): Float64Array {
  const { length } = profile.functions;
  return textRanks(
    Array.from({ length }, (_, func) =>
      wordsOf(profile, column, func).toLowerCase()
    )
  );
}
