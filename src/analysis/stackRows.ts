/** The rows that are left of stacks from which frames were taken out. */
import type { IStackView } from './stackView';

/** Rows of stacks and what ends in them. */
export type IRowSource = Pick<
  IStackView,
  'length' | 'frame' | 'category' | 'weight' | 'count' | 'measured'
>;

/** Makes new rows out of old ones, whose cost they get. */
export class StackRows {
  constructor(source: IRowSource) {
    const { length, measured } = source;
    this._source = source;
    this._prefix = new Int32Array(length);
    this._frame = new Int32Array(length);
    this._category = new Uint8Array(length);
    this._weight = new Float64Array(length);
    this._count = new Float64Array(length);
    this._measured = measured && new Float64Array(length);
    this.ofRow = new Int32Array(length).fill(-1);
  }

  /** For each old row the new one that stands for it, -1: none. */
  readonly ofRow: Int32Array;

  /** Adds a row for an old one, with a frame below another row (-1: none). */
  add(old: number, above: number, frame: number): number {
    const row = this._length++;
    this._prefix[row] = above;
    this._frame[row] = frame;
    this._category[row] = this._source.category[old];
    return row;
  }

  /**
   * Where the cost of a row goes that has vanished below `above`: it keeps its
   * category, if need be in a row of its own; without a caller the row stays.
   */
  placeFor(old: number, above: number): number {
    if (above < 0) {
      return this.add(old, -1, this._source.frame[old]);
    }
    return this._category[above] === this._source.category[old]
      ? above
      : this.add(old, this._prefix[above], this._frame[above]);
  }

  /** Gives an old row's cost to a new one. */
  charge(old: number, row: number): void {
    const { weight, count, measured } = this._source;
    this.ofRow[old] = row;
    this._weight[row] += weight[old];
    this._count[row] += count[old];
    this._total += weight[old];
    this._samples += count[old];
    if (this._measured) {
      this._measured[row] += measured![old];
    }
  }

  /** @param functionOf Of each frame its function. */
  finish(
    functionOf: ArrayLike<number>
  ): IRowSource &
    Pick<IStackView, 'prefix' | 'function' | 'total' | 'samples'> {
    const cut = <T extends Int32Array | Float64Array | Uint8Array>(
      column: T
    ): T => column.subarray(0, this._length) as T;
    const frame = cut(this._frame);
    return {
      length: this._length,
      prefix: cut(this._prefix),
      frame,
      function: frame.map(of => functionOf[of]),
      category: cut(this._category),
      weight: cut(this._weight),
      count: cut(this._count),
      measured: this._measured && cut(this._measured),
      total: this._total,
      samples: this._samples
    };
  }

  private readonly _source: IRowSource;
  private readonly _prefix: Int32Array;
  private readonly _frame: Int32Array;
  private readonly _category: Uint8Array;
  private readonly _weight: Float64Array;
  private readonly _count: Float64Array;
  private readonly _measured: Float64Array | null;
  private _length = 0;
  private _total = 0;
  private _samples = 0;
}
