import { CATEGORIES } from '../format/types';
import type { IStackView } from './filter';

/**
 * For each key the category with the largest cost among its rows; its
 * `usual` one where the rows have no cost of their own. A key of -1: none.
 */
export function majority(
  view: IStackView,
  key: Int32Array,
  usual: Uint8Array
): Uint8Array {
  const keys = usual.length;
  const category = usual.slice();
  const largest = new Float64Array(keys);
  const sums = new Float64Array(keys);
  for (let code = 0; code < CATEGORIES.length; code++) {
    if (!view.category.includes(code)) {
      continue;
    }
    sums.fill(0);
    for (let row = 0; row < view.length; row++) {
      if (view.category[row] === code && key[row] >= 0) {
        sums[key[row]] += view.weight[row];
      }
    }
    for (let of = 0; of < keys; of++) {
      if (sums[of] > largest[of]) {
        largest[of] = sums[of];
        category[of] = code;
      }
    }
  }
  return category;
}
