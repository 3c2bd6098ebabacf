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
  /** The key of the place that is shown. */
  readonly place: keyof T;
  /** Keys with steps back of their own: a place is left when they are as it was opened. */
  readonly held: readonly (keyof T)[];
}

/** What to go back or forth to. */
interface IStep<T> {
  readonly state: T;
  /** Whether the step between it and the next opened a place. */
  readonly opens: boolean;
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

  /** Called when what can be undone or redone has changed. */
  onChange: () => void = () => undefined;

  /** Goes back one step; false: there is none. */
  undo(): boolean {
    return this._go(this._past, this._future);
  }

  /** Takes back an undo; false: there is none. */
  redo(): boolean {
    return this._go(this._future, this._past);
  }

  /** Changes the store, and the place: `leave` comes back from there. */
  open(part: Partial<T>): void {
    this._opening = part[this._options.place] ?? null;
    this._store.set(part);
  }

  /** Whether the place shown was opened from another, and nothing holds it since. */
  get canLeave(): boolean {
    const { place, held } = this._options;
    const since = this._past.slice(this._opened + 1).map(({ state }) => state);
    const [first] = [...since, this._last];
    return (
      this._opened >= 0 &&
      since.every(state => state[place] === this._last[place]) &&
      held.every(key => isSame(first[key], this._last[key]))
    );
  }

  /** Undoes, in one, the opening of the place and all that was done there; false: see `canLeave`. */
  leave(): boolean {
    const count = this._past.length - this._opened;
    return this.canLeave && this._go(this._past, this._future, count);
  }

  dispose(): void {
    this._unsubscribe();
  }

  /** The last step that opened a place, -1: none did. */
  private get _opened(): number {
    return this._past.map(({ opens }) => opens).lastIndexOf(true);
  }

  private _go(from: IStep<T>[], to: IStep<T>[], count = 1): boolean {
    const steps = from.splice(Math.max(0, from.length - count)).reverse();
    if (steps.length === 0) {
      return false;
    }
    for (const { state, opens } of steps) {
      to.push({ state: this._last, opens });
      // Known before it comes: the store may hold it back for a while.
      this._last = state;
    }
    const part: Partial<T> = {};
    for (const key of this._keys) {
      part[key] = this._last[key];
    }
    this._store.set(part);
    this._group = -1;
    this._isOpen = false;
    this.onChange();
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
    const opens = this._isOpening(changed, now);
    if (!goesOn) {
      this._past.push({ state: before, opens });
      this._past.splice(0, this._past.length - MOST);
    } else if (opens) {
      this._past.push({ state: this._past.pop()!.state, opens });
    }
    this._future.length = 0;
    // What else the same action changes belongs to the same step.
    this._isOpen = true;
    queueMicrotask(() => (this._isOpen = false));
    this.onChange();
  }

  private _isOpening(changed: readonly (keyof T)[], now: T): boolean {
    const { place } = this._options;
    const moved = changed.includes(place);
    const opens = moved && now[place] === this._opening;
    if (moved) {
      this._opening = null;
    }
    return opens;
  }

  private readonly _keys: readonly (keyof T)[];
  private readonly _unsubscribe: Unsubscribe;
  private readonly _past: IStep<T>[] = [];
  private readonly _future: IStep<T>[] = [];
  private _last: T;
  private _isOpen = false;
  /** The place that is being opened. */
  private _opening: T[keyof T] | null = null;
  /** Which of the merged groups the last step is of, -1: none. */
  private _group = -1;
}

/** Whether two values of plain data are equal. */
function isSame(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || JSON.stringify(a) === JSON.stringify(b);
}
