/** The page's side of a worker: asks it to read a profile, and to compute. */
import { FormatError } from '../format/decode';
import type { IProfile } from '../model/profile';
import type { Derived } from './derived';
import type { Need } from './needs';
import type { IViewState } from './state';
import type { Answer, Question } from './workerHost';

/** A worker that runs `serve`. */
export type WorkerLike = Pick<
  Worker,
  'onmessage' | 'onerror' | 'postMessage' | 'terminate'
>;

/** Workers at one time: each holds a copy of its profile. */
const MOST = 4;
let working = 0;

/** Starts a worker; null where there are enough, or the page may have none. */
export function startClient(start: () => WorkerLike): WorkerClient | null {
  if (working >= MOST) {
    return null;
  }
  try {
    return new WorkerClient(start());
  } catch {
    return null;
  }
}

/** One worker with one profile. A worker that fails answers nothing more: what it did is then done here. */
export class WorkerClient {
  constructor(worker: WorkerLike) {
    this._worker = worker;
    working++;
    worker.onmessage = ({ data }: MessageEvent<Answer>) => this._hear(data);
    worker.onerror = () => this.dispose();
  }

  /**
   * Reads a message; null if the worker cannot. Throws FormatError.
   *
   * @param key Of a profile to compare with; empty: the viewer's own.
   */
  async open(message: unknown, key = ''): Promise<IProfile | null> {
    const answer = await this._ask(`open ${key}`, {
      kind: 'open',
      key,
      message
    });
    if (answer?.kind === 'opened') {
      return answer.profile;
    }
    if (!key) {
      this.dispose();
    }
    if (answer?.kind === 'failed' && answer.remedy !== null) {
      throw new FormatError(answer.message, answer.remedy);
    }
    return null;
  }

  /** Gives `data` what it needs for a state. A later call cancels this one. */
  async compute(
    data: Derived,
    state: IViewState,
    needs: readonly Need[]
  ): Promise<void> {
    const turn = ++this._turn;
    const answer = await this._ask('compute', {
      kind: 'compute',
      turn,
      state,
      needs
    });
    if (answer?.kind === 'computed') {
      data.keep(answer.tables);
    }
  }

  dispose(): void {
    if (!this._disposed) {
      this._disposed = true;
      working--;
      this._worker.terminate();
      this._open.forEach(done => done(null));
    }
  }

  /** Null: the worker failed, or a later question on the same came. */
  private _ask(on: string, question: Question): Promise<Answer | null> {
    this._open.get(on)?.(null);
    if (this._disposed) {
      return Promise.resolve(null);
    }
    return new Promise(done => {
      this._open.set(on, done);
      this._worker.postMessage(question);
    });
  }

  private _hear(answer: Answer): void {
    if (answer.kind !== 'computed' || answer.turn === this._turn) {
      const on = answer.kind === 'computed' ? 'compute' : `open ${answer.key}`;
      const done = this._open.get(on);
      this._open.delete(on);
      done?.(answer);
    }
  }

  private readonly _worker: WorkerLike;
  /** Who waits for an answer, by what it is on. */
  private readonly _open = new Map<string, (answer: Answer | null) => void>();
  private _turn = 0;
  private _disposed = false;
}
