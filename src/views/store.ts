/** A tiny typed observable: one plain object, changed by parts. */

/** Undoes a subscription. */
export type Unsubscribe = () => void;

/** Holds a state; listeners hear of the keys that changed. */
export class Store<T extends object> {
  constructor(initial: T) {
    this._value = initial;
  }

  /** The state now; never changed in place. */
  get value(): Readonly<T> {
    return this._value;
  }

  /** Changes the keys of `part` that differ, then tells who listens to them. */
  set(part: Partial<T>): void {
    const changed = new Set<keyof T>();
    for (const key of Object.keys(part) as (keyof T)[]) {
      if (!Object.is(part[key], this._value[key])) {
        changed.add(key);
      }
    }
    if (changed.size === 0) {
      return;
    }
    this._value = { ...this._value, ...part };
    for (const entry of [...this._listeners]) {
      if (
        this._listeners.has(entry) &&
        entry.keys.some(key => changed.has(key))
      ) {
        entry.listener(this._value);
      }
    }
  }

  /** Calls `listener` after each change to one of `keys`. */
  subscribe(
    keys: readonly (keyof T)[],
    listener: (value: Readonly<T>) => void
  ): Unsubscribe {
    const entry = { keys, listener };
    this._listeners.add(entry);
    return () => this._listeners.delete(entry);
  }

  /** How many subscriptions stand, for tests of leaks. */
  get listenerCount(): number {
    return this._listeners.size;
  }

  private _value: T;
  private readonly _listeners = new Set<{
    readonly keys: readonly (keyof T)[];
    readonly listener: (value: Readonly<T>) => void;
  }>();
}
