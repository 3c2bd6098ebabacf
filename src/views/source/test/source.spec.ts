import type { IProfile } from '../../../model/profile';
import {
  exactProfileFromText,
  profileFromText
} from '../../../testing/profileFromText';
import type { IViewerEnv } from '../../env';
import { Viewer } from '../../viewer';
import { makeHost } from '../../test/host';

const SOURCE = `import json
best = sorted(rows, key=by_value)
m = len(best) + (a @ a).sum()
print(m)`;

const cells = [{ name: 'In[5]', prompt: 5, id: null, source: SOURCE }];
const profile = profileFromText(
  `
  In[5]:2; sorted(builtin_sorted)                       300
  In[5]:2; sorted(builtin_sorted); tool.key:7           100
  In[5]:3<17-22>; numpy!dgemm@/src/dgemm.c:12           500
  In[5]:3<16-29>; numpy!sum                             100
  `,
  { cells, summary: { effective: 1000 } }
);

let host: HTMLElement;
let viewer: Viewer | null = null;

beforeEach(() => {
  host = makeHost();
});

afterEach(() => {
  viewer?.dispose();
  host.remove();
});

/** A viewer that shows the source, when all has been read. */
async function make(of: IProfile, env: IViewerEnv = {}): Promise<Viewer> {
  viewer = new Viewer(host, of, env);
  viewer.state.set({ tab: 'source' });
  await settled();
  return viewer;
}

function settled(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 50));
}

/** The first element that is selected, once it is there: a grammar is loaded before it colours. */
async function coming(selector: string): Promise<Element> {
  let found: Element | null;
  while ((found = host.querySelector(selector)) === null) {
    await settled();
  }
  return found;
}

function rows(): HTMLElement[] {
  return [...host.querySelectorAll<HTMLElement>('.np-Source-row')];
}

function textOf(row: Element): string {
  const copy = row.querySelector('.np-Source-text')!.cloneNode(true) as Element;
  copy.querySelectorAll('.np-Hidden').forEach(node => node.remove());
  return copy.textContent ?? '';
}

function press(key: string): void {
  const event = new KeyboardEvent('keydown', {
    key,
    bubbles: true,
    cancelable: true
  });
  host.querySelector('.np-Source-grid')!.dispatchEvent(event);
}

function costs(row: Element): string {
  return [...row.querySelectorAll('.np-Estimate')]
    .map(node => node.textContent!.replace(/\s/g, ' '))
    .join(', ');
}

const note = (): HTMLElement => host.querySelector('.np-Source-note')!;
const active = (): string | null =>
  host.querySelector('.np-mod-active .np-Source-number')?.textContent ?? null;
const picker = (): HTMLButtonElement =>
  host.querySelector('.np-Source-picker')!;

describe('the source view', () => {
  it('shows the cell as typed, with what each line costs', async () => {
    await make(profile);
    expect(rows().map(textOf)).toEqual(SOURCE.split('\n'));
    expect(rows().map(costs)).toEqual([
      '',
      '30 % ±3, 40 % ±3',
      '60 % ±3, 60 % ±3',
      ''
    ]);
    const split = rows()[1].querySelector('.np-Mini')!;
    expect(split.getAttribute('aria-label')).toMatch(
      /Python 25.*built-in C 75|built-in C 75.*Python 25|Python 25/
    );
    expect(note().hidden).toBe(true);
  });

  it('colours the words', async () => {
    await make(profile);
    const { textContent } = await coming('.np-Code-keyword');
    expect(textContent).toBe('import');
  });

  it('marks expressions and says them to a screen reader', async () => {
    await make(profile);
    const marked = [...rows()[2].querySelectorAll('.np-Expr')];
    const inner = marked.filter(
      node => (node as HTMLElement).dataset.span === '0'
    );
    expect(inner.map(node => node.textContent).join('')).toBe('a @ a');
    expect(marked.map(node => node.textContent).join('')).toBe('(a @ a).sum()');
    const said = rows()[2].querySelector('.np-Hidden')!.textContent;
    expect(said).toMatch(/a @ a 50\s%\s±3; \(a @ a\).sum\(\) 10\s%\s±2/);
  });

  it('selects in every view what is clicked, and travels by n and N', async () => {
    const { state } = await make(profile);
    rows()[2].click();
    expect(active()).toBe('3');
    const { selection, line } = state.value;
    expect(line).toMatchObject({ func: selection, line: 3 });
    press('n');
    expect(active()).toBe('2');
    press('N');
    expect(active()).toBe('3');
    press('ArrowDown');
    expect(active()).toBe('4');
    // Nothing was measured there: the selection stays.
    expect(state.value.selection).toBe(selection);
    press('Enter');
    expect(state.value.tab).toBe('flame');
  });

  it('follows a selection made elsewhere to its file and line', async () => {
    const readSource = jest.fn().mockResolvedValue({
      text: Array.from({ length: 9 }, (_, i) => `line ${i + 1}`).join('\n'),
      modified: 0
    });
    const { state } = await make(profile, { readSource });
    const key = profile.strings.indexOf('key');
    state.set({ selection: profile.functions.name.indexOf(key) });
    await settled();
    expect(readSource).toHaveBeenCalledWith('tool.py');
    expect(active()).toBe('7');
    expect(picker().textContent).toBe('tool.py');
    expect(textOf(rows()[6])).toBe('line 7');
  });

  it('lists cells and files by what they cost', async () => {
    await make(profile);
    picker().click();
    const items = [...host.querySelectorAll('.np-Menu > *')];
    expect(items.map(item => item.textContent!.replace(/\s/g, ' '))).toEqual([
      'Cells, by their own cost',
      '✓ In[5] 90 %',
      'Python files',
      '  tool.py 10 %',
      'Native source',
      '  src/dgemm.c 50 %'
    ]);
  });

  it('says what is missing without a server, and shows the lines it knows', async () => {
    const { state } = await make(profile);
    const tool = profile.strings.indexOf('tool.py');
    const func = profile.functions.file.indexOf(tool);
    state.set({ selection: func });
    await settled();
    expect(note().textContent).toContain('no Jupyter server here to read tool');
    expect(rows().map(row => row.textContent!.replace(/\s/g, ' '))).toEqual([
      '710 % ±210 % ±2key'
    ]);
  });

  it('says what the server said where it gives no file, and asks again', async () => {
    const readSource = jest
      .fn()
      .mockRejectedValueOnce(new Error('tool.py is gone.'))
      .mockResolvedValue({ text: 'now', modified: 0 });
    const { state } = await make(profile, { readSource });
    const open = async (name: string): Promise<void> => {
      const file = profile.strings.indexOf(name);
      state.set({ selection: profile.functions.file.indexOf(file) });
      await settled();
    };
    await open('tool.py');
    expect(note().textContent).toBe('tool.py is gone.');
    await open('In[5]');
    await open('tool.py');
    expect(note().hidden).toBe(true);
  });

  it('says that a file was changed since', async () => {
    const changed = profileFromText('tool.key:1 5', { meta: { started: 100 } });
    await make(changed, {
      readSource: () => Promise.resolve({ text: 'x', modified: 101 })
    });
    expect(note().textContent).toContain('changed after it was profiled');
  });

  it('shows hostile text as text, and what would reorder it', async () => {
    const source = '"<img src=x onerror=alert(1)>" # \u202e\u0000</script>';
    const hostile = profileFromText('In[1]:1<0-30> 5', {
      cells: [{ name: 'In[1]', prompt: 1, id: null, source }]
    });
    await make(hostile);
    expect(host.querySelector('img')).toBeNull();
    expect(textOf(rows()[0])).toBe(
      '"<img src=x onerror=alert(1)>" # \ufffd\u2400</script>'
    );
  });

  it('finds columns behind letters that take more than one unit', async () => {
    const source = "x = '😀ä' + f(1)";
    const wide = profileFromText('In[1]:1<11-15> 5\nIn[1]:1<0-15> 5', {
      cells: [{ name: 'In[1]', prompt: 1, id: null, source }]
    });
    await make(wide);
    const marked = [...host.querySelectorAll('.np-Expr')];
    expect(marked.map(node => node.textContent).join('')).toBe('f(1)');
  });

  it('says that an exact engine measures no lines', async () => {
    await make(exactProfileFromText('f 1 2 2'));
    const shown = host.querySelector('.np-View:not([hidden])')!;
    expect(shown.textContent).toContain('keeps no stacks');
  });

  it('makes the rows in sight only', async () => {
    const source = Array.from({ length: 5000 }, (_, i) => `f(${i})`).join('\n');
    const long = profileFromText('In[1]:4000 5', {
      cells: [{ name: 'In[1]', prompt: 1, id: null, source }]
    });
    await make(long);
    expect(rows().length).toBeLessThan(60);
    press('n');
    expect(active()).toBe('4000');
  });
});
