/** The worker's side: reads a profile and those to compare it with, computes what its viewer will need. */
import { decode, FormatError } from '../format/decode';
import type { IProfile } from '../model/profile';
import { Derived } from './derived';
import type { IKept } from './kept';
import { fulfil, type Need } from './needs';
import { buffersIn } from './buffers';
import type { IViewState } from './state';
import { Store } from './store';

interface IRequest {
  readonly kind: 'compute';
  /** A later turn cancels this one. */
  readonly turn: number;
  readonly state: IViewState;
  readonly needs: readonly Need[];
}

interface IOpening {
  readonly kind: 'open';
  /** Of a profile to compare with; empty: the viewer's own. */
  readonly key: string;
  readonly message: unknown;
}

/** What a viewer asks of its worker. */
export type Question = IOpening | IRequest;

/** What the worker says. */
export type Answer =
  | {
      readonly kind: 'opened';
      readonly key: string;
      readonly profile: IProfile;
    }
  | {
      readonly kind: 'failed';
      readonly key: string;
      readonly message: string;
      /** Null: not a fault of the profile. */
      readonly remedy: string | null;
    }
  | {
      readonly kind: 'computed';
      readonly turn: number;
      readonly tables: readonly IKept[];
    };

/** The global scope of a worker, as far as it is used. */
export interface IWorkerScope {
  onmessage: ((event: MessageEvent<Question>) => void) | null;
  postMessage(answer: Answer, transfer: Transferable[]): void;
}

/** Answers questions until the worker is terminated. */
export function serve(scope: IWorkerScope): void {
  let profile: IProfile | null = null;
  let state: Store<IViewState> | null = null;
  let data: Derived | null = null;
  const others = new Map<string, IProfile>();
  let turn = 0;

  /** Sends something together with its memory: it is gone here. */
  function answer(what: Answer): void {
    scope.postMessage(what, [...buffersIn(what)]);
  }

  async function open({ key, message }: IOpening): Promise<void> {
    try {
      const read = await decode(message);
      if (key) {
        others.set(key, read);
      } else {
        profile = read;
      }
      answer({ kind: 'opened', key, profile: structuredClone(read) });
    } catch (error) {
      const remedy = error instanceof FormatError ? error.remedy : null;
      const reason = error instanceof Error ? error.message : String(error);
      answer({ kind: 'failed', key, message: reason, remedy });
    }
  }

  async function compute({ turn: mine, state: next, needs }: IRequest) {
    turn = mine;
    state ??= new Store(next);
    state.set(next);
    data ??= new Derived(profile!, state, others);
    for (const need of needs) {
      try {
        fulfil(data, need);
      } catch {
        // The view that needs it will fail alike, and say so in its place.
      }
      // A later question may have come: it is heard of between two needs.
      await pause();
      if (turn !== mine) {
        return;
      }
    }
    const stays = buffersIn([profile, data.profile, ...data.parts]);
    const tables = data.take().map(table => apart(table, stays));
    answer({ kind: 'computed', turn: mine, tables });
  }

  scope.onmessage = ({ data: question }) => {
    if (question.kind === 'open') {
      void open(question);
    } else {
      void compute(question);
    }
  };
}

/** Something to be sent; a copy where its memory is of use here, too. */
function apart<T>(what: T, stays: ReadonlySet<ArrayBuffer>): T {
  const isShared = [...buffersIn(what)].some(buffer => stays.has(buffer));
  return isShared ? structuredClone(what) : what;
}

/** Lets messages be delivered; a timer would be held back when many follow. */
function pause(): Promise<void> {
  return new Promise(done => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      done();
    };
    port2.postMessage(null);
  });
}
