import type { FunctionIndex, IProfile } from '../model/profile';
import type { IStackView } from './stackView';
import { functionLabel } from './names';

/**
 * Which functions a text matches: those with every word of it, in any case,
 * in their label, symbol, Python entry, module or file. An empty text matches
 * none.
 */
export function matcher(
  profile: IProfile,
  text: string
): (func: FunctionIndex) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const { functions, strings } = profile;
  const known = new Int8Array(functions.length).fill(-1);
  return func => {
    if (func < 0 || func >= known.length || words.length === 0) {
      return false;
    }
    if (known[func] < 0) {
      const names = [
        functionLabel(profile, func),
        strings[functions.name[func]],
        strings[functions.entry[func]],
        strings[functions.module[func]],
        strings[functions.file[func]]
      ]
        .join('\n')
        .toLowerCase();
      known[func] = words.every(word => names.includes(word)) ? 1 : 0;
    }
    return known[func] === 1;
  };
}

/** By stack of the profile 1 if it goes through a function that `has`, else 0. */
export function stacksThrough(
  { stacks, frames }: IProfile,
  has: (func: FunctionIndex) => boolean
): Uint8Array {
  const through = new Uint8Array(stacks?.length ?? 0);
  for (let row = 0; stacks && frames && row < through.length; row++) {
    const above = stacks.prefix[row];
    through[row] =
      (above >= 0 && through[above]) || has(frames.function[stacks.frame[row]])
        ? 1
        : 0;
  }
  return through;
}

/** The share of the cost in stacks through a match, each sample once. */
export function matchedShare(
  view: IStackView,
  matches: (func: FunctionIndex) => boolean
): number {
  if (view.total === 0) {
    return 0;
  }
  const through = new Uint8Array(view.length);
  let matched = 0;
  for (let row = 0; row < view.length; row++) {
    const above = view.prefix[row];
    if ((above >= 0 && through[above]) || matches(view.function[row])) {
      through[row] = 1;
      matched += view.weight[row];
    }
  }
  return matched / view.total;
}
