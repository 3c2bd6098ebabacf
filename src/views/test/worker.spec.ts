import { decode } from '../../format/decode';
import { randomProgram } from '../../testing/program';
import { Others } from '../compare/others';
import { Derived } from '../derived';
import { PLAIN } from '../env';
import { fulfil } from '../needs';
import { Output } from '../output';
import { Reader } from '../reader';
import { viewsOf } from '../registry';
import { cellHeat, type ICellHeat } from '../source/cellHeat';
import { firstState, needsOf } from '../firstState';
import { Viewer } from '../viewer';
import { startClient, type WorkerLike } from '../workerClient';
import { serve, type IWorkerScope, type Question } from '../workerHost';
import { makeHost } from './host';

/** A worker in the same thread: what is said to it arrives later, as a copy. */
class FakeWorker implements WorkerLike {
  constructor() {
    const scope: IWorkerScope = {
      onmessage: null,
      postMessage: (answer, transfer) =>
        this._later(this.onmessage, structuredClone(answer, { transfer }))
    };
    this._scope = scope;
    serve(scope);
  }

  onmessage: WorkerLike['onmessage'] = null;
  onerror: WorkerLike['onerror'] = null;
  readonly asked: Question[] = [];
  terminated = false;

  postMessage(question: Question): void {
    this.asked.push(question);
    setTimeout(() => {
      this._scope.onmessage?.({
        data: structuredClone(question)
      } as MessageEvent<Question>);
    });
  }

  terminate(): void {
    this.terminated = true;
  }

  private _later(hear: WorkerLike['onmessage'], data: unknown): void {
    setTimeout(() => {
      if (!this.terminated) {
        hear?.call(this as unknown as Worker, { data } as MessageEvent);
      }
    });
  }

  private readonly _scope: IWorkerScope;
}

/** Large enough for a worker. */
const message = randomProgram(20_000, 5);
const small = randomProgram(300, 5);

// A busy machine is slow, not wrong.
jest.setTimeout(30_000);

let host: HTMLElement;

beforeEach(() => {
  host = makeHost();
});

afterEach(() => host.remove());

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise(done => setTimeout(done, 5));
  }
}

function start(): { worker: FakeWorker; output: Output } {
  const worker = new FakeWorker();
  const output = new Output(host, { startWorker: () => worker });
  return { worker, output };
}

describe('the worker of a viewer', () => {
  it('computes what the page would', async () => {
    const client = startClient(() => new FakeWorker())!;
    const profile = (await client.open(small))!;
    expect(profile).toEqual(structuredClone(await decode(small)));
    const first = firstState(profile).value;
    const theirs = new Derived(profile, { value: first });
    for (const { id } of viewsOf(profile)) {
      const state = { ...first, tab: id };
      await client.compute(theirs, state, needsOf(state, profile));
      expect(theirs.missing(needsOf(state, profile), state)).toEqual([]);
    }
    const ours = new Derived(profile, { value: first });
    // As copies, since what comes from elsewhere has other prototypes here.
    for (const name of [
      'precision',
      'flame',
      'lines',
      'graph',
      'timeline'
    ] as const) {
      const [got, expected] = [theirs, ours].map(data => data[name]);
      expect(JSON.stringify(got)).toBe(JSON.stringify(expected));
    }
    expect([...theirs.parts]).toEqual([]);
    client.dispose();
  });

  it('computes a value that was defined by a formula', async () => {
    const client = startClient(() => new FakeWorker())!;
    const profile = (await client.open(small))!;
    const { name } = profile.values[0];
    const state = {
      ...firstState(profile).value,
      tab: 'table',
      formulas: [{ name: 'twice', text: `2 ${name}` }],
      value: profile.values.length
    };
    const needs = needsOf(state, profile);
    const theirs = new Derived(profile, { value: state });
    expect(theirs.missing(needs, state)).toContainEqual(['rowsOf', 0]);
    await client.compute(theirs, state, needs);
    // Another formula in its place finds the worker's memory where it was.
    const other = { ...state, formulas: [{ name: 'twice', text: name }] };
    await client.compute(theirs, other, needs);
    await client.compute(theirs, state, needs);
    expect(theirs.missing(needs, state)).toEqual([]);
    const ours = new Derived(profile, { value: state });
    expect(JSON.stringify(theirs.rows)).toBe(JSON.stringify(ours.rows));
    expect(theirs.total).toBe(2 * ours.lanesOf(0).total);
    client.dispose();
  });

  it('computes a comparison as the page would', async () => {
    const client = startClient(() => new FakeWorker())!;
    const profile = (await client.open(small))!;
    const first = firstState(profile).value;
    const data = [0, 1].map(() => new Derived(profile, { value: first }));
    const [run] = await Promise.all(
      ['another', 'one more'].map(async (key, at) => {
        const other = (await client.open(randomProgram(400, 6 + at), key))!;
        data.forEach(({ others }) => others.set(key, other));
        return { key, label: '', file: '' };
      })
    );
    for (const shows of ['functions', 'lines', 'flame'] as const) {
      const compare = { ...first.compare, runs: [run], shows };
      const state = { ...first, tab: 'compare', compare };
      const needs = needsOf(state, profile);
      const [theirs, ours] = data.map(
        ({ others }) => new Derived(profile, { value: state }, others)
      );
      expect(theirs.missing(needs, state)).toContain('comparison');
      await client.compute(theirs, state, needs);
      expect(theirs.missing(needs, state)).toEqual([]);
      const part = shows === 'flame' ? 'tree' : 'tableChanges';
      expect(JSON.stringify(theirs.comparison[part])).toBe(
        JSON.stringify(ours.comparison[part])
      );
      expect(theirs.comparison.profiles).toHaveLength(2);
      // The stacks of each profile stay where they are.
      expect([...theirs.parts]).toEqual([]);
    }
    client.dispose();
  });

  it('reads what a profile is compared with, then shows it', async () => {
    const { worker, output } = start();
    await output.update(message);
    const { context, state } = output.viewer!;
    const run = await context.others.add(randomProgram(9_000, 8));
    const compare = { ...state.value.compare, runs: [run] };
    state.set({ compare, tab: 'compare' });
    expect(state.value.tab).not.toBe('compare');
    await until(() => state.value.tab === 'compare');
    expect(
      host.querySelectorAll('.np-CompareGrid .np-Grid-row')
    ).not.toHaveLength(0);
    expect(worker.asked.map(({ kind }) => kind)).toEqual([
      'open',
      'compute',
      'open',
      'compute'
    ]);
    const { data } = context;
    expect(
      data.missing(needsOf(state.value, context.profile), state.value)
    ).toEqual([]);
    output.dispose();
  });

  it('is started for what a small profile is compared with', async () => {
    const { worker, output } = start();
    await output.update(small);
    const { context, state } = output.viewer!;
    const run = await context.others.add(message);
    expect(worker.asked.map(({ kind }) => kind)).toEqual(['open', 'open']);
    const compare = { ...state.value.compare, runs: [run] };
    state.set({ compare, tab: 'compare' });
    await until(() => state.value.tab === 'compare');
    output.dispose();
    expect(worker.terminated).toBe(true);
  });

  it('is told all that each view needs', async () => {
    const profile = await decode(small);
    const state = firstState(profile);
    const data = new Derived(profile, state);
    const reader = new Reader(small);
    let viewer: Viewer | null = null;
    for (const { id } of viewsOf(profile)) {
      const next = { ...state.value, tab: id };
      needsOf(next, profile).forEach(need => fulfil(data, need));
      const before = data.take();
      data.keep(before);
      viewer ??= new Viewer(
        host,
        profile,
        {},
        { state, data, reader, others: new Others({}, reader, data.others) }
      );
      state.set({ tab: id });
      const after = data.take();
      data.keep(after);
      const more = after.filter(one => !before.includes(one));
      // Which files there are follows quickly from their lines and functions.
      expect([id, ...more.map(({ name }) => name)]).toEqual(
        id === 'source' ? [id, 'definitions', 'sources'] : [id]
      );
    }
    viewer!.dispose();
  });

  it('shows a profile, then a filter when it is computed', async () => {
    const { worker, output } = start();
    const shown = output.update(message);
    await until(() => host.textContent !== '');
    expect(host.textContent).toContain('Reading the profile');
    await shown;
    const { state } = output.viewer!;
    state.set({ foldPlumbing: false });
    const panel = host.querySelector('.np-Body')!;
    expect(panel.getAttribute('aria-busy')).toBe('true');
    expect(state.value.foldPlumbing).toBe(true);
    await until(() => !panel.hasAttribute('aria-busy'));
    expect(state.value.foldPlumbing).toBe(false);
    output.dispose();
    expect(worker.terminated).toBe(true);
  });

  it('leaves a filter for a later one', async () => {
    const { worker, output } = start();
    await output.update(message);
    const { state, context } = output.viewer!;
    const seen: unknown[] = [];
    state.subscribe(['time'], ({ time }) => seen.push(time));
    const kept = jest.spyOn(context.data, 'keep');
    state.set({ time: { from: 0, to: 1000 } });
    state.set({ time: { from: 0, to: 2000 } });
    await until(() => seen.length > 0);
    expect(seen).toEqual([{ from: 0, to: 2000 }]);
    expect(kept).toHaveBeenCalledTimes(1);
    expect(worker.asked.map(({ kind }) => kind)).toEqual([
      'open',
      'compute',
      'compute',
      'compute'
    ]);
    output.dispose();
  });

  it('computes no more for a question that another one followed', async () => {
    const worker = new FakeWorker();
    const client = startClient(() => worker)!;
    const profile = (await client.open(small))!;
    const state = firstState(profile).value;
    const data = new Derived(profile, { value: state });
    const said = jest.fn(worker.onmessage!);
    worker.onmessage = said;
    void client.compute(data, state, ['lines']);
    await client.compute(data, state, ['rows']);
    await new Promise(done => setTimeout(done, 20));
    expect(said).toHaveBeenCalledTimes(1);
    client.dispose();
  });

  it('is not heard when it answers a question that is over', async () => {
    const worker = new FakeWorker();
    const client = startClient(() => worker)!;
    const profile = (await client.open(small))!;
    const state = firstState(profile).value;
    const data = new Derived(profile, { value: state });
    const late = { kind: 'computed', turn: 1, tables: [] };
    worker.postMessage = () => undefined;
    void client.compute(data, state, ['lines']);
    let over = false;
    void client.compute(data, state, ['rows']).then(() => (over = true));
    worker.onmessage!.call(worker as never, { data: late } as MessageEvent);
    await new Promise(done => setTimeout(done));
    expect(over).toBe(false);
    client.dispose();
  });

  it('says what is wrong with a profile as the page would', async () => {
    const { worker, output } = start();
    const stacks = { ...message.tables.stacks!, prefix: [5] };
    await output.update({ ...message, tables: { ...message.tables, stacks } });
    expect(host.textContent).toMatch(/stacks.*Run the cell again/s);
    expect(worker.terminated).toBe(true);
  });

  it('is done without where it cannot start or fails', async () => {
    const refused = new Output(host, {
      startWorker: () => {
        throw new Error('no workers here');
      }
    });
    await refused.update(message);
    expect(refused.viewer).not.toBeNull();
    refused.dispose();
    const { worker, output } = start();
    worker.postMessage = () => worker.onerror?.call(worker as never, null!);
    await output.update(message);
    expect(output.viewer).not.toBeNull();
    output.viewer!.state.set({ foldPlumbing: false });
    await until(() => !output.viewer!.state.value.foldPlumbing);
    output.dispose();
  });

  it('reads a large profile for the gutter of its cell, and ends', async () => {
    const worker = new FakeWorker();
    const theirs = (await cellHeat(message, PLAIN, () => worker))!;
    const ours = (await cellHeat(message))!;
    const titles = ({ marks }: ICellHeat): string[] =>
      [...marks.values()].map(make => make().title);
    expect(theirs.marks.size).toBeGreaterThan(3);
    expect(titles(theirs)).toEqual(titles(ours));
    expect(worker.asked.map(({ kind }) => kind)).toEqual(['open', 'compute']);
    expect(worker.terminated).toBe(true);
  });

  it('is not started for a small profile', async () => {
    const { worker, output } = start();
    await output.update(small);
    expect(output.viewer).not.toBeNull();
    expect(worker.asked).toEqual([]);
    output.dispose();
  });
});
