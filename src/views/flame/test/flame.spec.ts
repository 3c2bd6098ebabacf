import { functionLabel } from '../../../analysis/names';
import { profileFromText } from '../../../testing/profileFromText';
import { Viewer } from '../../viewer';
import { Lens } from '../lens';
import { makeHost } from '../../test/host';

const profile = profileFromText(
  `
  In[5]:1; In[5].f:2; lib.a:1; lib.b:2   40
  In[5]:1; In[5].f:3; lib.a:1            20
  In[5]:1; In[5].g:5; lib.b:2            30
  In[5]:1; In[5].f:2                     10
`,
  {
    cells: [
      {
        name: 'In[5]',
        prompt: 5,
        id: null,
        source: 'run()\nx = first(x)\nsecond(x)\n\nthird(x)'
      }
    ]
  }
);

let host: HTMLElement;

beforeEach(() => {
  host = makeHost([800, 400]);
});

afterEach(() => {
  host.remove();
  jest.restoreAllMocks();
});

function open(of = profile) {
  const viewer = new Viewer(host, of);
  viewer.state.set({ tab: 'flame' });
  viewer.activeView!.focus();
  const stage = host.querySelector<HTMLElement>('[role=tree]')!;
  const press = (...keys: string[]): void => {
    for (const key of keys) {
      (document.activeElement ?? stage).dispatchEvent(
        new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
      );
    }
  };
  const focused = (): string =>
    stage.querySelector('[aria-selected=true]')?.textContent ?? '';
  const entries = (): HTMLElement[] => [
    ...host.querySelectorAll<HTMLElement>('.np-Menu button')
  ];
  const choose = (label: string): void =>
    entries()
      .find(entry => entry.textContent!.includes(label))!
      .click();
  const tools = (): string[] =>
    Array.from(
      host.querySelectorAll('.np-Tools > .np-Tools > :not([hidden])'),
      node => node.textContent!
    ).filter(Boolean);
  return { viewer, stage, press, focused, entries, choose, tools };
}

describe('the flame graph by keys', () => {
  it('turns over, stands in the order of time, and goes back', () => {
    const { press, choose, tools, focused } = open();
    expect(tools()).toEqual(['Costliest first', 'By function']);
    press('i', 'Home');
    expect(tools()[0]).toBe('Leaves first');
    expect(focused()).toMatch(/^b, /);
    press('i', 'l');
    choose('In order of time');
    expect(tools()[0]).toBe('In order of time');
    // The keys go to the picture again.
    press('Home', 'ArrowDown', 'ArrowRight');
    expect(focused()).toMatch(/^g, .*30\s%/);
  });

  it('merges by line, as typed, and by module', () => {
    const { viewer, press, choose, focused } = open();
    press('g');
    choose('By line');
    press('Home', 'ArrowDown');
    expect(focused()).toMatch(/^x = first\(x\), f In\[5\] line 2: 50\s%/);
    expect(viewer.state.value.line).toMatchObject({ line: 2 });
    press('g');
    choose('By module');
    press('Home', 'ArrowDown');
    expect(focused()).toMatch(/^lib: 90\s%/);
  });

  it('hides, folds and focuses on functions, each to be taken back', () => {
    const { viewer, press, focused, tools, entries } = open();
    press('Home', 'ArrowDown', 'ArrowDown');
    expect(focused()).toMatch(/^a, /);
    press('h');
    expect(focused()).toMatch(/^f, .*70\s%.*30\s% itself/);
    press('c');
    expect(focused()).toMatch(/^f, .*70\s%.*70\s% itself/);
    press('f');
    press('Home');
    expect(focused()).toMatch(/^f, .*70\s% with/);
    expect(tools()[0]).toBe('3 changes');
    host.querySelector<HTMLElement>('.np-Tools .np-mod-on')!.click();
    expect(entries().map(entry => entry.textContent)).toEqual([
      '✕ Only f',
      '✕ f is folded',
      '✕ a is hidden',
      'Take all back'
    ]);
    entries()[1].click();
    expect(viewer.state.value.flame.edits.map(({ what }) => what)).toEqual([
      'hide',
      'focus'
    ]);
  });

  it('undoes an edit as any other choice', async () => {
    const { viewer, press } = open();
    press('Home', 'ArrowDown', 'h');
    await Promise.resolve();
    expect(viewer.state.value.flame.edits).toHaveLength(1);
    press('u');
    expect(viewer.state.value.flame.edits).toEqual([]);
  });

  it('has a menu of a frame, by key and by pointer', () => {
    const { viewer, stage, press, entries, choose, focused } = open();
    press('Home', 'ArrowDown', 'm');
    expect(document.activeElement).toBe(entries()[0]);
    press('Escape');
    expect(document.activeElement).toBe(stage);
    const at = { clientX: 10, clientY: 50, bubbles: true, cancelable: true };
    stage.dispatchEvent(new MouseEvent('contextmenu', at));
    expect(focused()).toMatch(/^a, /);
    choose('Zoom in');
    expect(viewer.state.value.zoom).toHaveLength(3);
    press('m');
    choose('in the graph');
    const { tab, focus } = viewer.state.value;
    expect([tab, functionLabel(profile, focus)]).toEqual(['graph', 'a']);
  });

  it('zooms freely and says so; Escape goes back', () => {
    const { viewer, press, tools } = open();
    press('Home', '+');
    expect(tools()[0]).toBe('Whole cell');
    press('Escape');
    expect(tools()[0]).toBe('Costliest first');
    expect(viewer.state.value.zoom).toEqual([]);
  });

  it('says what a search finds and goes from match to match', () => {
    const { viewer, press, tools, focused } = open();
    viewer.state.set({ search: 'lib' });
    expect(tools()[0]).toMatch(/^matches: 90\s% in 2 frames/);
    press('n');
    expect(focused()).toMatch(/^a, .*60\s%/);
    press('n');
    expect(focused()).toMatch(/^b, .*30\s%/);
    press('n', 'N');
    expect(focused()).toMatch(/^b, .*30\s%/);
    viewer.state.set({ search: 'nowhere' });
    expect(tools()[0]).toBe('no frame matches');
  });

  it('says whose each part is where threads stand side by side', () => {
    const threads = profileFromText(`
      In[5]:1; f  4
      run; g      3  [pool]
      run; h      2  [pool]
    `);
    const { press, choose, focused } = open(threads);
    press('Home');
    expect(focused()).toMatch(/^run, .* itself, Python$/);
    press('l');
    choose('In order of time');
    press('Home');
    expect(focused()).toMatch(/^In\[5\].* of MainThread \(the cell’s own\)$/);
    press('ArrowRight');
    expect(focused()).toMatch(/^run, .* of pool 1$/);
    press('ArrowDown');
    expect(focused()).toMatch(/^g, .*Python$/);
  });

  it('colours modules and names them below', () => {
    const { press, choose } = open();
    press('g');
    choose('Colour by module');
    const legends = [...host.querySelectorAll<HTMLElement>('.np-Key')].filter(
      key => !key.hidden && key.closest('.np-View:not([hidden])')
    );
    expect(legends.map(key => key.textContent)).toEqual(['In[5]lib']);
  });
});

describe('Lens', () => {
  it('stays within the whole, about the place that is pointed at', () => {
    const changed = jest.fn();
    const lens = new Lens(changed);
    lens.start({ from: 0, to: 100 }, 100);
    lens.scale(0.25, 0.5);
    expect(lens.window).toEqual({ from: 12.5, to: 62.5 });
    lens.pan(1);
    expect(lens.window).toEqual({ from: 50, to: 100 });
    lens.scale(0.5, 10);
    expect(lens.window).toEqual({ from: 0, to: 100 });
    expect(changed).toHaveBeenCalledTimes(3);
  });

  it('glides to where it is sent, and is stopped by what comes then', () => {
    const frames: FrameRequestCallback[] = [];
    jest
      .spyOn(window, 'requestAnimationFrame')
      .mockImplementation(draw => frames.push(draw));
    const lens = new Lens(() => undefined);
    lens.start({ from: 0, to: 100 }, 100);
    lens.glideTo({ from: 20, to: 40 });
    expect(lens.isAt({ from: 20, to: 40 })).toBe(true);
    frames.shift()!(performance.now() + 60);
    const { from } = lens.window;
    expect(from).toBeGreaterThan(0);
    expect(from).toBeLessThan(20);
    frames.shift()!(performance.now() + 1000);
    expect(lens.window).toEqual({ from: 20, to: 40 });
    expect(frames).toEqual([]);
  });
});
