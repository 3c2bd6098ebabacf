import { profileFromText } from '../../testing/profileFromText';
import { packState, unpackState } from '../keptState';
import { profileKey } from '../profileKey';
import { browserMemory } from '../memory';
import type { IViewState } from '../state';
import { firstState } from '../firstState';
import { Viewer } from '../viewer';
import { makeHost } from './host';

const profile = profileFromText(
  `
  In[5]:1; sorted(builtin_sorted); In[2].by_value:8      600
  In[5]:2; numpy!dgemm                                   300
  In[5]:2; numpy!dgemm; kernel!page_fault                100  kernel  [worker]  {fetch get}
`,
  { unit: 'ns' }
);

const first = firstState(profile).value;

const CHOSEN: Partial<IViewState> = {
  tab: 'flame',
  selection: 2,
  line: { func: 2, file: 1, line: 8 },
  search: 'sort',
  foldPlumbing: false,
  lane: { kind: 'thread', row: 1 },
  time: { from: 10, to: 2000 },
  conditions: [
    { field: 'module', negated: true, values: ['numpy', 'a b'] },
    { field: 'text', negated: false, values: ['list sort'] }
  ],
  flame: {
    order: 'leaves',
    merge: 'line',
    colours: 'module',
    edits: [{ what: 'hide', by: 'module', key: 12 }]
  },
  zoom: [0, 1],
  focus: 1,
  threshold: 0.02,
  chart: 'lines',
  grouping: 'module',
  joinCycles: true,
  collapsed: [1],
  expanded: [0, 2],
  table: {
    lines: true,
    group: 'file',
    sort: 'name',
    descending: false,
    columns: { self: false },
    sandwich: true
  }
};

const throughJSON = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value));

describe('the state as plain data', () => {
  it('comes back as it was', () => {
    const packed = packState({ ...first, ...CHOSEN, hover: 3 }, first);
    expect(unpackState(profile, throughJSON(packed), first)).toEqual(CHOSEN);
  });

  it('is nothing where nothing was chosen', () => {
    expect(packState({ ...first, hover: 3 }, first)).toEqual({});
  });

  const BAD: readonly unknown[] = [
    null,
    7,
    'tab',
    [],
    { hover: 1, __proto__: { tab: 'x' }, constructor: 1 },
    { tab: 7, search: {}, selection: 99, focus: -2, zoom: [0, -1] },
    {
      line: { func: 0, file: 9999, line: 1 },
      lane: { kind: 'thread', row: 9 }
    },
    { lane: { kind: 'process', pid: 12345 }, time: { from: 2, to: 1 } },
    { conditions: 'modul:x', value: 5, threshold: 3, chart: 'pie' },
    { foldPlumbing: 'no', flame: { order: 1 }, conditions: [{ field: 'x' }] }
  ];

  it.each(BAD.map(packed => ({ packed })))(
    'leaves out what does not fit: $packed',
    ({ packed }) => {
      expect(unpackState(profile, packed, first)).toEqual({});
    }
  );
});

describe('a viewer', () => {
  let host: HTMLElement;

  beforeEach(() => {
    localStorage.clear();
    host = makeHost();
  });

  afterEach(() => host.remove());

  it('shows again what was chosen, and nothing of another profile', () => {
    const env = { memory: browserMemory };
    const viewer = new Viewer(host, profile, env);
    viewer.state.set({
      tab: 'table',
      conditions: [{ field: 'module', negated: false, values: ['numpy'] }]
    });
    viewer.dispose();
    const again = new Viewer(host, profile, env);
    expect(again.state.value.tab).toBe('table');
    expect(host.querySelector('.np-Chip')!.textContent).toBe('module numpy');
    again.state.set({ tab: 'summary', conditions: [] });
    again.dispose();
    expect(localStorage.getItem('nativeprofile:states')).toBe('[]');
    const other = { ...profile, meta: { ...profile.meta, started: 1 } };
    new Viewer(host, other, env).dispose();
    expect(profileKey(other.meta)).not.toBe(profileKey(profile.meta));
  });

  it('shows what a link says, whatever was remembered', () => {
    browserMemory.write(profileKey(profile.meta), { tab: 'graph' });
    const viewer = new Viewer(host, profile, {
      memory: browserMemory,
      state: { tab: 'flame', conditions: '-name:sorted' }
    });
    expect(viewer.state.value.tab).toBe('flame');
    expect(viewer.context.data.total).toBe(400);
    viewer.dispose();
  });

  it('works where storage holds something else, or is forbidden', () => {
    localStorage.setItem('nativeprofile:states', '{"a": 1}');
    expect(browserMemory.read('a')).toBeUndefined();
    localStorage.setItem('nativeprofile:states', 'x[');
    browserMemory.write('a', { tab: 'flame' });
    expect(browserMemory.read('a')).toEqual({ tab: 'flame' });
    jest.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
      throw new Error('forbidden');
    });
    expect(browserMemory.read('a')).toBeUndefined();
    jest.restoreAllMocks();
  });

  it('gives the link to what it shows', async () => {
    const link = jest.fn().mockReturnValue('http://lab/x?y');
    const viewer = new Viewer(host, profile, { link });
    viewer.state.set({ tab: 'graph' });
    viewer.commands.copyLink();
    expect(link).toHaveBeenCalledWith({ tab: 'graph' });
    const input = host.querySelector<HTMLInputElement>('.np-Address input')!;
    expect(input.value).toBe('http://lab/x?y');
    await Promise.resolve();
    input.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })
    );
    expect(host.querySelector('.np-Address')).toBeNull();
    viewer.dispose();
  });
});
