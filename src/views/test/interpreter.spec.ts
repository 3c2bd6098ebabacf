import { profileFromText } from '../../testing/profileFromText';
import { Viewer } from '../viewer';
import { makeHost, press } from './host';

const profile = profileFromText(`
  In[1]; ~python3.12!_PyEval_EvalFrameDefault              5
  In[1]; ~python3.12!_PyEval_EvalFrameDefault; python3.12!dict_merge   4
  In[1]; python3.12!dict_merge; libc!memcpy                3
  In[1]; numpy!dot                                         8
`);

let host: HTMLElement;

beforeEach(() => {
  host = makeHost([800, 400]);
});

afterEach(() => host.remove());

const tab = (): HTMLElement => host.querySelector('[data-view=interpreter]')!;

const rows = (): string[] =>
  Array.from(host.querySelectorAll('.np-mod-parts .np-Row'), row => {
    const text = row.querySelector('.np-Row-text')!.textContent;
    return `${row.querySelector('.np-Estimate')!.firstElementChild!.textContent} ${text}`.replace(
      '\u00a0',
      ' '
    );
  });

describe('the view of CPython', () => {
  it('is there where CPython’s functions are known', () => {
    const viewer = new Viewer(host, profileFromText('In[1]; numpy!dot 8'));
    expect(tab().hidden).toBe(true);
    press(viewer.node, '8');
    expect(viewer.state.value.tab).toBe('summary');
    host.replaceChildren();
    new Viewer(host, profile);
    expect(tab().hidden).toBe(false);
  });

  it('lists parts, machinery included, opens one, and goes back', () => {
    const viewer = new Viewer(host, profile);
    tab().click();
    expect(rows()).toEqual([
      '25 % Evaluator',
      '20 % Dictionaries and sets',
      '15 % C library and system below'
    ]);
    const heading = host.querySelector('.np-Interpreter h3')!;
    expect(heading.textContent).toContain('60\u00a0%');
    host.querySelectorAll<HTMLElement>('.np-mod-parts .np-Row')[1].click();
    expect(rows()).toEqual(['20 % dict_merge']);
    const focused = document.activeElement as HTMLElement;
    expect(focused.textContent).toBe('dict_merge');
    focused.click();
    const { selection } = viewer.state.value;
    expect(profile.strings[profile.functions.name[selection]]).toBe(
      'dict_merge'
    );
    press(focused, 'Escape');
    expect(rows()).toHaveLength(3);
    expect(document.activeElement!.textContent).toBe('Dictionaries and sets');
  });

  it('leads to the table of its parts, and shows the machinery there', () => {
    const viewer = new Viewer(host, profile);
    tab().click();
    const [table] = host.querySelectorAll<HTMLElement>(
      '.np-Interpreter-links button'
    );
    table.click();
    expect(viewer.state.value.foldPlumbing).toBe(false);
    const names = Array.from(
      host.querySelectorAll('.np-Grid-row.np-mod-group'),
      row => row.firstElementChild!.textContent
    );
    expect(names).toEqual([
      expect.stringContaining('numpy'),
      expect.stringContaining('Evaluator'),
      expect.stringContaining('Dictionaries and sets'),
      expect.stringContaining('libc'),
      expect.stringContaining('In[1]')
    ]);
  });

  it('makes a box for each part in the graph', () => {
    const viewer = new Viewer(host, profile);
    host.querySelector<HTMLElement>('[data-view=graph]')!.click();
    press(host.querySelector('[role=tree]')!, 'i');
    const { grouping, foldPlumbing } = viewer.state.value;
    expect([grouping, foldPlumbing]).toEqual(['interpreter', false]);
    expect(host.textContent).toContain('5 parts and modules');
  });
});
