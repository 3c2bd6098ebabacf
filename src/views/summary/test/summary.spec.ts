import { example as profile } from '../../../testing/example';
import {
  exactProfileFromText,
  profileFromText
} from '../../../testing/profileFromText';
import { Viewer } from '../../viewer';
import { makeHost } from '../../test/host';
import { FakePlotly } from './fakePlotly';

let host: HTMLElement;
let plotly: FakePlotly;

beforeEach(() => {
  host = makeHost();
  plotly = new FakePlotly();
});

afterEach(() => host.remove());

const make = (of = profile): Viewer =>
  new Viewer(host, of, { loadPlotly: plotly.load });

describe('the summary', () => {
  it('is one stop of Tab, and the arrows go through rows and along one', () => {
    make();
    const texts = [...host.querySelectorAll<HTMLElement>('.np-Row-text')];
    const stops = (): number[] => texts.map(({ tabIndex }) => tabIndex);
    const press = (key: string): void => {
      const event = new KeyboardEvent('keydown', { key, bubbles: true });
      document.activeElement!.dispatchEvent(event);
    };
    expect(stops()).toEqual([0, ...texts.slice(1).map(() => -1)]);
    texts[0].focus();
    press('ArrowDown');
    expect(document.activeElement).toBe(texts[1]);
    expect(stops().slice(0, 2)).toEqual([-1, 0]);
    press('ArrowRight');
    expect(document.activeElement!.className).toContain('np-Reason');
    press('End');
    expect(document.activeElement).toBe(texts.at(-1));
    press('ArrowDown');
    expect(document.activeElement).toBe(texts.at(-1));
    press('Home');
    expect(document.activeElement).toBe(texts[0]);
  });

  it('leads to the calls where no time was measured beside them', () => {
    const viewer = make(
      exactProfileFromText(`
        f      2  0  0
        g      3  0  0
        f > g  3  0  0
      `)
    );
    const main = host.querySelector('.np-Summary-main')!;
    expect(main.textContent).toContain('calls were counted');
    main.querySelector('button')!.click();
    expect(viewer.state.value.tab).toBe('table');
  });

  it('counts what the own thread waited beside CPU time, and says so', () => {
    const waits = profileFromText(
      `
      In[5]:1                                   600/600
      In[5]:2; time.sleep(sleep); kernel!off    0/900   sleep
      work:4                                    100/100 python [pool]
    `,
      {
        values: [
          { name: 'cpu', unit: 'ns' },
          { name: 'wall', unit: 'ns' }
        ],
        cells: profile.cells
      }
    );
    const viewer = make(waits);
    const headings = (): string[] =>
      Array.from(
        host.querySelectorAll('.np-Summary-main h3'),
        node => node.textContent!
      );
    expect(headings()[0]).toMatch(/share of 1.60\sµs: 700\sns on CPUs and 900/);
    expect(headings()[1]).toMatch(/themselves, share of 700\sns on CPUs$/);
    const first = host.querySelector('.np-Rows .np-Row')!;
    expect(first.textContent).toMatch(/^56\s%m = a @ a/);
    first.querySelector<HTMLElement>('.np-Reason')!.click();
    // The timeline of the thread that waited, in wall time; the line is selected.
    const { tab, value, lane, line } = viewer.state.value;
    expect([tab, value, lane]).toEqual([
      'timeline',
      1,
      { kind: 'thread', row: 0 }
    ]);
    expect(line).toMatchObject({ line: 2 });
    viewer.state.set({ tab: 'summary', lane: null });
    expect(headings()[0]).toMatch(/share of 1.60\sµs wall time$/);
  });

  it('leads from a reason to the view that shows it', () => {
    const viewer = make();
    const links = host.querySelectorAll<HTMLElement>('.np-Reason');
    links[0].click();
    const { functions, strings } = profile;
    const selected = (): string =>
      strings[functions.name[viewer.state.value.selection]];
    expect(viewer.state.value).toMatchObject({
      tab: 'source',
      line: { line: 8 }
    });
    expect(selected()).toBe('by_value');
    viewer.state.set({ tab: 'summary' });
    links[1].click();
    expect(viewer.state.value).toMatchObject({ tab: 'flame', line: null });
    expect(selected()).toBe('dgemm');
  });

  it('calls a loop a loop where the text shows one', () => {
    const loops = profileFromText(
      `
      In[5]:2; ~python!eval                             60 python
      In[5]:3; python!list_contains; python!compare     40 python
    `,
      {
        cells: [
          {
            name: 'In[5]',
            prompt: 5,
            id: null,
            source: 'for i in range(9):\n    i += 1\nx in many'
          }
        ]
      }
    );
    const reasons = (of: typeof loops): (string | null)[] => {
      make(of);
      const nodes = host.querySelectorAll('.np-Reason');
      return Array.from(nodes, node => node.textContent);
    };
    expect(reasons(loops)).toEqual([
      'pure Python loop → Source',
      'pure Python, mostly list_contains → Source'
    ]);
    // py-spy does not see what C functions the interpreter calls.
    const meta = { ...loops.meta, engine: 'pyspy' };
    expect(new Set(reasons({ ...loops, meta }))).toEqual(
      new Set(['Python and its built-in functions → Source'])
    );
  });

  it('says what a line did, however busy the machine was', () => {
    const busy = profileFromText(
      `
      In[5]:1                                       600/600
      In[5]:1; ndarray.tolist(array_tolist)         300/300
      In[5]:1; kernel!off                           0/3000  queued
    `,
      {
        values: [
          { name: 'cpu', unit: 'ns' },
          { name: 'wall', unit: 'ns' }
        ]
      }
    );
    make(busy);
    const reasons = host.querySelectorAll('.np-Reason');
    expect(Array.from(reasons, node => node.textContent)).toEqual([
      'pure Python 15\u00a0% → Source',
      'conversion between Python and native values: ndarray.tolist 7.7\u00a0% → Flame',
      'waiting for a free CPU 77\u00a0% → Timeline'
    ]);
  });

  it('draws sectors, a treemap or bars, and selects what is clicked', async () => {
    jest
      .spyOn(HTMLElement.prototype, 'clientWidth', 'get')
      .mockReturnValue(240);
    const viewer = make();
    const buttons = host.querySelectorAll<HTMLElement>(
      '.np-Chart-kinds button'
    );
    const pressed = (): (string | null)[] =>
      Array.from(buttons, node => node.getAttribute('aria-pressed'));
    expect((await plotly.drawn())[0].type).toBe('sunburst');
    buttons[1].click();
    expect((await plotly.drawn())[0].type).toBe('treemap');
    buttons[2].click();
    expect(viewer.state.value.chart).toBe('lines');
    expect(pressed()).toEqual(['false', 'false', 'true']);
    const bars = await plotly.drawn();
    // One trace a category, the lines of cells in the order of the source.
    expect(bars.map(({ x }) => x)).toEqual([
      [60, 0],
      [0, 30],
      [0, 10]
    ]);
    expect(bars[1].hovertext[1]).toContain('<b>m = a @ a</b>');
    const twin = (): (string | null)[] =>
      Array.from(
        host.querySelectorAll('.np-Summary-side ul.np-Hidden li'),
        node => node.textContent
      );
    expect(twin()[1]).toMatch(/^In\[5\] line 2, m = a @ a: 40\s%/);
    buttons[0].click();
    await plotly.drawn();
    expect(twin()).toContain('extensions, numpy, dgemm: 30\u00a0%');
    buttons[2].click();
    await plotly.drawn();
    plotly.listeners.get('plotly_click')!({ points: [{ pointNumber: 1 }] });
    expect(viewer.state.value.line).toMatchObject({ line: 2 });
    jest.restoreAllMocks();
  });
});
