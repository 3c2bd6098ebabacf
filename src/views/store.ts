/** A tiny typed observable: one plain object, changed by parts. */

/** Undoes a subscription. */
export type Unsubscribe = () => void;

/**
 * Looks at a change before it is made: null lets it pass at once, a promise
 * holds it back until that is fulfilled.
 */
export type Gate<T> = (
  next: Readonly<T>,
  changed: ReadonlySet<keyof T>
) => Promise<void> | null;

/** Holds a state; listeners hear of the keys that changed. */
export class Store<T extends object> {
  constructor(initial: T) {
    this._value = initial;
  }

  /** Asked before each change. */
  gate: Gate<T> | null = null;

  /** The state now; never changed in place. */
  get value(): Readonly<T> {
    return this._value;
  }

  /** The state with what a gate still holds back. */
  get wanted(): Readonly<T> {
    return this._held ? { ...this._value, ...this._held } : this._value;
  }

  /**
   * Changes the keys of `part` that differ, then tells who listens to them;
   * later where a gate holds them back, and never if the same keys are set
   * anew meanwhile.
   */
  set(part: Partial<T>): void {
    const { wanted } = this;
    const changed = differing(part, wanted);
    if (changed.size === 0) {
      return;
    }
    const passage = this.gate?.({ ...wanted, ...part }, changed);
    if (passage) {
      const held = (this._held = { ...this._held, ...part });
      void passage.then(() => {
        if (this._held === held) {
          this._held = null;
          this._apply(held);
        }
      });
      return;
    }
    for (const key of changed) {
      delete this._held?.[key];
    }
    this._apply(part);
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

  private _apply(part: Partial<T>): void {
    const changed = differing(part, this._value);
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

  private _value: T;
  private _held: Partial<T> | null = null;
  private readonly _listeners = new Set<{
    readonly keys: readonly (keyof T)[];
    readonly listener: (value: Readonly<T>) => void;
  }>();
}

/** The keys of `part` that are different in `state`. */
function differing<T extends object>(
  part: Partial<T>,
  state: Readonly<T>
): Set<keyof T> {
  const keys = Object.keys(part) as (keyof T)[];
  return new Set(keys.filter(key => !Object.is(part[key], state[key])));
}
