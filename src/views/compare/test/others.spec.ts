import { randomProgram } from '../../../testing/program';
import { packState } from '../../keptState';
import { Output } from '../../output';
import { createState } from '../../state';
import { makeHost } from '../../test/host';
import { keyOf } from '../../profileKey';
import { COMPARE_CHOICE, readCompareChoice } from '../choice';
import type { IRunMemory } from '../kept';

const program = (seed: number, name: string) => {
  const message = randomProgram(300, seed);
  return { ...message, meta: { ...message.meta, name, started: seed } };
};
const own = program(2, 'In[1]');
const earlier = program(1, 'In[1]');
const run = { key: keyOf(earlier), label: 'In[1] earlier', file: '' };

let host: HTMLElement;
let output: Output;

beforeEach(() => {
  host = makeHost();
});

afterEach(() => {
  output.dispose();
  host.remove();
});

/** The state of a link, or what was kept of a viewer. */
function stateWith(run: { key: string; label: string; file: string }): unknown {
  const first = createState('summary').value;
  const compare = { ...COMPARE_CHOICE, runs: [run], shows: 'lines' as const };
  const packed = packState({ ...first, tab: 'compare', compare }, first);
  return JSON.parse(JSON.stringify(packed)) as unknown;
}

async function show(
  env: ConstructorParameters<typeof Output>[1]
): Promise<void> {
  output = new Output(host, env);
  await output.update(own);
}

const head = (): string => host.querySelector('.np-Compare-head')!.textContent!;
const tab = (): HTMLElement =>
  host.querySelector<HTMLElement>('[data-view=compare]')!;

describe('what a profile was compared with', () => {
  it('is found again in the notebook', async () => {
    const comparable = () => [
      { group: 'notebook' as const, message: program(7, 'In[2]') },
      { group: 'notebook' as const, message: earlier }
    ];
    await show({ state: stateWith(run), comparable });
    expect(tab().getAttribute('aria-selected')).toBe('true');
    expect(head()).toMatch(/lines differ/);
    const { comparison } = output.viewer!.context.data;
    expect(comparison.profiles.map(({ meta }) => meta.started)).toEqual([1, 2]);
  });

  it('is kept by the browser when it was chosen', async () => {
    const kept = new Map<string, unknown>();
    const runs: IRunMemory = {
      read: key => Promise.resolve(kept.get(key) ?? null),
      write: (key, message) => {
        kept.set(key, message);
        return Promise.resolve();
      }
    };
    await show({ runs });
    await output.viewer!.context.others.add(earlier);
    output.dispose();
    await show({ runs, state: stateWith(run) });
    expect(head()).toMatch(/lines differ/);
  });

  it('is said to be gone where it cannot be found', async () => {
    await show({ state: stateWith(run), comparable: () => [] });
    expect(head()).toMatch(
      /^In\[1\] earlier is not compared any more: it is neither in this notebook/
    );
    output.dispose();
    await show({ state: stateWith({ ...run, file: 'before.ipynb' }) });
    expect(head()).toMatch(/choose the file before.ipynb again/);
    expect(tab().hidden).toBe(false);
  });

  it('is missed in a link if it is not in the notebook', async () => {
    const link = () => 'http://x';
    const groups = ['earlier', 'notebook'] as const;
    const said: string[] = [];
    for (const group of groups) {
      const comparable = () => [{ group, message: earlier }];
      await show({ state: stateWith(run), comparable, link });
      output.viewer!.commands.copyLink();
      await new Promise(done => setTimeout(done));
      said.push(host.querySelector('.np-Address [role=status]')!.textContent!);
      output.dispose();
    }
    expect(said[0]).toContain('is not in the notebook');
    expect(said[1]).not.toContain('is not in the notebook');
  });

  it('is found again by undo', async () => {
    await show({ comparable: () => [{ group: 'notebook', message: earlier }] });
    const { state, commands, context } = output.viewer!;
    const added = await context.others.add(earlier);
    state.set({
      compare: { ...COMPARE_CHOICE, runs: [added] },
      tab: 'compare'
    });
    await Promise.resolve();
    state.set({ compare: COMPARE_CHOICE });
    expect(tab().hidden).toBe(true);
    await Promise.resolve();
    commands.undo();
    expect(tab().hidden).toBe(false);
  });
});

describe('what was chosen', () => {
  it('is read from whatever is sent', () => {
    expect(readCompareChoice(null)).toEqual(COMPARE_CHOICE);
    const sent = {
      runs: [run, 5, null, { key: 7 }, run, 'a', 'b', 'c', 'd'].map(one =>
        typeof one === 'string' ? { key: one, label: [], file: 9 } : one
      ),
      shows: 'constructor',
      unit: 'share',
      sort: {},
      onlyReal: 'yes'
    };
    const { runs, ...rest } = readCompareChoice(sent);
    expect(runs.map(({ key }) => key)).toEqual([run.key, 'a', 'b', 'c']);
    expect(runs[1]).toEqual({ key: 'a', label: '', file: '' });
    expect(rest).toEqual({
      shows: 'functions',
      unit: 'share',
      column: null,
      onlyReal: false,
      sort: 'change',
      descending: true
    });
  });
});
