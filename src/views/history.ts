/** Undo and redo of a store. */
import type { Store, Unsubscribe } from './store';

/** More steps than anyone goes back. */
const MOST = 200;

/** How changes become steps. */
export interface IHistoryOptions<T> {
  /** Keys that come and go by themselves: no step, and left as they are. */
  readonly ignored: readonly (keyof T)[];
  /** Changes to nothing but one of these groups, one after another, are one step. */
  readonly merged: readonly (readonly (keyof T)[])[];
}

/** Remembers what a store held; what one user action changes is one step. */
export class History<T extends object> {
  constructor(
    private readonly _store: Store<T>,
    private readonly _options: IHistoryOptions<T>
  ) {
    this._last = _store.value;
    const keys = (Object.keys(_store.value) as (keyof T)[]).filter(
      key => !_options.ignored.includes(key)
    );
    this._keys = keys;
    this._unsubscribe = _store.subscribe(keys, () => this._changed());
  }

  get canUndo(): boolean {
    return this._past.length > 0;
  }

  get canRedo(): boolean {
    return this._future.length > 0;
  }

  /** Goes back one step; false: there is none. */
  undo(): boolean {
    return this._go(this._past, this._future);
  }

  /** Takes back an undo; false: there is none. */
  redo(): boolean {
    return this._go(this._future, this._past);
  }

  dispose(): void {
    this._unsubscribe();
  }

  private _go(from: T[], to: T[]): boolean {
    const state = from.pop();
    if (!state) {
      return false;
    }
    to.push(this._last);
    // Known before it comes: the store may hold it back for a while.
    this._last = state;
    const part: Partial<T> = {};
    for (const key of this._keys) {
      part[key] = state[key];
    }
    this._store.set(part);
    this._group = -1;
    this._isOpen = false;
    return true;
  }

  private _changed(): void {
    const before = this._last;
    const now = this._store.wanted;
    this._last = now;
    const changed = this._keys.filter(key => !Object.is(before[key], now[key]));
    if (changed.length === 0) {
      return;
    }
    const group = this._options.merged.findIndex(keys =>
      changed.every(key => keys.includes(key))
    );
    const goesOn = this._isOpen || (group >= 0 && group === this._group);
    this._group = this._isOpen && group !== this._group ? -1 : group;
    if (!goesOn) {
      this._past.push(before);
      this._past.splice(0, this._past.length - MOST);
    }
    this._future.length = 0;
    // What else the same action changes belongs to the same step.
    this._isOpen = true;
    queueMicrotask(() => (this._isOpen = false));
  }

  private readonly _keys: readonly (keyof T)[];
  private readonly _unsubscribe: Unsubscribe;
  private readonly _past: T[] = [];
  private readonly _future: T[] = [];
  private _last: T;
  private _isOpen = false;
  /** Which of the merged groups the last step is of, -1: none. */
  private _group = -1;
}
