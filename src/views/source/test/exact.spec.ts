import type { IProfile } from '../../../model/profile';
import { withLines } from '../../../testing/exactLines';
import { exactProfileFromText } from '../../../testing/profileFromText';
import type { IViewerEnv } from '../../env';
import { makeHost, press } from '../../test/host';
import { Derived } from '../../derived';
import { createState } from '../../state';
import { Viewer } from '../../viewer';
import { marksOf } from '../cellHeat';

// plotly draws in a real browser only.
jest.mock('../../summary/plotly', () => ({
  react: jest.fn().mockResolvedValue({ on: jest.fn() }),
  purge: jest.fn()
}));

const FUNCTIONS = `
  prog!main@/p.c:1    1  100  200
  prog!look@/q.c:5  200   60   60
  main > prog!look  200   60   60
`;
const exactly = (name: string) => ({ name, unit: 'count', exact: true });
const costs = withLines(
  exactProfileFromText(FUNCTIONS, {
    values: [exactly('Ir'), exactly('D1mr')],
    summary: { totals: [160, 6] }
  }),
  {
    lines: ['main /p.c:2 100/4', 'main /p.c:4 40/0', 'look /q.c:6 60/2'],
    calls: ['main /p.c:2 look 200 60/2', 'main /p.c:2 main 3 7/0'],
    jumps: ['main /p.c:4-2 7 9']
  }
);
const runs = withLines(
  exactProfileFromText('prog!main@/p.c:1 1 1 1', {
    values: [exactly('executions')]
  }),
  {
    lines: ['main /p.c:2 1000', 'main /p.c:3 0', '- /p.c:5 0'],
    branches: ['/p.c:2 999 1', '/p.c:3 - !-', '/p.c:5 0 0']
  }
);
const readSource: IViewerEnv['readSource'] = path =>
  Promise.resolve({
    text: Array.from({ length: 6 }, (_, i) => `${path} ${i + 1}`).join('\n'),
    modified: 0
  });

let host: HTMLElement;
let viewer: Viewer;

beforeEach(() => {
  host = makeHost();
});

afterEach(() => {
  viewer.dispose();
  host.remove();
});

function settled(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 50));
}

async function make(of: IProfile, env: IViewerEnv = { readSource }) {
  viewer = new Viewer(host, of, env);
  viewer.state.set({ tab: 'source' });
  await settled();
  return viewer;
}

const one = (selector: string): HTMLElement => host.querySelector(selector)!;
const all = (selector: string): HTMLElement[] => [
  ...host.querySelectorAll<HTMLElement>(selector)
];
const wordsOf = (row: HTMLElement): string =>
  [...row.querySelectorAll('[role="rowheader"], [role="gridcell"]')]
    .map(cell => cell.textContent!.replace(/\s/g, ' ').trim())
    .join('|');
const rows = (): string[] => all('.np-Source-row').map(wordsOf);
const titles = (): string[] =>
  all('.np-Source-head [role="columnheader"]').map(cell => cell.textContent!);
const active = (): string => wordsOf(one('.np-Source-row.np-mod-active'));
const button = (label: string): HTMLElement =>
  all('button').find(({ textContent }) => textContent === label)!;
const grid = (): HTMLElement => one('.np-Source-grid');

describe('lines that were counted', () => {
  it('have their costs, and the calls that they make below them', async () => {
    await make(costs);
    expect(titles()).toEqual([
      'Line',
      'Self',
      'Inclusive',
      'Calls',
      'Jumps',
      'Source'
    ]);
    expect(rows()).toEqual([
      '1|||||/p.c 1',
      '2|63 %|100 %|203||/p.c 2',
      '2||38 %|200||Call of look',
      '2||4.4 %|3||Call of main (within a cycle)',
      '3|||||/p.c 3',
      '4|25 %|25 %|||/p.c 4 jump to line 2 taken 7 of 9 times',
      '5|||||/p.c 5',
      '6|||||/p.c 6'
    ]);
    // Drawn from row to row, past the calls.
    expect(all('.np-Source-row .np-Arrows path')).toHaveLength(5);
    button('Calls').click();
    await settled();
    expect(rows()).toHaveLength(6);
  });

  it('say what one at least costs that runs below itself', async () => {
    const templates = `
      prog!outer@/t.h:1  1  100  3000
      prog!inner@/t.h:1  2  2900 2900
      outer > prog!inner 2  2900 2900
    `;
    const nested = exactProfileFromText(templates, {
      values: [exactly('Ir')],
      summary: { totals: [3000] }
    });
    await make(
      withLines(nested, {
        lines: [
          'outer /t.h:2 100',
          'inner /t.h:2 2898',
          'outer /t.h:3 1',
          'inner /t.h:3 1'
        ],
        calls: ['outer /t.h:2 inner 1 2899', 'outer /t.h:3 inner 1 1']
      }),
      {}
    );
    const first = rows().filter(row => !row.includes('Call of'));
    expect(first[0]).toBe('2|100 %|≥ 100 %|1|outer');
    expect(first[1]).toBe('3|< 0.1 %|> 0 %|1|outer');
  });

  it('open the function that they call', async () => {
    const { state } = await make(costs);
    press(grid(), 'Home');
    press(grid(), 'ArrowDown');
    press(grid(), 'ArrowDown');
    expect(active()).toContain('look');
    press(grid(), 'Enter');
    await settled();
    const name = costs.functions.name[state.value.selection];
    expect(costs.strings[name]).toBe('look');
    expect(one('.np-Source-picker').textContent).toBe('q.c');
    expect(active()).toBe('6|38 %|38 %|/q.c 6');
  });

  it('have a column for each value, if asked for', async () => {
    await make(costs);
    press(grid(), 'e');
    await settled();
    expect(titles()).toEqual([
      'Line',
      'Inclusive',
      'Calls',
      'Jumps',
      'Ir',
      'D1mr',
      'Source'
    ]);
    expect(rows()[1]).toBe('2|100 %|203||100|4|/p.c 2');
    expect(button('All values').getAttribute('aria-pressed')).toBe('true');
  });

  it('follow the value', async () => {
    const { state } = await make(costs);
    state.set({ value: 1 });
    await settled();
    expect(rows()[1]).toBe('2|67 %|100 %|203||/p.c 2');
    expect(rows()[3]).toBe('2|||3||Call of main (within a cycle)');
  });

  it('follow a value that the reader defines', async () => {
    const { state } = await make(costs);
    state.set({ formulas: [{ name: 'Cost', text: 'Ir + 10 D1mr' }] });
    state.set({ value: 2, allValues: true });
    await settled();
    expect(titles().slice(-4)).toEqual(['Ir', 'D1mr', 'Cost', 'Source']);
    // Of 160 + 60: 140 itself, and 80 in the call.
    expect(rows()[1]).toBe('2|100 %|203||100|4|140|/p.c 2');
    expect(rows()[2]).toBe('2|36 %|200|||||Call of look');
  });

  it('are first those of a file that can be read', async () => {
    const lines = ['main ./libc/p.c:9 900/0', 'main /p.c:2 100/4'];
    await make(withLines(costs, { lines }));
    expect(one('.np-Source-picker').title).toContain('/p.c');
    expect(one('.np-Source-picker').title).not.toContain('libc');
  });

  it('without their text are listed, and say why', async () => {
    await make(costs, {});
    expect(rows()[0]).toBe('2|63 %|100 %|203||main');
    expect(one('.np-Source-note').textContent).toContain(
      'no Jupyter server here to read /p.c'
    );
  });
});

describe('functions of Python where only lines of native code were counted', () => {
  const profile = withLines(
    exactProfileFromText(
      `
        In[2].work:1       1   10/1  100/6
        In[2].<genexpr>:2  3   30/2   90/5
        ~In[2].run:1       1    5/5  100/6
        prog!look@/q.c:5   9   60/3   60/3
      `,
      {
        values: [exactly('Ir'), exactly('D1mr')],
        meta: { engine: 'callgrind' },
        summary: { totals: [100, 6] },
        cells: [
          {
            name: 'In[2]',
            prompt: 2,
            id: null,
            source: 'def work(n):\n  return list(f(i) for i in n)'
          }
        ]
      }
    ),
    { lines: ['look /q.c:6 60/3'] }
  );

  it('stand below the line where they begin, and it is said that no line was counted', async () => {
    await make(profile);
    expect(one('.np-Source-picker').textContent).toBe('In[2]');
    expect(one('.np-Source-note').textContent).toMatch(
      /^callgrind counts no lines of Python/
    );
    expect(rows()).toEqual([
      '1|||def work(n):',
      '1|10 %|100 %|all of work',
      '2|||return list(f(i) for i in n)',
      '2|30 %|90 %|all of <genexpr>'
    ]);
    expect(one('.np-Tools-text').textContent).toBe('2 costly functions');
    press(grid(), 'e');
    await settled();
    expect(rows()[3]).toBe('2|90 %|30|2|all of <genexpr>');
  });

  it('are selected there, and found from elsewhere', async () => {
    const { state } = await make(profile);
    press(grid(), 'n');
    press(grid(), 'n');
    expect(active()).toContain('all of <genexpr>');
    const name = profile.functions.name[state.value.selection];
    expect(profile.strings[name]).toBe('<genexpr>');
    const work = profile.functions.name.indexOf(
      profile.strings.indexOf('work')
    );
    state.set({ selection: work, line: null });
    expect(active()).toBe('1|||def work(n):');
  });

  it('have no lines for the table to list', async () => {
    const { node, state } = await make(profile);
    state.set({ tab: 'table' });
    await settled();
    press(node, 'l');
    expect(button('Lines').hidden).toBe(true);
    expect(state.value.table.lines).toBe(false);
  });
});

describe('lines whose runs were counted', () => {
  it('say how often, which never ran, and each branch', async () => {
    await make(runs);
    expect(titles()).toEqual(['Line', 'Runs', 'Branches', 'Source']);
    expect(rows()).toEqual([
      '1|||/p.c 1',
      '2|1,000|2/2 ✓✓|/p.c 2',
      '3|never|0/2 ––|/p.c 3',
      '4|||/p.c 4',
      '5|never|0/2 ✗✗|/p.c 5',
      '6|||/p.c 6'
    ]);
    const never = all('.np-mod-never').map(row => row.dataset.at);
    expect(never).toEqual(['2', '4']);
    const said = all('.np-Branches').map(node =>
      node.getAttribute('aria-label')
    );
    expect(said).toEqual([
      'Branch 1: taken 999 times; Branch 2: taken once',
      'Branch 1: never reached; Branch 2 (by an exception): never reached',
      'Branch 1: never taken; Branch 2: never taken'
    ]);
  });

  it('are travelled from one that never ran to the next', async () => {
    const { state } = await make(runs);
    expect(button('All values').hidden).toBe(true);
    state.set({ formulas: [{ name: 'Twice', text: '2 executions' }] });
    expect(button('All values').hidden).toBe(false);
    await settled();
    expect(one('.np-Tools-text').textContent).toBe('2 lines never ran');
    press(grid(), 'n');
    expect(active()).toMatch(/^3\|never/);
    press(grid(), 'n');
    // A line of no known function can be the current one, too.
    expect(active()).toMatch(/^5\|never/);
  });
});

describe('the gutter of a cell', () => {
  const cells = [
    { name: 'In[5]', prompt: 5, id: null, source: 'int f() {\n  g();\n}' }
  ];
  const marked = (values: string, of: readonly string[]) => {
    const profile = withLines(
      exactProfileFromText('prog!f@In[5]:1 1 60 80', {
        values: [exactly(values)],
        cells
      }),
      { lines: of }
    );
    return marksOf(profile, new Derived(profile, createState('source')));
  };
  const textsOf = (marks: ReturnType<typeof marksOf>): string[] =>
    [...(marks?.marks ?? [])].map(
      ([line, make]) => `${line}: ${make().textContent} ${make().title}`
    );

  it('of C has what its lines cost', () => {
    expect(textsOf(marked('Ir', ['f In[5]:1 45', 'f In[5]:2 15']))).toEqual([
      expect.stringMatching(/^1: 75\s% Line 1: 75\s% itself/),
      expect.stringMatching(/^2: 25\s% Line 2: 25\s% itself/)
    ]);
  });

  it('has how often its lines ran', () => {
    const found = marked('executions', ['f In[5]:2 1200', 'f In[5]:1 0']);
    expect(textsOf(found)).toEqual([
      '2: 1,200 Line 2 ran 1,200 times',
      '1: never Line 1 never ran'
    ]);
  });
});
