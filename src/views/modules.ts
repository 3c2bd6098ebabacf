/** What the extensions of a profile are called, for the header. */
import type { IBreakdown } from '../analysis/breakdown';
import { CATEGORIES } from '../format/types';

const EXTENSION = CATEGORIES.indexOf('extension');

/** For extension code the modules that it was mostly spent in. */
export function moduleShares(whole: IBreakdown): Map<number, string> {
  const names = new Map<number, string>();
  const part = whole.children.find(child => child.category === EXTENSION);
  if (part) {
    const large = part.children
      .filter(child => child.value >= 0.15 * part.value)
      .slice(0, 2)
      .map(child => child.label.replace(/^lib(?=\w{4})/, ''));
    if (large.length > 0 && large[0] !== 'other') {
      names.set(EXTENSION, large.join(', '));
    }
  }
  return names;
}
