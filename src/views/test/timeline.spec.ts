import {
  exactProfileFromText,
  profileFromText
} from '../../testing/profileFromText';
import { withTimes } from '../../testing/times';
import { Viewer } from '../viewer';
import { makeHost } from './host';

const VALUES = [
  { name: 'cpu', unit: 'ns' },
  { name: 'wall', unit: 'ns' }
];

/** A second: Python, a long sleep, native code; beside it a thread. */
const profile = withTimes(
  profileFromText(
    `
    In[5]:1; f                100000000/100000000          {Task-1 main}
    In[5]:2; kernel!off_cpu   0/700000000         sleep
    In[5]:1; g                100000000/100000000  [pool]
    In[5]:3; numpy!dgemm      200000000/200000000          {Task-2 fetch}
  `,
    { values: VALUES }
  ),
  [50_000, 100_000, 550_000, 900_000]
);

let host: HTMLElement;

beforeEach(() => {
  host = makeHost([1000, 300]);
});

afterEach(() => {
  host.remove();
  jest.restoreAllMocks();
});

function show(of = profile): Viewer {
  const viewer = new Viewer(host, of);
  viewer.state.set({ tab: 'timeline' });
  return viewer;
}

const grid = (): HTMLElement => host.querySelector('[role=grid]')!;

function press(key: string, shiftKey = false, times = 1): void {
  for (let i = 0; i < times; i++) {
    grid().dispatchEvent(
      new KeyboardEvent('keydown', {
        key,
        shiftKey,
        bubbles: true,
        cancelable: true
      })
    );
  }
}

/** The rows of the twin, cells by `|`. */
const twin = (): string[] =>
  [...grid().querySelectorAll('[role=row]')].map(row =>
    Array.from(row.children, cell => cell.textContent)
      .join('|')
      .replace(/\u00a0/g, ' ')
  );

const active = (): string =>
  document
    .getElementById(grid().getAttribute('aria-activedescendant')!)!
    .textContent!.replace(/\u00a0/g, ' ');

const chip = (): HTMLElement => host.querySelector('.np-Chip')!;

/** A pointer at these pixels; the labels take 215 of 1000. */
function pointer(type: string, x: number, y: number): void {
  const event = new MouseEvent(type, { clientX: x, clientY: y, bubbles: true });
  grid().dispatchEvent(Object.assign(event, { pointerId: 1 }));
}

function drag(from: number, to: number): void {
  grid().setPointerCapture = jest.fn();
  pointer('pointerdown', from, 60);
  pointer('pointermove', to, 60);
  pointer('pointerup', to, 60);
}

describe('Timeline', () => {
  it('is a table for a screen reader: lanes, costs, what was then', () => {
    show();
    expect(twin()).toEqual([
      'Thread|Cost|At the cursor',
      'MainThread (the cell’s own)|300 ms CPU · 1.00 s wall|0.000 s: Python 50 %; innermost f',
      'pool 1|100 ms CPU · 100 ms wall|0.000 s: nothing was recorded'
    ]);
    expect(grid().getAttribute('aria-rowcount')).toBe('3');
  });

  it('moves in time and between lanes by keyboard', () => {
    show();
    press('ArrowRight', false, 30);
    expect(active()).toBe('0.300 s: sleeping 100 %; innermost In[5]');
    press('End');
    press('ArrowLeft', false, 5);
    expect(active()).toBe('0.950 s: extensions 100 %; innermost dgemm');
    press('ArrowDown');
    press('Home');
    press('ArrowRight', false, 55);
    expect(active()).toBe('0.550 s: Python 100 %; innermost g');
    press('ArrowDown', false, 5);
    press('ArrowUp');
    expect(active()).toContain('sleeping');
  });

  it('brushes by keyboard; every view follows, a chip takes it away', () => {
    const viewer = show();
    press('ArrowRight', false, 80);
    press('ArrowRight', true, 20);
    const { time } = viewer.state.value;
    expect(time!.from).toBeCloseTo(800_000);
    expect(time!.to).toBeCloseTo(1_000_000);
    expect(chip().textContent).toMatch(/^0.800\ss – 1.000\ss$/);
    expect(host.querySelector('.np-Bar')!.getAttribute('aria-label')).toMatch(
      /^numpy 100\s%$/
    );
    expect(host.querySelector('[aria-live]')!.textContent).toMatch(
      /^All views show 0.800\ss – 1.000\ss, 200\sms long.$/
    );
    viewer.state.set({ tab: 'table' });
    const rows = [...host.querySelectorAll('.np-Grid-row')];
    expect(rows.map(row => row.firstElementChild!.textContent)).toEqual([
      'dgemm',
      'In[5]'
    ]);
    chip().click();
    expect(viewer.state.value.time).toBeNull();
    expect(chip()).toBeNull();
    expect(host.querySelectorAll('.np-Grid-row').length).toBe(4);
  });

  it('moves the end of the range where the cursor is', () => {
    const viewer = show();
    press('ArrowRight', false, 50);
    press('ArrowRight', true, 10);
    press('ArrowLeft', true, 5);
    expect(viewer.state.value.time!.to).toBeCloseTo(550_000);
    press('ArrowLeft', true, 10);
    const { from, to } = viewer.state.value.time!;
    expect([Math.round(from), Math.round(to)]).toEqual([450_000, 500_000]);
  });

  it('zooms into the range, and back one step at a time', () => {
    const viewer = show();
    const whole = [...host.querySelectorAll('button')].find(
      button => button.textContent === 'Whole cell'
    )!;
    press('ArrowRight', false, 80);
    press('ArrowRight', true, 10);
    expect(whole.hidden).toBe(true);
    press('Enter');
    expect(whole.hidden).toBe(false);
    // A hundredth of what is shown now.
    press('ArrowLeft');
    expect(active()).toMatch(/^899.0 ms/);
    press('Escape');
    expect(whole.hidden).toBe(true);
    expect(viewer.state.value.time).not.toBeNull();
    press('Escape');
    expect(viewer.state.value.time).toBeNull();
    expect(viewer.back()).toBe(false);
  });

  it('takes away a range brushed in a closer look before that look', () => {
    const viewer = show();
    press('+');
    press('ArrowRight', true, 10);
    expect(viewer.back()).toBe(true);
    expect(viewer.state.value.time).toBeNull();
    expect(viewer.back()).toBe(true);
    expect(viewer.back()).toBe(false);
  });

  it('brushes by dragging, and moves an edge', () => {
    const viewer = show();
    // 785 pixels are a second.
    drag(215 + 157, 215 + 314);
    const edges = (): number[] => {
      const { from, to } = viewer.state.value.time!;
      return [Math.round(from / 1000), Math.round(to / 1000)];
    };
    expect(edges()).toEqual([200, 400]);
    drag(215 + 314 + 2, 215 + 471);
    expect(edges()).toEqual([200, 600]);
    pointer('pointerdown', 215 + 700, 60);
    pointer('pointerup', 215 + 700, 60);
    expect(viewer.state.value.time).toBeNull();
  });

  it('is taken away by Escape in any other view', () => {
    const viewer = show();
    viewer.state.set({ tab: 'table', time: { from: 0, to: 9 } });
    expect(viewer.back()).toBe(true);
    expect(viewer.state.value.time).toBeNull();
    expect(viewer.back()).toBe(false);
  });

  it('gives up a drag on Escape', () => {
    const viewer = show();
    drag(300, 400);
    const before = viewer.state.value.time;
    pointer('pointerdown', 500, 60);
    pointer('pointermove', 600, 60);
    press('Escape');
    pointer('pointerup', 600, 60);
    expect(viewer.state.value.time).toBe(before);
  });

  it('selects what ran where it is clicked, and shows a lane alone', () => {
    const viewer = show();
    const { strings, functions } = profile;
    pointer('pointerdown', 215 + 700, 60);
    pointer('pointerup', 215 + 700, 60);
    const { selection } = viewer.state.value;
    expect(strings[functions.name[selection]]).toBe('dgemm');
    pointer('pointerdown', 40, 60);
    pointer('pointerup', 40, 60);
    expect(viewer.state.value.lane).toEqual({ kind: 'thread', row: 0 });
    press(' ');
    expect(viewer.state.value.lane).toBeNull();
  });

  it('shows tasks as lanes below their thread, if asked to', () => {
    show();
    [...host.querySelectorAll('button')]
      .find(button => button.textContent === 'Tasks')!
      .click();
    expect(twin().map(row => row.split('|')[0])).toEqual([
      'Thread',
      'MainThread (the cell’s own)',
      'Task-1 (main)',
      'Task-2 (fetch)',
      'pool 1'
    ]);
  });

  it('holds 10,000 threads without making 10,000 rows', () => {
    const text = Array.from({ length: 10_000 }, (_, i) => `f 1000 [t${i}]`);
    show(profileFromText(text.join('\n')));
    expect(grid().getAttribute('aria-rowcount')).toBe('10001');
    expect(grid().querySelectorAll('[role=row]').length).toBeLessThan(20);
    press('PageDown', false, 9);
    expect(grid().querySelectorAll('[role=row]').length).toBeLessThan(20);
    expect(grid().scrollTop).toBeGreaterThan(0);
  });

  it.each([
    [
      'cprofile counts calls and notes no times',
      exactProfileFromText('f 1 2 3', {
        meta: { kind: 'exact', engine: 'cprofile' }
      })
    ],
    ['No samples were taken', profileFromText('')],
    ['no numbers', withTimes(profileFromText('f 1'), [NaN])]
  ])('says why there is nothing: %s', (sentence, of) => {
    show(of);
    expect(host.querySelector('.np-Empty')!.textContent).toContain(sentence);
  });

  it.each([
    ['one sample of no length', withTimes(profileFromText('f 0'), [0])],
    ['one moment', profileFromText('f 3', { unit: 'count' })],
    ['no threads', { ...profileFromText('f 1000'), threads: null }]
  ])('shows %s', (_, of) => {
    const viewer = show(of);
    press('ArrowRight', true, 3);
    press('+');
    press('0');
    expect(host.querySelector('.np-Failure')).toBeNull();
    viewer.dispose();
  });
});
