/**
 * Numbers pairs of integers in the order in which they come: a hash table
 * with open addressing on typed arrays (Knuth, TAOCP 6.4, algorithm L), since
 * a Map of a million keys takes seconds.
 */
export class PairTable {
  constructor(expected = 64) {
    let size = 64;
    while (size < expected * 2) {
      size *= 2;
    }
    this._slots = new Int32Array(size).fill(-1);
    this._first = new Int32Array(size >> 1);
    this._second = new Int32Array(size >> 1);
  }

  /** How many pairs there are. */
  get length(): number {
    return this._length;
  }

  /** The first integers of the pairs. */
  get first(): Int32Array {
    return this._first.subarray(0, this._length);
  }

  /** The second integers of the pairs. */
  get second(): Int32Array {
    return this._second.subarray(0, this._length);
  }

  /** The number of a pair, a new one if need be. */
  add(first: number, second: number): number {
    const mask = this._slots.length - 1;
    let slot = hash(first, second) & mask;
    for (;;) {
      const found = this._slots[slot];
      if (found < 0) {
        break;
      }
      if (this._first[found] === first && this._second[found] === second) {
        return found;
      }
      slot = (slot + 1) & mask;
    }
    const added = this._length++;
    this._slots[slot] = added;
    this._first[added] = first;
    this._second[added] = second;
    if (this._length === this._first.length) {
      this._grow();
    }
    return added;
  }

  /** The number of a pair, -1 if it is not there. */
  find(first: number, second: number): number {
    const mask = this._slots.length - 1;
    let slot = hash(first, second) & mask;
    for (;;) {
      const found = this._slots[slot];
      if (
        found < 0 ||
        (this._first[found] === first && this._second[found] === second)
      ) {
        return found;
      }
      slot = (slot + 1) & mask;
    }
  }

  private _grow(): void {
    const size = this._slots.length * 2;
    const mask = size - 1;
    const slots = new Int32Array(size).fill(-1);
    for (let row = 0; row < this._length; row++) {
      let slot = hash(this._first[row], this._second[row]) & mask;
      while (slots[slot] >= 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = row;
    }
    this._slots = slots;
    this._first = resized(this._first, size >> 1);
    this._second = resized(this._second, size >> 1);
  }

  private _length = 0;
  private _slots: Int32Array;
  private _first: Int32Array;
  private _second: Int32Array;
}

/** A mix of both integers (the finaliser of MurmurHash3, by A. Appleby). */
function hash(first: number, second: number): number {
  let mixed = Math.imul(first, 0x9e3779b1) ^ second;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function resized(values: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length);
  larger.set(values);
  return larger;
}
