/** What the extensions of a profile are called, for the header. */
import type { IBreakdown } from '../analysis/breakdown';
import { UNKNOWN } from '../analysis/names';
import { CATEGORIES } from '../format/types';

/** What stands for no module, or for many. */
const NAMELESS = ['other', UNKNOWN];

const [PYTHON, EXTENSION, SYSTEM] = (
  ['python', 'extension', 'system'] as const
).map(name => CATEGORIES.indexOf(name));

/**
 * For extension code the modules that it was mostly spent in; of a program
 * without Python for all of its code.
 */
export function moduleShares(whole: IBreakdown): Map<number, string> {
  const names = new Map<number, string>();
  const named = whole.children.some(child => child.category === PYTHON)
    ? [EXTENSION]
    : [EXTENSION, SYSTEM];
  for (const part of whole.children) {
    if (!named.includes(part.category)) {
      continue;
    }
    const large = part.children
      .filter(({ value }) => value >= 0.15 * part.value)
      .slice(0, 2)
      .map(child => child.label.replace(/^lib(?=\w{4})/, ''));
    if (large.length > 0 && !NAMELESS.includes(large[0])) {
      names.set(part.category, large.join(', '));
    }
  }
  return names;
}
