/** Changes to the stacks that a reader makes: one function or module at a time. */
import type { FunctionIndex, IProfile } from '../model/profile';
import type { IStackView } from './filter';
import { moduleKey } from './names';

/** A change to all stacks through a function or module. */
export interface IStackEdit {
  /**
   * `hide`: it vanishes, its own cost goes to its caller; `fold`: what it
   * calls vanishes, with all cost becoming its own; `focus`: only what it
   * runs is left, without its callers.
   */
  readonly what: 'hide' | 'fold' | 'focus';
  readonly by: 'function' | 'module';
  /** A row of `profile.functions`, or a module's `moduleKey`. */
  readonly key: number;
}

/** Which functions an edit is about. */
export function editedBy(
  profile: IProfile,
  { by, key }: IStackEdit
): (func: FunctionIndex) => boolean {
  return by === 'function'
    ? func => func === key
    : func => moduleKey(profile, func) === key;
}

/** A view after some edits, one after the other. */
export function editStacks(
  view: IStackView,
  edits: readonly IStackEdit[]
): IStackView {
  return edits.reduce(editOnce, view);
}

/**
 * Cost that moves to a caller keeps its category; where there is no caller
 * the row stays. So only a focus changes the total.
 */
function editOnce(view: IStackView, edit: IStackEdit): IStackView {
  const has = editedFunctions(view, edit);
  const rows = new Rows(view);
  // By row: whether it is, or is below, one that the edit is about.
  const inside = new Uint8Array(view.length);
  // The row that its callees hang below; -1: they are roots.
  const base = new Int32Array(view.length).fill(-1);
  for (let row = 0; row < view.length; row++) {
    const above = view.prefix[row];
    const within = above >= 0 && inside[above] === 1;
    const is = has[view.function[row]] === 1;
    inside[row] = within || is ? 1 : 0;
    if (edit.what === 'focus' && !inside[row]) {
      continue;
    }
    const below = above >= 0 ? base[above] : -1;
    const gone = edit.what === 'hide' ? is : edit.what === 'fold' && within;
    base[row] = gone ? below : rows.add(row, below, view.frame[row]);
    if (!gone) {
      rows.charge(row, base[row]);
    } else if (view.count[row] > 0) {
      rows.charge(row, rows.placeFor(row, below));
    }
  }
  return rows.finish();
}

function editedFunctions(view: IStackView, edit: IStackEdit): Uint8Array {
  const is = editedBy(view.profile, edit);
  return Uint8Array.from(
    { length: view.profile.functions.length },
    (_, func) => (is(func) ? 1 : 0)
  );
}

/** The rows of a new view. */
class Rows {
  constructor(view: IStackView) {
    const { length } = view;
    this._view = view;
    this._prefix = new Int32Array(length);
    this._frame = new Int32Array(length);
    this._category = new Uint8Array(length);
    this._weight = new Float64Array(length);
    this._count = new Float64Array(length);
    this._measured = view.measured && new Float64Array(length);
    this._ofRow = new Int32Array(length).fill(-1);
  }

  /** Adds a row for one of the old view, with a frame below another row. */
  add(old: number, above: number, frame: number): number {
    const row = this._length++;
    this._prefix[row] = above;
    this._frame[row] = frame;
    this._category[row] = this._view.category[old];
    return row;
  }

  /** Where the cost of a row goes that has vanished below `above`. */
  placeFor(old: number, above: number): number {
    if (above < 0) {
      return this.add(old, -1, this._view.frame[old]);
    }
    return this._category[above] === this._view.category[old]
      ? above
      : this.add(old, this._prefix[above], this._frame[above]);
  }

  /** Gives a row of the old view's cost to one of the new. */
  charge(old: number, row: number): void {
    const { weight, count, measured } = this._view;
    this._ofRow[old] = row;
    this._weight[row] += weight[old];
    this._count[row] += count[old];
    if (this._measured) {
      this._measured[row] += measured![old];
    }
  }

  finish(): IStackView {
    const view = this._view;
    const cut = <T extends Int32Array | Float64Array | Uint8Array>(
      column: T
    ): T => column.subarray(0, this._length) as T;
    const moved = (row: number): number => (row < 0 ? -1 : this._ofRow[row]);
    const frame = cut(this._frame);
    return {
      ...view,
      length: this._length,
      prefix: cut(this._prefix),
      frame,
      function: frame.map(of => view.profile.frames!.function[of]),
      category: cut(this._category),
      weight: cut(this._weight),
      count: cut(this._count),
      measured: this._measured && cut(this._measured),
      ofStack: view.ofStack.map(moved),
      rowOf: sample => moved(view.rowOf(sample)),
      total: sum(cut(this._weight)),
      samples: sum(cut(this._count))
    };
  }

  private readonly _view: IStackView;
  private readonly _prefix: Int32Array;
  private readonly _frame: Int32Array;
  private readonly _category: Uint8Array;
  private readonly _weight: Float64Array;
  private readonly _count: Float64Array;
  private readonly _measured: Float64Array | null;
  private readonly _ofRow: Int32Array;
  private _length = 0;
}

function sum(column: Float64Array): number {
  return column.reduce((sum, value) => sum + value, 0);
}
