import {
  exactProfileFromText,
  profileFromText
} from '../../testing/profileFromText';
import type { IProfile } from '../../model/profile';
import { functionLabel } from '../../analysis/names';
import { Viewer } from '../viewer';
import { makeHost } from './host';

const exact = exactProfileFromText(
  `
  In[5]             1    2   62
  m.a               4   10   40
  m.b               2    0   20
  m.f             100   30   50
  json.dumps        5   20   20
  In[5] > m.a       4   10   40
  In[5] > m.b       2    0   20
  m.a > m.f        80   20   30
  m.b > m.f        20   10   20
  m.f > json.dumps  5   20   20
`,
  {
    values: [{ name: 'wall', unit: 'ns' }],
    summary: { unit: 'ns', total: 62 }
  }
);

let host: HTMLElement;
let viewer: Viewer;

beforeEach(() => {
  host = makeHost();
});

afterEach(() => {
  viewer.dispose();
  host.remove();
});

function open(profile: IProfile): void {
  viewer = new Viewer(host, profile);
  viewer.state.set({ tab: 'table' });
}

function grid(label = 'Functions'): HTMLElement {
  return host.querySelector<HTMLElement>(`.np-Grid[aria-label="${label}"]`)!;
}

function rowsOf(label?: string): string[][] {
  return [...grid(label).querySelectorAll('.np-Grid-row')].map(row =>
    Array.from(row.children, cell => cell.textContent!)
  );
}

function names(label?: string): string[] {
  return rowsOf(label).map(([name]) => name);
}

function heads(label?: string): string[] {
  return [...grid(label).querySelectorAll('[role=columnheader]')].map(head =>
    head.getAttribute('aria-label')!
  );
}

function press(target: Element, key: string, shiftKey = false): void {
  target.dispatchEvent(
    new KeyboardEvent('keydown', {
      key,
      shiftKey,
      bubbles: true,
      cancelable: true
    })
  );
}

function selected(): string {
  const { selection } = viewer.state.value;
  return selection < 0 ? '' : functionLabel(viewer.context.profile, selection);
}

function menu(): HTMLButtonElement[] {
  return [...host.querySelectorAll<HTMLButtonElement>('.np-Menu button')];
}

/** The text of what the active view saves under a label. */
async function saved(label: RegExp): Promise<string> {
  const choice = viewer.activeView!.exports!().find(choice =>
    label.test(choice.label)
  )!;
  const blob = await choice.make();
  return new Promise(resolve => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.readAsText(blob);
  });
}

describe('order of the table', () => {
  it('follows a click on a column, and a second click turns it over', () => {
    open(exact);
    expect(names()).toEqual(['f', 'dumps', 'a', 'In[5]', 'b']);
    const head = (): HTMLElement =>
      grid().querySelector<HTMLElement>('[aria-label="Calls"] button')!;
    head().click();
    expect(names()).toEqual(['f', 'dumps', 'a', 'b', 'In[5]']);
    head().click();
    expect(names()).toEqual(['In[5]', 'b', 'a', 'dumps', 'f']);
  });

  it('follows Shift and the arrows', () => {
    open(exact);
    const by = (): string | undefined =>
      grid()
        .querySelector('[aria-sort=ascending], [aria-sort=descending]')
        ?.getAttribute('aria-label') ?? undefined;
    press(grid(), 'ArrowRight', true);
    press(grid(), 'ArrowRight', true);
    expect(by()).toBe('Inclusive');
    press(grid(), 'ArrowUp', true);
    expect(names()).toEqual(['dumps', 'b', 'a', 'f', 'In[5]']);
    expect(viewer.state.value.table).toMatchObject({
      sort: 'inclusive',
      descending: false
    });
  });

  it('keeps the active row where rows change their places', () => {
    open(exact);
    press(grid(), 'ArrowDown');
    expect(selected()).toBe('f');
    press(grid(), 'ArrowUp', true);
    press(grid(), 'ArrowUp');
    expect(selected()).toBe('dumps');
  });
});

describe('columns of the table', () => {
  const several = profileFromText(
    `
    In[5]:1; f:2          600/900/3
    In[5]:1; f:2; g:3     100/100/0
  `,
    {
      values: [
        { name: 'cpu', unit: 'ns' },
        { name: 'wall', unit: 'ns' },
        { name: 'page-faults', unit: 'count', exact: true }
      ]
    }
  );

  it('are a pair for each value', () => {
    open(several);
    expect(heads()).toEqual([
      'Function',
      'Self, CPU time',
      'Self %, CPU time',
      'Inclusive, CPU time',
      'Incl. %, CPU time',
      'Place',
      'Module',
      'Category',
      'Self, Wall time',
      'Inclusive, Wall time',
      'Self, Page faults',
      'Inclusive, Page faults'
    ]);
    expect(rowsOf()[0].slice(-4)).toEqual([
      '900\u00a0ns',
      '1.00\u00a0µs',
      '3',
      '3'
    ]);
  });

  it('say what a call took where calls were counted', () => {
    open(exact);
    const at = heads().indexOf('Per call');
    expect(rowsOf()[0].slice(at - 1, at + 1)).toEqual(['100', '1\u00a0ns']);
  });

  it('are chosen by key in a menu that stays', () => {
    open(several);
    press(grid(), 'c');
    const place = menu().find(entry => /Place/.test(entry.textContent!))!;
    expect(place.getAttribute('aria-checked')).toBe('true');
    place.click();
    expect(place.getAttribute('aria-checked')).toBe('false');
    expect(heads()).not.toContain('Place');
    menu()
      .find(entry => /Samples/.test(entry.textContent!))!
      .click();
    expect(heads()).toContain('Samples');
    menu().slice(-1)[0].click();
    expect(heads()).toContain('Place');
    expect(heads()).not.toContain('Samples');
  });
});

describe('groups of rows', () => {
  it('are closed at first and opened by arrows', () => {
    open(exact);
    press(grid(), 'g');
    menu()
      .find(entry => /By module/.test(entry.textContent!))!
      .click();
    expect(names()).toEqual(['▸m', '▸json', '▸In[5]']);
    expect(grid().getAttribute('role')).toBe('treegrid');
    expect(rowsOf()[0]).toContain('3 functions');
    press(grid(), 'ArrowDown');
    press(grid(), 'ArrowRight');
    expect(names()).toEqual(['▾m', 'f', 'a', 'b', '▸json', '▸In[5]']);
    expect(selected()).toBe('');
    press(grid(), 'ArrowDown');
    expect(selected()).toBe('f');
    press(grid(), 'ArrowLeft');
    press(grid(), 'ArrowLeft');
    expect(names()).toEqual(['▸m', '▸json', '▸In[5]']);
  });

  it('are opened by a click, by a search and by what another view selects', () => {
    open(exact);
    viewer.state.set({
      table: { ...viewer.state.value.table, group: 'file' }
    });
    expect(names()).toEqual(['▸m.py', '▸json.py', '▸In[5]']);
    grid().querySelectorAll<HTMLElement>('.np-Grid-row')[1].click();
    expect(names()).toEqual(['▸m.py', '▾json.py', 'dumps', '▸In[5]']);
    viewer.state.set({ search: 'm.py' });
    expect(names()).toEqual(['▾m.py', 'f', 'a', 'b']);
    viewer.state.set({ search: '' });
    const a = exact.functions.name.findIndex(
      name => exact.strings[name] === 'a'
    );
    viewer.state.set({ selection: a });
    expect(names().slice(0, 3)).toEqual(['▾m.py', 'f', 'a']);
  });

  it('cost what their rows cost, and what they called once', () => {
    open(
      profileFromText(`
        In[5]; m.f; numpy!dot; m.g   8
        In[5]; m.f                   4
      `)
    );
    viewer.state.set({
      table: { ...viewer.state.value.table, group: 'module' }
    });
    const at = heads().indexOf('Self');
    expect(
      rowsOf().map(row => [row[0], row[at], row[at + 2]].join(' '))
    ).toEqual([
      '▸m 12\u00a0ns 12\u00a0ns',
      '▸In[5] 0 12\u00a0ns',
      '▸numpy 0 8\u00a0ns'
    ]);
  });
});

describe('the sandwich', () => {
  it('begins with the costliest function and travels by keys', () => {
    open(exact);
    press(grid(), 's');
    expect(selected()).toBe('f');
    expect(names('Callers')).toEqual(['a', 'b']);
    expect(names('Callees')).toEqual(['dumps']);
    expect(rowsOf('Callers')[0]).toEqual([
      'a',
      '30\u00a0ns',
      expect.stringMatching(/^48/),
      '80',
      '0\u00a0ns'
    ]);
    expect(host.querySelector('.np-Sandwich-facts')!.textContent).toContain(
      '100 calls'
    );
    const callers = grid('Callers');
    callers.focus();
    press(callers, 'ArrowDown');
    press(callers, 'ArrowDown');
    // Looking at a caller does not go there.
    expect(selected()).toBe('f');
    press(callers, 'ArrowDown');
    expect(document.activeElement).toBe(grid('Callees'));
    press(grid('Callees'), 'Enter');
    expect(selected()).toBe('dumps');
    expect(names('Callers')).toEqual(['f']);
  });

  it('goes to what is clicked, and back step by step', () => {
    open(exact);
    press(grid(), 's');
    const click = (label: string): void =>
      grid(label).querySelector<HTMLElement>('.np-Grid-row')!.click();
    click('Callers');
    click('Callers');
    expect(selected()).toBe('In[5]');
    expect(names('Callers')).toEqual([]);
    press(viewer.node, 'Escape');
    expect(selected()).toBe('a');
    press(viewer.node, 'Escape');
    expect(selected()).toBe('f');
    press(viewer.node, 'Escape');
    expect(selected()).toBe('');
  });

  it('follows what another view selects, and a filter', () => {
    open(profileFromText('In[5]; a; f   3\nIn[5]; b; f   2  [pool]'));
    viewer.state.set({
      table: { ...viewer.state.value.table, sandwich: true }
    });
    expect(names('Callers')).toEqual(['a', 'b']);
    viewer.state.set({ lane: { kind: 'thread', row: 1 } });
    expect(names('Callers')).toEqual(['b']);
    viewer.state.set({ selection: 0 });
    expect(names('Callers')).toEqual(['stacks begin here']);
    expect(names('Callees')).toEqual(['b']);
  });

  it('is saved as CSV', async () => {
    open(exact);
    press(grid(), 's');
    expect((await saved(/Callers/)).split('\r\n').slice(0, 4)).toEqual([
      'side,function,cost_ns,calls,full_name',
      expect.stringMatching(/^caller,a,30,80,/),
      expect.stringMatching(/^caller,b,20,20,/),
      expect.stringMatching(/^callee,dumps,20,5,/)
    ]);
  });
});

it('saves the rows that are shown, with their units, in their order', async () => {
  open(exact);
  viewer.state.set({
    search: 'm.py',
    table: {
      ...viewer.state.value.table,
      group: 'module',
      sort: 'calls',
      columns: { place: false, category: false }
    }
  });
  expect((await saved(/Table/)).split('\r\n').slice(0, 3)).toEqual([
    'group,function,self_wall_ns,self_share,inclusive_wall_ns,' +
      'inclusive_share,calls,per_call_ns,module,full_name',
    expect.stringMatching(/^m,f,30,0\.48\d*,50,0\.80\d*,100,0\.5,m,/),
    expect.stringMatching(/^m,a,10,0\.16\d*,40,0\.64\d*,4,10,m,/)
  ]);
});
