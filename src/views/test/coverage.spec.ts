import { COVERED, coverageProfile } from '../../testing/coverage';
import { profileFromText } from '../../testing/profileFromText';
import type { IProfile } from '../../model/profile';
import { packState, unpackState } from '../keptState';
import { freshState } from '../firstState';
import { Viewer } from '../viewer';
import { makeHost, press } from './host';

let host: HTMLElement;
let viewer: Viewer;

beforeEach(() => {
  host = makeHost([900, 420]);
});

afterEach(() => {
  viewer.dispose();
  host.remove();
  jest.restoreAllMocks();
});

function open(profile: IProfile): void {
  viewer = new Viewer(host, profile);
}

function grid(): HTMLElement {
  return host.querySelector<HTMLElement>('.np-Coverage .np-Grid')!;
}

function rows(): string[][] {
  return [...grid().querySelectorAll('.np-Grid-row')].map(row =>
    Array.from(row.children, cell => cell.textContent!)
  );
}

describe('the view of coverage', () => {
  it('comes first where lines were counted, and is nowhere else', () => {
    open(COVERED);
    const tab = host.querySelector<HTMLElement>('[data-view="coverage"]')!;
    expect(tab.getAttribute('aria-selected')).toBe('true');
    // Nothing is known of time and stacks.
    const tabs = [...host.querySelectorAll<HTMLElement>('[role="tab"]')];
    expect(
      tabs.filter(({ hidden }) => !hidden).map(({ textContent }) => textContent)
    ).toEqual(['Coverage', 'Table', 'Source']);
    expect(host.querySelector('.np-Head-time')!.textContent).toBe(
      '4 of 7 lines ran'
    );
    press(grid(), '2');
    expect(viewer.state.value.tab).toBe('table');
    viewer.dispose();
    open(profileFromText('In[5]:1  9'));
    const other = host.querySelector<HTMLElement>('[data-view="coverage"]')!;
    expect(other.hidden).toBe(true);
    press(viewer.node, '1');
    expect(viewer.state.value.tab).toBe('summary');
    // A link, or what the browser kept, does not lead there either.
    viewer.dispose();
    viewer = new Viewer(host, profileFromText('In[5]:1  9'), {
      state: { tab: 'coverage' }
    });
    expect(viewer.state.value.tab).toBe('summary');
  });

  it('says what is to be known of the counts', () => {
    const notes = ['a.gcno is gone.'];
    open({ ...COVERED, quality: { notes } });
    expect(host.querySelector('.np-Coverage .np-Notes')!.textContent).toContain(
      notes[0]
    );
  });

  it('says how much ran, and where most is missing first', () => {
    open(COVERED);
    const totals = host.querySelectorAll('.np-Coverage-total');
    expect(Array.from(totals, total => total.textContent)).toEqual([
      'Lines57 %4 of 7',
      'Functions66 %2 of 3',
      'Branches25 %1 of 4'
    ]);
    expect(rows()).toEqual([
      [
        'src/a.c',
        '2 of 5\u200340 %',
        '3',
        '1 of 4\u200325 %',
        '1 of 2\u200350 %'
      ],
      ['lib/b.c', '2 of 2\u2003100 %', '0', '\u2013', '1 of 1\u2003100 %']
    ]);
  });

  it('shows functions or directories, those with gaps alone, in any order', () => {
    open(COVERED);
    press(grid(), 'g');
    const menu = [...host.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
    menu.find(item => item.textContent!.includes('By function'))!.click();
    expect(rows().map(([name, , missing]) => [name, missing])).toEqual([
      ['never', '2'],
      ['leaf', '1'],
      ['twice', '0']
    ]);
    expect(rows()[0].slice(-2)).toEqual(['0', 'a.c:9']);
    press(grid(), 'n');
    expect(rows().map(([name]) => name)).toEqual(['never', 'leaf']);
    expect(host.querySelector('.np-Tools-text')!.textContent).toBe(
      '2 of 3 functions'
    );
    grid()
      .querySelectorAll<HTMLElement>('[role="columnheader"] button')[0]
      .click();
    expect(rows().map(([name]) => name)).toEqual(['leaf', 'never']);
    viewer.state.set({ search: 'never' });
    expect(rows().map(([name]) => name)).toEqual(['never']);
  });

  it('begins with the functions of a single file', () => {
    const only = coverageProfile({
      'src/a.c': {
        functions: { f: [2, 3] },
        lines: { 2: ['f', 3], 3: ['f', 0] }
      }
    });
    open(only);
    expect(rows()).toEqual([
      ['f', '1 of 2\u200350 %', '1', '\u2013', '3', 'a.c:2']
    ]);
    const count = (): string =>
      host.querySelector('.np-Tools-text')!.textContent!;
    expect(count()).toBe('1 function');
    viewer.state.set({
      coverage: { ...viewer.state.value.coverage, by: 'file' }
    });
    expect(count()).toBe('1 file');
  });

  it('leads to the first line that never ran', () => {
    open(COVERED);
    press(grid(), 'ArrowDown');
    const { selection, line } = viewer.state.value;
    expect(COVERED.strings[COVERED.functions.name[selection]]).toBe('leaf');
    expect(line).toMatchObject({ func: selection, line: 5 });
    press(grid(), 'Enter');
    expect(viewer.state.value).toMatchObject({ tab: 'source', line });
    // The Table, which leads to the Graph elsewhere, leads there too.
    viewer.state.set({ tab: 'table' });
    press(host.querySelector('.np-Table .np-Grid')!, 'Enter');
    expect(viewer.state.value.tab).toBe('source');
  });

  it('remembers what was chosen', () => {
    open(COVERED);
    const first = freshState(COVERED).value;
    const coverage = {
      by: 'directory',
      never: true,
      sort: 'lines',
      descending: false
    } as const;
    const packed = packState({ ...first, coverage }, first);
    expect(packed).toEqual({ coverage });
    expect(unpackState(COVERED, packed, first)).toEqual({ coverage });
    const wrong = { coverage: { by: 'planet', never: 7, sort: null } };
    expect(unpackState(COVERED, wrong, first)).toEqual({
      coverage: first.coverage
    });
  });
});
