import { profileFromText } from '../../../testing/profileFromText';
import { functionLabel } from '../../../analysis/names';
import type { IProfile } from '../../../model/profile';
import { Viewer } from '../../viewer';
import { fitAll, keepPlace } from '../camera';
import { placeLabels, pointOn } from '../labels';
import { coveredAt } from '../minimap';
import { makeHost } from '../../test/host';

const profile = profileFromText(`
  In[1]; f; lib.a; lib.b   40
  In[1]; f; lib.a          20
  In[1]; f; small           1
  In[1]; g; lib.b          30
  In[1]; even; odd; even    9
`);

let host: HTMLElement;

beforeEach(() => {
  host = makeHost([800, 400]);
});

afterEach(() => {
  host.remove();
  jest.restoreAllMocks();
});

/** A viewer that shows the graph, and what can be done with it by keys. */
function open(of: IProfile = profile) {
  const viewer = new Viewer(host, of);
  viewer.state.set({ tab: 'graph' });
  const stage = host.querySelector<HTMLElement>('[role=tree]')!;
  const label = (func: number): string =>
    func < 0 ? '' : functionLabel(of, func);
  const selected = (): string => label(viewer.state.value.selection);
  const press = (key: string): string => {
    stage.dispatchEvent(
      new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
    );
    return selected();
  };
  const items = (): string[] =>
    [...stage.querySelectorAll('[role=treeitem]')].map(
      item => item.textContent!
    );
  const shown = (): string[] =>
    Array.from(viewer.context.data.graph.nodes.func, label);
  return { viewer, press, selected, items, shown, stage };
}

describe('the call graph by keyboard', () => {
  it('travels along the edges, and back the way it came', () => {
    const { press, selected } = open();
    expect(press('Home')).toBe('In[1]');
    expect(press('ArrowDown')).toBe('f');
    // Sideways among what In[1] calls.
    const row = [press('ArrowRight'), press('ArrowLeft')];
    expect(row).toContain('f');
    press('Home');
    press('ArrowDown');
    const arrow = press('ArrowRight') === 'g' ? '' : 'ArrowLeft';
    for (let i = 0; arrow && i < 3 && selected() !== 'g'; i++) {
      press(arrow);
    }
    expect(selected()).toBe('g');
    expect(press('ArrowDown')).toBe('b');
    // What a calls costs more, but g is where this came from.
    expect(press('ArrowUp')).toBe('g');
    expect(press('ArrowDown')).toBe('b');
  });

  it('reads a node between its callers and callees, with what the edges say', () => {
    const { press, items, stage } = open();
    press('Home');
    press('ArrowDown');
    expect(items()[0]).toMatch(/^In\[1\].*; calls it for 61/);
    expect(items()[1]).toMatch(/^f, .*61.% with callees, 0.% itself/);
    expect(items()[2]).toMatch(/^a, .*; 60.% when called from here/);
    const own = stage.querySelector('[aria-selected=true]')!;
    expect(own.getAttribute('aria-expanded')).toBe('true');
  });

  it('closes and opens a box', () => {
    const { press, shown, stage, viewer } = open();
    press('Home');
    press('ArrowDown');
    press('c');
    expect(shown()).not.toContain('a');
    // What g calls stays.
    expect(shown()).toContain('b');
    expect(viewer.node.querySelector('[aria-live]')!.textContent).toBe(
      'f holds all that it calls'
    );
    const own = (): Element => stage.querySelector('[aria-selected=true]')!;
    expect(own().getAttribute('aria-expanded')).toBe('false');
    press('e');
    expect(shown()).toContain('a');
    expect(own().getAttribute('aria-expanded')).toBe('true');
  });

  it('shows callees that the threshold hides', () => {
    const { press, shown, viewer } = open();
    viewer.state.set({ threshold: 0.05 });
    expect(shown()).not.toContain('small');
    press('Home');
    press('ArrowDown');
    press('e');
    expect(shown()).toContain('small');
    press('c');
    press('e');
    expect(shown()).not.toContain('small');
  });

  it('says what the boxes leave out, and how to see it', () => {
    const { viewer } = open();
    viewer.state.set({ threshold: 0.1 });
    const note = host.querySelector<HTMLElement>('.np-Tools-text')!;
    expect(note.textContent).toMatch(/^\d functions, 10\s% in others$/);
    expect(note.title).toMatch(
      /^\d other functions spend 10\s% themselves.* below 10\s% .*slider/
    );
  });

  it('groups by module, and joins cycles', () => {
    const { press, shown, viewer } = open();
    const all = shown().length;
    press('r');
    expect(shown()).toHaveLength(all - 1);
    const text = (): string =>
      host.querySelector('.np-Tools-text')!.textContent!;
    expect(text()).toBe(`${all - 1} functions`);
    press('m');
    expect(text()).toBe('3 modules');
    expect(viewer.state.value.grouping).toBe('module');
  });
});

describe('following a drawing', () => {
  const view = { width: 400, height: 300 };

  it('keeps a node where it is on the screen', () => {
    const drawing = { width: 2000, height: 1500 };
    const camera = { scale: 1, left: -500, top: -200 };
    const moved = keepPlace(
      camera,
      { x: 700, y: 300 },
      { x: 900, y: 250 },
      drawing,
      view
    );
    expect(700 * 1 + camera.left).toBe(900 + moved.left);
    expect(300 + camera.top).toBe(250 + moved.top);
  });

  it('does not look beside a drawing that became small', () => {
    const camera = { scale: 1, left: -1500, top: -200 };
    const drawing = { width: 100, height: 100 };
    const moved = keepPlace(
      camera,
      { x: 1600, y: 300 },
      { x: 900, y: 20 },
      drawing,
      view
    );
    expect(moved.left).toBeGreaterThanOrEqual(0);
    expect(moved.left + drawing.width).toBeLessThanOrEqual(view.width);
    expect(fitAll(drawing, view).scale).toBe(1);
  });
});

describe('the map', () => {
  const view = { width: 400, height: 300 };
  const camera = { scale: 0.5, left: 10, top: 0 };

  it('knows which corner covers how much of the boxes', () => {
    // 100 by 20 pixels at the lower left, 10 by 10 at the upper right.
    const layout = { x: [20, 740], y: [460, 40] };
    const size = { nodeWidth: [200, 20], nodeHeight: [40, 20] };
    const scene = { layout: { ...layout, ...size } };
    expect(coveredAt(scene, camera, view)).toEqual([2000, 80, 0]);
  });
});

describe('labels of edges', () => {
  const course = (x: number) => [
    { x, y: 0 },
    { x, y: 40 }
  ];

  it('stand where no other does, the costliest in the middle', () => {
    const courses = [course(0), course(14), course(300)];
    const [first, second, third] = placeLabels(courses, ['50 %', '9 %', '1 %']);
    expect(first).toEqual({ x: 0, y: 20 });
    // No room above or below: beside its line.
    expect(second!.y).toBe(20);
    expect(second!.x).toBeGreaterThan(30);
    expect(third).toEqual({ x: 300, y: 20 });
  });

  it('lie on the line', () => {
    const line = [
      { x: 0, y: 0 },
      { x: 100, y: 40 }
    ];
    expect(pointOn(line, 0)).toEqual(line[0]);
    expect(pointOn(line, 1)).toEqual(line[1]);
    expect(pointOn(line, 0.5)).toEqual({ x: 50, y: 20 });
  });
});
