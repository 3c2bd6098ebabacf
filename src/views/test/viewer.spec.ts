import {
  exactProfileFromText,
  profileFromText
} from '../../testing/profileFromText';
import { example as profile } from '../../testing/example';
import type { IViewerEnv } from '../env';
import { Output } from '../output';
import { VIEWS } from '../registry';
import { Viewer } from '../viewer';
import { makeHost } from './host';

// plotly draws in a real browser only; there Galata looks at it.
jest.mock('../summary/plotly', () => ({
  react: jest.fn().mockResolvedValue({ on: jest.fn() }),
  purge: jest.fn()
}));

/** What is looked at of the chart. */
interface ISunburstTrace {
  readonly labels: string[];
  readonly hovertext: string[];
}

let host: HTMLElement;

beforeEach(() => {
  host = makeHost();
});

afterEach(() => host.remove());

function make(of = profile, env: IViewerEnv = {}): Viewer {
  host.classList.add('np-Output');
  return new Viewer(host, of, env);
}

function press(target: Element, key: string): KeyboardEvent {
  const event = new KeyboardEvent('keydown', {
    key,
    bubbles: true,
    cancelable: true
  });
  target.dispatchEvent(event);
  return event;
}

function tab(id: string): HTMLElement {
  return host.querySelector<HTMLElement>(`[data-view=${id}]`)!;
}

describe('Viewer', () => {
  it('says in two lines what ran, how it splits and how sure that is', () => {
    make();
    const bar = host.querySelector('.np-Bar')!;
    expect(bar.getAttribute('aria-label')).toMatch(
      /Python 60\s%, numpy 30\s%, kernel 10\s%/
    );
    const quality = host.querySelector('.np-Quality')!.textContent;
    expect(quality).toContain('1,000 samples · 99.9 % stitched · ±3 %');
  });

  it('shows the costliest lines as typed, with their reason', () => {
    make();
    const rows = [...host.querySelectorAll('.np-Rows')[0].children];
    const texts = rows.map(row => row.textContent);
    expect(texts[1]).toMatch(/^40\s%\s±3m = a @ aIn\[5\] line 2/);
    expect(texts[0]).toMatch(/^60\s%\s±3.*In\[2\] line 8.*called from sorted/);
    const reasons = rows.map(row =>
      Array.from(row.querySelectorAll('.np-Reason'), node => node.textContent)
    );
    expect(reasons).toEqual([
      ['pure Python → Source'],
      [
        'native code: dgemm in numpy 75\u00a0% → Flame',
        'page faults: memory touched for the first time in dgemm 25\u00a0% → Flame'
      ]
    ]);
    expect(texts[1]).toMatch(/algorithm\.$/);
  });

  it('says what waiting is and what is not counted as such', () => {
    const waited = profileFromText('In[5]:1; f:2  600', {
      unit: 'ns',
      summary: { unit: 'ns', categories: { waiting: 300 } },
      meta: { kind: 'sampled', thread_queued_ns: 57e6 }
    });
    make(waited);
    const said = 'not counted (57';
    const parts = [...host.querySelectorAll<HTMLElement>('.np-Bar-part')];
    expect(parts.map(part => part.title.includes(said))).toEqual([false, true]);
    const rows = host.querySelectorAll<HTMLElement>('.np-Categories [title]');
    expect([...rows].map(row => row.title.includes(said))).toEqual([
      false,
      true
    ]);
  });

  it('links places in cells only: nothing else can be shown', () => {
    const lines = profileFromText(
      `
      In[5]:1; f@/lib/tool.py:7   20
      In[5]:2                     10
    `,
      { cells: profile.cells }
    );
    make(lines, { revealLine: () => Promise.resolve() });
    const rows = host.querySelectorAll('.np-Rows')[0];
    const links = [...rows.querySelectorAll('.np-Row-place.np-Link')];
    expect(links.map(link => link.textContent)).toEqual(['In[5] line 2']);
    const place = rows.querySelector<HTMLElement>('span.np-Row-place')!;
    expect(place.title).toMatch(/:7$/);
  });

  it('selects the very function whose sector is clicked', async () => {
    const twins = profileFromText('In[5]:1; a!sum  6\nIn[5]:1; b!sum  3');
    const listeners: ((event: unknown) => unknown)[] = [];
    const { react } = jest.requireMock<{
      react: jest.Mock<Promise<unknown>, [HTMLElement, { labels: string[] }[]]>;
    }>('../summary/plotly');
    react.mockResolvedValue({
      on: (_: string, listener: (event: unknown) => unknown) =>
        listeners.push(listener)
    });
    jest
      .spyOn(HTMLElement.prototype, 'clientWidth', 'get')
      .mockReturnValue(240);
    const viewer = make(twins);
    for (let i = 0; i < 10 && listeners.length === 0; i++) {
      await new Promise(done => setTimeout(done));
    }
    const [trace] = react.mock.lastCall![1];
    const { functions, strings } = twins;
    const selected = trace.labels.map((label, pointNumber) => {
      viewer.state.set({ selection: -1 });
      const zooms = listeners[0]({ points: [{ pointNumber }] });
      const { selection } = viewer.state.value;
      return zooms ? label : strings[functions.module[selection]];
    });
    expect(selected).toEqual(['extensions', 'a', 'b', 'a', 'b']);
    jest.restoreAllMocks();
  });

  it('gives each share of the split its interval', async () => {
    // 1,000 samples beside as much waiting that was measured.
    const half = { ...profile.summary, categories: { sleep: 1000 } };
    const { react } = jest.requireMock<{
      react: jest.Mock<Promise<unknown>, [HTMLElement, [ISunburstTrace]]>;
    }>('../summary/plotly');
    react.mockClear();
    react.mockResolvedValue({ on: jest.fn() });
    jest
      .spyOn(HTMLElement.prototype, 'clientWidth', 'get')
      .mockReturnValue(240);
    make({ ...profile, summary: half });
    for (let i = 0; i < 10 && react.mock.calls.length === 0; i++) {
      await new Promise(done => setTimeout(done));
    }
    const cells = host.querySelectorAll('.np-Categories > span');
    const shares = [...cells].map(cell => cell.textContent!.trim());
    expect(shares.filter(text => text.includes('%'))).toEqual([
      '50\u00a0%',
      expect.stringMatching(/^30\s%\s*±2$/),
      expect.stringMatching(/^15\s%\s*±1$/),
      expect.stringMatching(/^5\s%\s*±0.9$/)
    ]);
    // The chart is of what has functions: of the samples alone.
    const [{ labels, hovertext }] = react.mock.lastCall![1];
    expect(hovertext[labels.indexOf('Python')]).toMatch(/60\s%\s±3 · 600/);
    jest.restoreAllMocks();
  });

  it('shares selection between all views', () => {
    const viewer = make();
    host.querySelectorAll<HTMLElement>('.np-Row')[0].click();
    const { selection } = viewer.state.value;
    expect(profile.strings[profile.functions.name[selection]]).toBe('by_value');
    tab('table').click();
    const chosen = host.querySelector('.np-Grid-row[aria-selected=true]')!;
    expect(chosen.textContent).toContain('by_value');
  });

  it('keeps a row of the table in place while it is clicked twice', () => {
    const viewer = make();
    tab('table').click();
    const row = host.querySelectorAll<HTMLElement>('.np-Grid-row')[1];
    row.click();
    expect(row.isConnected).toBe(true);
    expect(row.getAttribute('aria-selected')).toBe('true');
    row.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    expect(viewer.state.value.tab).toBe('graph');
  });

  it('searches by key and says the share that matches', () => {
    const viewer = make();
    expect(press(viewer.node, '/').defaultPrevented).toBe(true);
    const input = host.querySelector<HTMLInputElement>('.np-Search input')!;
    expect(document.activeElement).toBe(input);
    input.value = 'numpy';
    input.dispatchEvent(new Event('input', { bubbles: true }));
    expect(host.querySelector('.np-Search-share')!.textContent).toMatch(
      /^40\s%$/
    );
    tab('table').click();
    expect(host.querySelectorAll('.np-Grid-row')).toHaveLength(1);
    press(input, 'Escape');
    expect(viewer.state.value.search).toBe('');
  });

  it('goes back one step at a time, then leaves Escape alone', () => {
    const viewer = make();
    viewer.state.set({ tab: 'flame', search: 'a', selection: 0 });
    viewer.state.set({ zoom: [0] });
    const steps: unknown[] = [];
    for (let i = 0; i < 4; i++) {
      const { defaultPrevented } = press(viewer.node, 'Escape');
      const { zoom, search, selection } = viewer.state.value;
      steps.push([defaultPrevented, zoom.length, search, selection]);
    }
    expect(steps).toEqual([
      [true, 0, 'a', 0],
      [true, 0, '', 0],
      [true, 0, '', -1],
      [false, 0, '', -1]
    ]);
  });

  it('keeps plain letters from the notebook, and lets shortcuts through', () => {
    const viewer = make();
    const heard: string[] = [];
    const listen = (event: KeyboardEvent): void => void heard.push(event.key);
    document.body.addEventListener('keydown', listen);
    press(viewer.node, 'd');
    press(viewer.node, 'Escape');
    viewer.node.dispatchEvent(
      new KeyboardEvent('keydown', { key: 's', ctrlKey: true, bubbles: true })
    );
    document.body.removeEventListener('keydown', listen);
    expect(heard).toEqual(['Escape', 's']);
  });

  it('says why there is no flame graph and offers the others', () => {
    const exact = exactProfileFromText(
      `
      f        2  10  30
      g        6  20  20
      f > g    6  20  20
    `,
      {
        meta: { kind: 'exact', engine: 'cprofile', rate: null },
        values: [{ name: 'wall', unit: 'ns' }]
      }
    );
    const viewer = make(exact);
    tab('flame').click();
    const empty = host.querySelector('.np-Empty')!;
    expect(empty.textContent).toContain('cprofile counts calls');
    empty.querySelector('button')!.click();
    expect(viewer.state.value.tab).toBe('graph');
    tab('table').click();
    expect(host.querySelector('.np-Grid-row')!.textContent).toContain('6');
  });

  it('says when there are too few samples, with the button that helps', () => {
    const few = profileFromText('In[5]:1; f:2  10', {
      meta: { kind: 'sampled', rate: 999, wall_ns: 14e6 },
      quality: { samples: 14 }
    });
    const rates: number[] = [];
    make(few, { rerun: rate => rates.push(rate) });
    const banner = host.querySelector('.np-Banner')!;
    expect(banner.textContent).toMatch(/^Too short to say \(14 samples/);
    banner.querySelector('button')!.click();
    expect(rates).toEqual([9990]);
  });

  it('shows names as text, never as markup', () => {
    const evil = profileFromText('In[5]:1; x!<img/src=x/onerror=alert(1)>  9');
    const viewer = make(evil);
    for (const { id } of VIEWS) {
      viewer.state.set({ tab: id });
    }
    expect(host.querySelector('img')).toBeNull();
    expect(host.textContent).toContain('<img');
  });

  it('leaves nothing behind when disposed', () => {
    const added: string[] = [];
    const removed: string[] = [];
    const outside: unknown[] = [document.body, document, window];
    const spies = (
      [
        ['addEventListener', added],
        ['removeEventListener', removed]
      ] as const
    ).map(([name, seen]) => {
      const real = EventTarget.prototype[name];
      const spy = jest.spyOn(EventTarget.prototype, name);
      spy.mockImplementation(function (this: EventTarget, ...of) {
        if (outside.includes(this)) {
          seen.push(of[0]);
        }
        real.apply(this, of);
      });
      return spy;
    });
    const viewer = make();
    const { state } = viewer;
    host
      .querySelectorAll<HTMLElement>('[aria-haspopup]:not([hidden])')[1]
      .click();
    for (const { id } of VIEWS) {
      state.set({ tab: id });
    }
    viewer.dispose();
    spies.forEach(spy => spy.mockRestore());
    expect(added).toContain('pointerdown');
    expect(removed.sort()).toEqual(added.sort());
    expect(state.listenerCount).toBe(0);
    expect(host.childElementCount).toBe(0);
  });
});

describe('a profile of several values and threads', () => {
  const several = profileFromText(
    `
    In[5]:1; f:2                       600/600   {Task-1 main}
    In[5]:2; numpy!dgemm               300/300   [pool]  {fetch get}  own pool!run
    In[5]:2; f:3; kernel!off_cpu       0/900     sleep
    In[5]:2; f:3; kernel!off_cpu_lock  0/100     lock
  `,
    {
      values: [
        { name: 'cpu', unit: 'ns' },
        { name: 'wall', unit: 'ns' },
        { name: 'page-faults', unit: 'count', exact: true }
      ],
      quality: { samples: 100, attributed: 0.33, attributed_confidence: 0.98 },
      meta: { stacks: 'leaf' },
      cells: profile.cells
    }
  );

  const picker = (kind: string): HTMLButtonElement =>
    host.querySelector<HTMLButtonElement>(`.np-Picker.np-mod-${kind}`)!;
  const entries = (): HTMLElement[] => [
    ...host.querySelectorAll<HTMLElement>('.np-Menu button')
  ];
  const bar = (): string =>
    host.querySelector('.np-Bar')!.getAttribute('aria-label')!;
  const all = (): HTMLButtonElement =>
    host.querySelector<HTMLButtonElement>('.np-mod-all')!;

  it('goes back to all threads with the value that is of all', () => {
    const viewer = make(several);
    const measure = (at: number): void => {
      press(viewer.node, 'v');
      entries()[at].click();
    };
    measure(1);
    expect(viewer.state.value.lane).toEqual({ kind: 'thread', row: 0 });
    measure(0);
    expect(viewer.state.value.lane).toBeNull();
    expect(all().hidden).toBe(true);
    // What was chosen stays.
    viewer.state.set({ lane: { kind: 'thread', row: 1 } });
    measure(1);
    expect(viewer.state.value.lane).toEqual({ kind: 'thread', row: 1 });
  });

  it('begins with the cell’s own thread where wall time comes first', () => {
    const values = [{ name: 'wall', unit: 'ns' }];
    const viewer = make(
      profileFromText('In[5]:1; f  10\nrun  40  lock  [pool]', { values })
    );
    expect(bar()).toMatch(/^Python 100/);
    expect(all().hidden).toBe(false);
    all().click();
    expect(viewer.state.value.lane).toBeNull();
    expect(bar()).toMatch(/waiting for lock 80/);
  });

  it('shows no pickers where there is no choice', () => {
    make();
    expect(picker('value').hidden).toBe(true);
    expect(picker('lane').hidden).toBe(true);
    const viewer = make();
    press(viewer.node, 'v');
    expect(host.querySelector('.np-Menu')).toBeNull();
  });

  it('chooses the value by keyboard, and every view follows', () => {
    const viewer = make(several);
    expect(picker('value').textContent).toBe('CPU time');
    expect(bar()).toMatch(/^Python 67\s%, numpy 33\s%$/);
    press(viewer.node, 'v');
    const [cpu, wall] = entries();
    expect(document.activeElement).toBe(cpu);
    expect(cpu.getAttribute('aria-checked')).toBe('true');
    press(cpu, 'ArrowDown');
    expect(document.activeElement).toBe(wall);
    wall.click();
    expect(viewer.state.value.value).toBe(1);
    expect(document.activeElement).toBe(picker('value'));
    expect(picker('value').textContent).toBe('Wall time');
    // It begins with the cell's own thread; all of them are one click away.
    expect(picker('lane').textContent).toBe('MainThread (the cell’s own)');
    expect(bar()).toMatch(/sleeping 56\s%/);
    all().click();
    expect(all().hidden).toBe(true);
    expect(document.activeElement).toBe(picker('lane'));
    expect(picker('lane').textContent).toBe('All threads');
    expect(bar()).toMatch(/sleeping 47\s%/);
    const heading = host.querySelector('.np-Summary-main h3')!.textContent;
    expect(heading).toMatch(/share of 1.90\sµs wall time$/);
    // The sleep was measured: it has no interval; the CPU time has.
    const [first, second] = host.querySelectorAll('.np-Row-share');
    expect(first.textContent).toMatch(/^53\s%$/);
    expect(second.textContent).toMatch(/^32\s% ?\s?±/);
    tab('flame').click();
    expect(host.querySelector('.np-Key')!.textContent).toContain('sleeping');
    press(viewer.node, 'v');
    entries()[0].click();
    expect(host.querySelector('.np-Key')!.textContent).toBe('Pythonextensions');
  });

  it('has a column for each value, of functions and of lines', () => {
    const counters = profileFromText(
      `
      In[5]:1; f:2   600/3000/1000
      In[5]:2        300/100/200
    `,
      {
        values: [
          { name: 'cpu', unit: 'ns' },
          { name: 'instructions', unit: 'count' },
          { name: 'cycles', unit: 'count' }
        ],
        cells: profile.cells
      }
    );
    const viewer = make(counters);
    tab('table').click();
    const rows = (): string[] =>
      [...host.querySelectorAll('.np-Grid-row')].map(row =>
        Array.from(row.children, cell => cell.textContent).join('|')
      );
    const heads = (): string[] =>
      [...host.querySelectorAll('.np-Grid-head button')].map(head =>
        head.getAttribute('aria-label')!
      );
    expect(heads().slice(-5)).toEqual([
      'Self, Instructions',
      'Inclusive, Instructions',
      'Self, Cycles',
      'Inclusive, Cycles',
      'Instr./cycle'
    ]);
    expect(rows()[0]).toMatch(/^f\|.*\|3,000\|3,000\|1,000\|1,000\|3.00$/);
    host.querySelector<HTMLElement>('.np-Tools .np-Toggle')!.click();
    expect(heads()[0]).toBe('Line');
    expect(rows()).toHaveLength(3);
    expect(rows()[1]).toMatch(
      /^m = a @ a\|In\[5\] line 2\|In\[5\]\|.*\|100\|100\|200\|200\|0.50$/
    );
    viewer.state.set({ value: 1 });
    expect(heads().slice(-5)[0]).toBe('Self, CPU time');
    expect(rows()[1]).toMatch(
      /\|100\|3.2\s%\s±.*\|300\sns\|300\sns\|200\|200\|0.50$/
    );
  });

  it('says so where a value was never met', () => {
    const viewer = make(several);
    viewer.state.set({ value: 2 });
    for (const { id } of VIEWS) {
      viewer.state.set({ tab: id });
    }
    expect(host.querySelector('.np-Failure')).toBeNull();
    expect(host.querySelector('.np-Summary-main')!.textContent).toBe(
      'Nothing was measured here: no page faults.'
    );
  });

  it('lists threads and tasks with their shares, and shows one', () => {
    const viewer = make(several);
    press(viewer.node, 't');
    expect(entries().map(entry => entry.textContent)).toEqual([
      '✓ All threads',
      expect.stringMatching(/MainThread \(the cell’s own\)67\s%$/),
      expect.stringMatching(/pool 133\s%$/),
      expect.stringMatching(/Task-1 \(main\)67\s%$/),
      expect.stringMatching(/fetch \(get\)33\s%$/)
    ]);
    entries()[2].click();
    expect(viewer.state.value.lane).toEqual({ kind: 'thread', row: 1 });
    expect(picker('lane').textContent).toBe('pool 1');
    expect(bar()).toMatch(/^numpy 100\s%$/);
    press(viewer.node, 't');
    entries()[0].click();
    expect(bar()).toMatch(/^Python 67/);
  });

  it('shows charged threads where they ran, and back', () => {
    const viewer = make(several);
    const lines = (): string =>
      host.querySelector('.np-Rows.np-mod-lines')!.textContent!;
    expect(lines()).toContain('m = a @ a');
    press(viewer.node, 'a');
    expect(lines()).not.toContain('m = a @ a');
    press(viewer.node, 'a');
    expect(lines()).toContain('m = a @ a');
  });

  it('says how sure the attribution is and what leaf stacks are', () => {
    make(several);
    const notes = host.querySelector('.np-Notes')!.textContent;
    expect(notes).toContain('33 % of the samples are of native threads');
    expect(notes).toContain('beyond doubt for 98 % of them');
    expect(notes).toContain('Callers are known only where C code lies between');
  });
});

describe('Output', () => {
  const running = (elapsed: number): unknown => ({
    version: 1,
    progress: {
      phase: 'running',
      elapsed_ns: elapsed,
      samples: 4312,
      engine: 'perf'
    }
  });

  it('updates a running cell in place and offers to stop it', async () => {
    const stop = jest.fn();
    const output = new Output(host, { stop });
    await output.update(running(2e9));
    const line = host.querySelector('.np-Live');
    expect(line!.textContent).toContain('4,312 samples');
    await output.update(running(3e9));
    expect(host.querySelector('.np-Live')).toBe(line);
    host.querySelector('button')!.click();
    expect(stop).toHaveBeenCalledTimes(1);
    output.dispose();
    expect(host.childElementCount).toBe(0);
  });

  it('turns an error into its sentence and its remedy', async () => {
    const output = new Output(host);
    await output.update({
      version: 1,
      error: { message: 'perf was killed.', remedy: 'Run the cell again.' }
    });
    expect(host.textContent).toBe('perf was killed. Run the cell again.');
  });

  it.each([
    ['nothing', null],
    ['a text', '<b>x</b>'],
    ['an empty object', {}],
    ['a newer version', { version: 99 }],
    ['broken tables', { version: 1, meta: {}, tables: { stacks: 3 } }]
  ])('says what is wrong with %s', async (_, message) => {
    const output = new Output(host);
    await output.update(message);
    const failure = host.querySelector('.np-Failure')!;
    expect(failure.textContent!.length).toBeGreaterThan(20);
    expect(failure.querySelector('.np-Remedy')!.textContent).not.toBe('');
    expect(host.querySelector('b')).toBeNull();
  });

  it('shows the last of several messages, whatever is read first', async () => {
    const output = new Output(host);
    await Promise.all([
      output.update({ version: 99 }),
      output.update(running(5e9))
    ]);
    expect(host.querySelector('.np-Live')).not.toBeNull();
    expect(host.querySelector('.np-Failure')).toBeNull();
  });
});
