/** What was computed, kept as long as it is of the same state. */

/** Something computed: what it is, and of which state. */
export interface IKept {
  readonly name: string;
  readonly key: string;
  readonly value: unknown;
}

/**
 * What a look ahead throws where a table is not kept. One made beforehand, while
 * the script loads, would make the browser parse all of the script once more.
 */
export class NotKept extends Error {}

/** Tables that views read, and the parts that those are made of. */
export class Kept {
  /** @param seen What is kept there is seen; what is not throws NotKept. */
  constructor(seen?: Kept) {
    this._tables = seen?._tables ?? new Map<string, IKept>();
    this._parts = seen?._parts ?? new Map<string, IKept>();
    this._looksAhead = seen !== undefined;
  }

  /** Of use to several tables, and too large to be sent. */
  get parts(): Iterable<IKept> {
    return this._parts.values();
  }

  /** Takes over tables computed elsewhere. */
  keep(tables: readonly IKept[]): void {
    for (const table of tables) {
      this._tables.set(table.name, table);
    }
  }

  /** Gives the tables away; their parts stay. */
  take(): IKept[] {
    const taken = [...this._tables.values()];
    this._tables.clear();
    return taken;
  }

  /** A table that views read. */
  protected _once<T>(name: string, key: string, make: () => T): T {
    return this._kept(this._tables, name, key, make);
  }

  /** One that is part of others as well. */
  protected _shared<T>(name: string, key: string, make: () => T): T {
    return this._once(name, key, () => this._part(name, key, make));
  }

  /** A part of tables, too large to be sent. */
  protected _part<T>(name: string, key: string, make: () => T): T {
    return this._kept(this._parts, name, key, make);
  }

  /** What is kept under a name if it is of `key`, else what `make` makes. */
  private _kept<T>(
    all: Map<string, IKept>,
    name: string,
    key: string,
    make: () => T
  ): T {
    const found = all.get(name);
    if (found?.key === key) {
      return found.value as T;
    }
    if (this._looksAhead) {
      throw new NotKept();
    }
    const value = make();
    all.set(name, { name, key, value });
    return value;
  }

  private readonly _tables: Map<string, IKept>;
  private readonly _parts: Map<string, IKept>;
  private readonly _looksAhead: boolean;
}
