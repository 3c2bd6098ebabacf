import { example } from '../../testing/example';
import { profileFromText } from '../../testing/profileFromText';
import { VIEWS } from '../registry';
import { Viewer } from '../viewer';
import { makeHost, press } from './host';

let host: HTMLElement;

beforeEach(() => {
  host = makeHost();
});

afterEach(() => host.remove());

const make = (of = example): Viewer => new Viewer(host, of);

function tab(id: string): HTMLElement {
  return host.querySelector<HTMLElement>(`[data-view=${id}]`)!;
}

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
      cells: example.cells
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
        cells: example.cells
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
      /^m = a @ a\|300.ns\|.*\|In\[5\] line 2\|In\[5\]\|Python\|100\|100\|200\|200\|0.50$/
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
      expect.stringMatching(/MainThread \(the cell’s own\) 67\s%$/),
      expect.stringMatching(/pool 1 33\s%$/),
      expect.stringMatching(/Task-1 \(main\) 67\s%$/),
      expect.stringMatching(/fetch \(get\) 33\s%$/)
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

test('the header of counts without a time says how many there were of the value shown', () => {
  const counted = profileFromText('In[5]:1; f:2  581745/2', {
    values: [
      { name: 'Ir', unit: 'count', exact: true },
      { name: 'Bc', unit: 'count', exact: true, title: 'Branches' }
    ],
    meta: { wall_ns: 0, cpu_ns: 0 },
    summary: { ...example.summary, total: 581_745 }
  });
  const { state } = make(counted);
  const head = host.querySelector<HTMLElement>('.np-Head-time')!;
  expect([head.textContent, head.title]).toEqual(['581,745 Ir', '']);
  state.set({ value: 1 });
  expect([head.textContent, head.title]).toEqual(['2 Bc', 'Branches']);
});

test('under Valgrind a clock tells only how long Valgrind took', () => {
  const replayed = profileFromText('In[5]:1; f:2  3456640/7', {
    values: [
      { name: 'Ir', unit: 'count', exact: true },
      { name: 'sysTime', unit: 'ns', exact: true }
    ],
    meta: { engine: 'callgrind', wall_ns: 1.21e9, cpu_ns: 3e8 },
    summary: { ...example.summary, total: 3_456_640 }
  });
  const { state } = make(replayed);
  const head = host.querySelector<HTMLElement>('.np-Head-time')!;
  expect(head.textContent).toBe('3,456,640 Ir');
  state.set({ value: 1 });
  expect(head.textContent).toMatch(/^7\sns sysTime$/);
  expect(host.querySelector('.np-Quality')!.textContent).toMatch(
    /1\.21\ss under Valgrind/
  );
});
