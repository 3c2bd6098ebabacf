/**
 * Reads the profiles of one viewer and has their tables computed: by a worker
 * where one of them is large, else on the spot.
 */
import { decode } from '../format/decode';
import type { IProfile } from '../model/profile';
import type { Derived } from './derived';
import type { Need } from './needs';
import type { IViewState } from './state';
import {
  startClient,
  type WorkerClient,
  type WorkerLike
} from './workerClient';

/** Samples from which a worker is worth its start. */
const LARGE = 5_000;

/** Starts a worker when it is worth that. */
export class Reader {
  /**
   * @param own The message that the viewer shows.
   * @param start Starts a worker; absent: there is none.
   */
  constructor(own: unknown, start?: () => WorkerLike) {
    this._own = own;
    this._start = start;
    if (start && isLarge(own)) {
      this._client = startClient(start);
    }
  }

  /** Whether reading takes long enough to say so. */
  get isSlow(): boolean {
    return this._client !== null;
  }

  /** Reads the viewer's own profile. Throws FormatError. */
  async open(): Promise<IProfile> {
    return (await this._client?.open(this._own)) ?? (await decode(this._own));
  }

  /** Reads another one, to be known under a key. Throws FormatError. */
  async read(message: unknown, key: string): Promise<IProfile> {
    if (!this._client && this._start && isLarge(message)) {
      await (this._hired ??= this._hire(this._start));
    }
    return (await this._client?.open(message, key)) ?? (await decode(message));
  }

  /** Computes beforehand what is missing for a state; null: nothing, or nobody does. */
  prepare(
    data: Derived,
    state: Readonly<IViewState>,
    needs: readonly Need[]
  ): Promise<void> | null {
    const missing = this._client ? data.missing(needs, state) : [];
    return missing.length > 0
      ? this._client!.compute(data, state, missing)
      : null;
  }

  dispose(): void {
    this._client?.dispose();
    this._client = null;
    this._start = undefined;
  }

  private async _hire(start: () => WorkerLike): Promise<void> {
    const client = startClient(start);
    if (!(await client?.open(this._own))) {
      return;
    }
    if (this._start) {
      this._client = client;
    } else {
      client?.dispose();
    }
  }

  private readonly _own: unknown;
  /** Absent: there is no worker, or no need for one any more. */
  private _start: (() => WorkerLike) | undefined;
  private _hired: Promise<void> | null = null;
  private _client: WorkerClient | null = null;
}

/** Whether a message has many samples, by what it says of a column. */
function isLarge(message: unknown): boolean {
  const { tables } = (message ?? {}) as {
    tables?: { samples?: { stack?: unknown } };
  };
  const { length } = (tables?.samples?.stack ?? {}) as { length?: unknown };
  return typeof length === 'number' && length >= LARGE;
}
