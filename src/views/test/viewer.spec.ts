import {
  exactProfileFromText,
  profileFromText
} from '../../testing/profileFromText';
import { example as profile } from '../../testing/example';
import type { IViewerEnv } from '../env';
import { VIEWS } from '../registry';
import { Viewer } from '../viewer';
import { makeHost, press } from './host';

let host: HTMLElement;

beforeEach(() => {
  host = makeHost();
});

afterEach(() => host.remove());

function make(of = profile, env: IViewerEnv = {}): Viewer {
  return new Viewer(host, of, env);
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
    expect(quality).toContain('1,000 samples · ±3 % · 99.9 % stitched');
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

  it('goes back by Escape to the row that led to the graph', async () => {
    const viewer = make();
    // The next key is an action of its own.
    const strike = async (key: string): Promise<void> => {
      press(document.activeElement!, key);
      await Promise.resolve();
    };
    tab('table').click();
    viewer.activeView!.focus();
    await strike('ArrowDown');
    await strike('ArrowDown');
    const { selection } = viewer.state.value;
    await strike('Enter');
    expect(viewer.state.value).toMatchObject({
      tab: 'graph',
      focus: selection
    });
    await strike('ArrowDown');
    await strike('Escape');
    expect(viewer.state.value).toMatchObject({
      tab: 'table',
      selection,
      focus: -1
    });
    expect(viewer.activeView!.node.contains(document.activeElement)).toBe(true);
    await strike('U');
    expect(viewer.state.value.tab).toBe('graph');
  });

  it('copies the name of the selected function where no text is chosen', async () => {
    const writeText = jest.fn(() => Promise.resolve());
    Object.assign(navigator, { clipboard: { writeText } });
    const viewer = make();
    const copy = (): boolean =>
      viewer.node.dispatchEvent(
        new KeyboardEvent('keydown', {
          key: 'c',
          ctrlKey: true,
          bubbles: true,
          cancelable: true
        })
      );
    expect(copy()).toBe(true);
    viewer.state.set({ selection: 1 });
    expect(copy()).toBe(false);
    await Promise.resolve();
    await Promise.resolve();
    expect(writeText).toHaveBeenCalledWith('sorted');
    expect(host.querySelector('[aria-live]')!.textContent).toBe(
      'Copied sorted'
    );
    getSelection()!.selectAllChildren(host.querySelector('.np-Head')!);
    expect(copy()).toBe(true);
    expect(writeText).toHaveBeenCalledTimes(1);
    getSelection()!.removeAllRanges();
  });

  it('gives the focus back to the view where a key opened a menu', () => {
    const viewer = make();
    tab('table').click();
    viewer.activeView!.focus();
    const grid = document.activeElement!;
    press(grid, 'c');
    const entry = document.activeElement!;
    expect(entry.getAttribute('role')).toBe('menuitemcheckbox');
    press(entry, 'Escape');
    expect(document.activeElement).toBe(grid);
  });

  it('passes a letter pressed on a tab or a button on to the view', () => {
    const viewer = make();
    tab('table').click();
    tab('table').focus();
    press(tab('table'), 's');
    expect(viewer.state.value.table.sandwich).toBe(true);
    expect(viewer.activeView!.node.contains(document.activeElement)).toBe(true);
    const button = host.querySelector<HTMLElement>('.np-Icon')!;
    button.focus();
    // No key of any view: nothing goes round in circles.
    press(button, 'x');
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

  it("says what is missing in the reader's language", () => {
    const trans = { __: (text: string) => `«${text}»` };
    make(profileFromText(''), { trans });
    tab('table').click();
    expect(host.querySelector('.np-Empty')!.textContent).toMatch(
      /^«No samples were taken.*»$/
    );
  });

  it('says in each view that nothing was measured, and sends nobody elsewhere', () => {
    make(profileFromText('', { meta: { kind: 'sampled', rate: 999 } }));
    for (const name of ['flame', 'graph', 'table', 'source', 'timeline']) {
      tab(name).click();
      const view = host.querySelector('.np-View:not([hidden])')!;
      expect(view.textContent).toContain('No samples were taken');
      expect(view.querySelector('button')).toBeNull();
    }
    tab('summary').click();
    expect(host.querySelector('.np-Chart')!.closest('[hidden]')).not.toBeNull();
    // A picture of nothing has no name.
    expect(host.querySelector<HTMLElement>('.np-Bar')!.hidden).toBe(true);
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
