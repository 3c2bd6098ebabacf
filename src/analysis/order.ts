/** Orders of rows by a key, for tables of up to millions of rows. */

/** Fewer rows than this are sorted by comparing them. */
const FEW = 2_048;
const DIGIT = 16;
const BUCKETS = 1 << DIGIT;

/**
 * Row numbers by ascending keys, rows of equal keys in their order; NaN comes
 * first. Many keys are sorted by the digits of their bits (radix sort: Knuth,
 * TAOCP 5.2.5), since comparing a million takes most of a second.
 */
export function ascending(keys: Float64Array): Uint32Array {
  const order = Uint32Array.from(keys, (_, row) => row);
  if (keys.length < FEW) {
    const clean = keys.map(key => (Number.isNaN(key) ? -Infinity : key));
    return order.sort((a, b) => compare(clean[a], clean[b]) || a - b);
  }
  const digits = digitsOf(keys);
  let from = order;
  let to = new Uint32Array(keys.length);
  for (const digit of digits) {
    const start = starts(digit);
    if (start) {
      for (const row of from) {
        to[start[digit[row]]++] = row;
      }
      [from, to] = [to, from];
    }
  }
  return from;
}

/** Row numbers by descending keys, rows of equal keys in their order; NaN comes last. */
export function descending(keys: Float64Array): Uint32Array {
  return ascending(keys.map(key => (Number.isNaN(key) ? Infinity : -key)));
}

/** For each text its rank among them by code units, equal for equal texts. */
export function textRanks(texts: readonly string[]): Float64Array {
  const order = Uint32Array.from(texts, (_, row) => row);
  order.sort((a, b) => compare(texts[a], texts[b]));
  const ranks = new Float64Array(texts.length);
  for (let at = 1; at < order.length; at++) {
    const [before, row] = [order[at - 1], order[at]];
    ranks[row] = ranks[before] + (texts[row] === texts[before] ? 0 : 1);
  }
  return ranks;
}

function compare<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The keys as four numbers of 16 bits, least significant first, such that
 * the order of unsigned integers is that of the keys.
 */
function digitsOf(keys: Float64Array): Uint16Array[] {
  const digits = [0, 1, 2, 3].map(() => new Uint16Array(keys.length));
  const number = new Float64Array(1);
  const bits = new DataView(number.buffer);
  for (let row = 0; row < keys.length; row++) {
    const key = keys[row];
    // Adding 0 makes +0 of -0.
    bits.setFloat64(0, Number.isNaN(key) ? -Infinity : key + 0);
    const high = bits.getUint32(0);
    const flip = high >>> 31 ? 0xffffffff : 0;
    const low = bits.getUint32(4) ^ flip;
    const top = high ^ (flip | 0x80000000);
    digits[0][row] = low;
    digits[1][row] = low >>> DIGIT;
    digits[2][row] = top;
    digits[3][row] = top >>> DIGIT;
  }
  return digits;
}

/** Where the rows of each digit begin; null where all have the same. */
function starts(digit: Uint16Array): Uint32Array | null {
  const start = new Uint32Array(BUCKETS);
  for (const value of digit) {
    start[value]++;
  }
  if (start[digit[0]] === digit.length) {
    return null;
  }
  let sum = 0;
  for (let value = 0; value < BUCKETS; value++) {
    const count = start[value];
    start[value] = sum;
    sum += count;
  }
  return start;
}

/** Fewer numbers than this are sorted by insertion. */
const HANDFUL = 32;

/**
 * Sorts the numbers of a list from one place up to another. Where they are a
 * handful, as the children of most nodes are, that takes no further memory
 * (insertion sort: Knuth, TAOCP 5.2.1).
 */
export function sortPart(
  list: Int32Array,
  from: number,
  end: number,
  order: (a: number, b: number) => number
): void {
  if (end - from > HANDFUL) {
    list.subarray(from, end).sort(order);
    return;
  }
  for (let at = from + 1; at < end; at++) {
    const number = list[at];
    let place = at;
    while (place > from && order(list[place - 1], number) > 0) {
      list[place] = list[place - 1];
      place--;
    }
    list[place] = number;
  }
}
