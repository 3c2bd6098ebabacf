import { CATEGORIES } from '../format/types';
import type { IStackView } from './stackView';

/** Instead of a category: no row has any cost; rows have it in several. */
const NONE = 255;
const SEVERAL = 254;

/**
 * For each key the category with the largest cost among its rows; its
 * `usual` one where the rows have no cost of their own. A key of -1: none.
 */
export function majority(
  view: IStackView,
  key: Int32Array,
  usual: Uint8Array
): Uint8Array {
  const { length, category, weight } = view;
  const found = usual.slice();
  const only = new Uint8Array(usual.length).fill(NONE);
  const cost = new Float64Array(usual.length);
  // By key its place among those with several; most have one.
  const place = new Int32Array(usual.length);
  const several: number[] = [];
  for (let row = 0; row < length; row++) {
    const of = key[row];
    if (of < 0 || weight[row] === 0) {
      continue;
    }
    cost[of] += weight[row];
    if (only[of] === NONE) {
      only[of] = category[row];
    } else if (only[of] !== category[row] && only[of] !== SEVERAL) {
      only[of] = SEVERAL;
      place[of] = several.push(of) - 1;
    }
  }
  for (let of = 0; of < only.length; of++) {
    if (only[of] < SEVERAL && cost[of] > 0) {
      found[of] = only[of];
    }
  }
  const sums = new Float64Array(several.length * CATEGORIES.length);
  for (let row = 0; several.length > 0 && row < length; row++) {
    const of = key[row];
    if (of >= 0 && only[of] === SEVERAL) {
      sums[place[of] * CATEGORIES.length + category[row]] += weight[row];
    }
  }
  several.forEach((of, at) => {
    const split = sums.subarray(
      at * CATEGORIES.length,
      (at + 1) * CATEGORIES.length
    );
    let largest = 0;
    split.forEach((sum, code) => {
      if (sum > largest) {
        largest = sum;
        found[of] = code;
      }
    });
  });
  return found;
}
