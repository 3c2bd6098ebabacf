/** Tables of numbers as rows, and their columns. */

/** Rows of numbers, each known by a key. */
export class Interned {
  readonly rows: number[][] = [];

  get length(): number {
    return this.rows.length;
  }

  add(key: string, row: number[]): number {
    const known = this._known.get(key);
    if (known !== undefined) {
      return known;
    }
    this._known.set(key, this.rows.length);
    return this.rows.push(row) - 1;
  }

  private readonly _known = new Map<string, number>();
}

export function ints(rows: readonly number[][], column: number): Int32Array {
  return Int32Array.from(rows, row => row[column]);
}

export function bytes(rows: readonly number[][], column: number): Uint8Array {
  return Uint8Array.from(rows, row => row[column]);
}

export function floats(
  rows: readonly number[][],
  column: number
): Float64Array {
  return Float64Array.from(rows, row => row[column]);
}
