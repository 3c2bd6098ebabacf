import { example as profile } from '../../testing/example';
import { COMPARE_CHOICE } from '../compare/choice';
import { firstState, needsOf } from '../firstState';
import { unpackState } from '../keptState';
import { besideOf, showing, shownViews } from '../shown';
import type { IViewState } from '../state';
import { Viewer } from '../viewer';
import { makeHost, press } from './host';

let host: HTMLElement;

beforeEach(() => {
  host = makeHost();
});

afterEach(() => host.remove());

/** A viewer with a first view, in a place with room for two. */
function make(state: Partial<IViewState> = {}): Viewer {
  const viewer = new Viewer(host, profile);
  viewer.state.set({ room: 2, ...state });
  return viewer;
}

/** The tools and the views in sight, by what the second pane is called. */
function seen(): (string | null)[] {
  const [second] = host.querySelectorAll<HTMLElement>('[role=region]');
  const views = host.querySelectorAll('.np-View:not([hidden])');
  return [
    `${views.length}`,
    second.hidden ? null : second.getAttribute('aria-label')
  ];
}

const divider = (): HTMLElement => host.querySelector('[role=separator]')!;

describe('which views are shown', () => {
  const state = (part: Partial<IViewState>): IViewState => ({
    ...firstState(profile).value,
    room: 2,
    ...part
  });

  it.each([
    ['flame', '', ['flame']],
    ['flame', 'source', ['flame', 'source']],
    ['source', 'source', ['source', 'graph']],
    ['graph', 'graph', ['graph', 'source']],
    ['graph', 'compare', ['graph', 'source']]
  ])('%s with %s beside', (tab, beside, shown) => {
    expect(shownViews(state({ tab, beside }))).toEqual(shown);
    expect(shownViews(state({ tab, beside, room: 1 }))).toEqual([tab]);
  });

  it('is the comparison while there is one', () => {
    const runs = [{ key: 'x' }] as unknown as typeof COMPARE_CHOICE.runs;
    const compare = { ...COMPARE_CHOICE, runs };
    const both = state({ tab: 'flame', beside: 'compare', compare });
    expect(besideOf(both)).toBe('compare');
  });

  it('leaves a view where it stands already', () => {
    const both = state({ tab: 'flame', beside: 'source' });
    expect(showing(both, 'source')).toEqual({});
    expect(showing(both, 'table')).toEqual({ tab: 'table' });
    expect(showing({ ...both, room: 1 }, 'source')).toEqual({ tab: 'source' });
  });

  it('decides what is computed beforehand', () => {
    const both = state({ tab: 'graph', beside: 'source' });
    expect(needsOf(both, profile)).toEqual(
      expect.arrayContaining(['graph', 'lines'])
    );
    const alone = needsOf({ ...both, room: 1 }, profile);
    expect(alone).toContain('graph');
    expect(alone).not.toContain('lines');
  });

  it('is read from what was kept, if there are such views', () => {
    const kept = { tab: 'graph', beside: 'source', split: 0.3, room: 2 };
    const first = firstState(profile).value;
    expect(firstState(profile, { state: kept }).value).toEqual({
      ...first,
      ...kept,
      room: 1
    });
    const bad = { tab: 'nowhere', beside: '__proto__', split: 0.9 };
    expect(firstState(profile, { state: bad }).value).toEqual(first);
    for (const split of [0, 1, -3, NaN, '0.5', null]) {
      expect(unpackState(profile, { split }, first)).toEqual({});
    }
  });
});

describe('two views side by side', () => {
  it('come and go by button and key, and are undone', async () => {
    const viewer = make({ tab: 'graph' });
    expect(seen()).toEqual(['1', null]);
    const button = host.querySelector<HTMLElement>('.np-Tabs > .np-Icon')!;
    button.click();
    expect(button.getAttribute('aria-pressed')).toBe('true');
    expect(seen()).toEqual(['2', 'Beside: Source']);
    // What one task changes is one step.
    await Promise.resolve();
    press(viewer.node, 'B');
    expect(seen()).toEqual(['1', null]);
    await Promise.resolve();
    press(viewer.node, 'u');
    expect(seen()).toEqual(['2', 'Beside: Source']);
  });

  it('have one selection', () => {
    const viewer = make({ tab: 'table', beside: 'source' });
    const row = host.querySelector<HTMLElement>('.np-Grid-row')!;
    row.click();
    const { selection } = viewer.state.value;
    expect(selection).toBeGreaterThanOrEqual(0);
    viewer.state.set({ tab: 'source', beside: 'table' });
    expect(
      host.querySelectorAll('.np-Grid-row[aria-selected=true]')
    ).toHaveLength(1);
  });

  it('stay where a link of one leads to the other', () => {
    const { context, state } = make({ tab: 'flame', beside: 'source' });
    context.open({ tab: 'source', selection: 0 });
    expect(state.value).toMatchObject({ tab: 'flame', selection: 0 });
    context.open({ tab: 'graph' });
    expect(state.value).toMatchObject({ tab: 'graph', beside: 'source' });
  });

  it('keep the choice where there is no room, and draw nothing of it', () => {
    const viewer = make({ tab: 'graph', beside: 'table' });
    expect(seen()).toEqual(['2', 'Beside: Table']);
    viewer.state.set({ room: 1 });
    expect(seen()).toEqual(['1', null]);
    const { length } = host.querySelectorAll('.np-Grid-row');
    viewer.state.set({ search: 'numpy' });
    expect(host.querySelectorAll('.np-Grid-row')).toHaveLength(length);
    press(viewer.node, 'B');
    expect(host.querySelector('[aria-live]')!.textContent).toContain('no room');
    viewer.state.set({ room: 2 });
    expect(seen()).toEqual(['2', 'Beside: Table']);
    expect(host.querySelectorAll('.np-Grid-row').length).toBeLessThan(length);
  });

  it('each have their tools, alone those beside the tabs', () => {
    const viewer = make({ tab: 'flame', beside: 'table' });
    const tools = (within: string): number =>
      host.querySelectorAll(`${within} > .np-Tools > .np-Tools`).length;
    expect(tools('.np-Pane-head')).toBe(2);
    expect(tools('.np-Tabs')).toBe(0);
    viewer.state.set({ beside: '' });
    expect(tools('.np-Tabs')).toBe(1);
  });

  it('take the focus in turn, and Escape and letters go where it is', () => {
    const viewer = make({ tab: 'summary', beside: 'table' });
    viewer.activeView!.focus();
    const first = viewer.activeView;
    expect(press(document.activeElement!, 'F6').defaultPrevented).toBe(true);
    expect(viewer.activeView).not.toBe(first);
    expect(document.activeElement!.closest('[role=region]')).not.toBeNull();
    press(document.activeElement!, '1');
    expect(viewer.activeView).toBe(first);
    press(document.activeElement!, '4');
    expect(viewer.state.value.tab).toBe('summary');
    press(document.activeElement!, 'B');
    expect(viewer.activeView).toBe(first);
    expect(
      host.querySelector('[role=tabpanel]')!.contains(document.activeElement)
    ).toBe(true);
    expect(press(viewer.node, 'F6').defaultPrevented).toBe(false);
  });

  it('are divided by keys, within bounds', () => {
    const viewer = make({ tab: 'summary', beside: 'table' });
    const at = (): string | null => divider().getAttribute('aria-valuenow');
    expect(at()).toBe('50');
    press(divider(), 'ArrowLeft');
    expect(at()).toBe('48');
    press(divider(), 'End');
    press(divider(), 'ArrowRight');
    expect(at()).toBe('80');
    expect(viewer.state.value.split).toBeCloseTo(0.8);
    press(divider(), 'Home');
    expect(at()).toBe('20');
    divider().dispatchEvent(new MouseEvent('dblclick'));
    expect(viewer.state.value.split).toBe(0.5);
  });

  it('leave nothing behind', () => {
    const viewer = make({ tab: 'graph', beside: 'source' });
    const { state } = viewer;
    viewer.dispose();
    expect(state.listenerCount).toBe(0);
  });
});
