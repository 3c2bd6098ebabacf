import { Verdict } from '../../../analysis/compare/changes';
import type { ICondition } from '../../../analysis/query';
import { MIME_TYPE } from '../../../format/types';
import type { IProfile } from '../../../model/profile';
import {
  exactProfileFromText,
  profileFromText
} from '../../../testing/profileFromText';
import type { IViewerEnv } from '../../env';
import { Viewer } from '../../viewer';
import { isSameRun } from '../../profileKey';
import { candidateLabel, profilesIn } from '../candidates';
import { changeText, levelOf, verdictText } from '../words';
import { PLAIN } from '../../env';
import { makeHost } from '../../test/host';

/** Costs that are samples: 1 ms each, `rows` of a text multiplied out. */
function run(
  text: string,
  meta: Partial<IProfile['meta']>,
  effective: number
): IProfile {
  return profileFromText(text, {
    unit: 'ns',
    meta: { kind: 'sampled', engine: 'perf', ...meta },
    summary: { unit: 'ns', effective },
    cells: [
      { name: 'In[5]', prompt: 5, id: 'a', source: 'best(rows)\na @ a\ng()' }
    ]
  });
}

const before = run(
  `
  In[5]:1; sorted(builtin_sorted)   500
  In[5]:2; numpy!dgemm              300
  In[5]:3; g:8                      200
`,
  { name: 'In[5]', started: 100 },
  1000
);
const after = run(
  `
  In[5]:1; sorted(builtin_sorted)   200
  In[5]:2; numpy!dgemm              310
  In[5]:3; h:9                      190
`,
  { name: 'In[5]', started: 200 },
  700
);

let host: HTMLElement;
let viewer: Viewer;

beforeEach(() => {
  host = makeHost();
});

afterEach(() => {
  viewer?.dispose();
  host.remove();
});

function compare(
  own: IProfile,
  others: readonly IProfile[],
  env: IViewerEnv = {}
): void {
  viewer = new Viewer(host, own, env);
  choose(others);
}

/** As the menu does when it has read them. */
function choose(profiles: readonly IProfile[]): void {
  const { others, state } = viewer.context;
  const runs = profiles.map(profile => others.take(profile));
  state.set({ compare: { ...state.value.compare, runs }, tab: 'compare' });
}

function press(key: string, more: KeyboardEventInit = {}): void {
  const target = document.activeElement ?? host;
  const init = { key, bubbles: true, cancelable: true, ...more };
  target.dispatchEvent(new KeyboardEvent('keydown', init));
}

const rows = (): string[][] =>
  [...host.querySelectorAll('.np-CompareGrid .np-Grid-row')].map(row =>
    [...row.children].map(cell => cell.textContent!.replace(/\u00a0/g, ' '))
  );
const tab = (): HTMLElement =>
  host.querySelector<HTMLElement>('[data-view=compare]')!;
const button = (name: string): HTMLButtonElement =>
  [
    ...host.querySelectorAll<HTMLButtonElement>(
      '.np-Tools button, .np-Compare-toggles button'
    )
  ].find(({ textContent }) => textContent === name)!;

describe('the compare view', () => {
  it('has a tab while there is something to compare with', () => {
    viewer = new Viewer(host, after);
    expect(tab().hidden).toBe(true);
    choose([before]);
    expect(tab().hidden).toBe(false);
    expect(viewer.state.value.tab).toBe('compare');
    choose([]);
    expect(tab().hidden).toBe(true);
    expect(viewer.state.value.tab).toBe('summary');
  });

  it('tells differences from noise, the earlier run first', () => {
    compare(after, [before]);
    const head = host.querySelector('.np-Compare-head')!.textContent!;
    expect(head).toContain('3 functions differ');
    expect(head).toContain('1 within noise');
    expect(rows().map(([name, , ...rest]) => [name, ...rest])).toEqual([
      [
        'sorted',
        '500 ns',
        '200 ns',
        expect.stringMatching(/^−300 ±\d+ ns$/),
        '▼ less'
      ],
      ['g', '200 ns', '0', expect.stringMatching(/^−200 ±\d+ ns$/), '▼ less'],
      ['h', '0', '190 ns', expect.stringMatching(/^\+190 ±\d+ ns$/), '▲ more'],
      [
        'dgemm',
        '300 ns',
        '310 ns',
        expect.stringMatching(/^\+10 ±\d+ ns$/),
        'within noise'
      ]
    ]);
  });

  it('compares shares on request: a run that is shorter all over is the same', () => {
    const half = run(
      `
      In[5]:1; sorted(builtin_sorted)   250
      In[5]:2; numpy!dgemm              150
      In[5]:3; g:8                      100
    `,
      { name: 'In[5]', started: 300 },
      500
    );
    compare(half, [before]);
    expect(rows().map(row => row[5])).toEqual(['▼ less', '▼ less', '▼ less']);
    button('Shares').click();
    expect(rows().map(row => row[5])).toEqual(['same', 'same', 'same']);
  });

  it('puts engines side by side, in shares', () => {
    const exact = exactProfileFromText(
      `
      In[5]                    1   10  1000
      sorted(<sorted>)         1  990   990
    `,
      {
        unit: 'ns',
        meta: {
          name: 'In[5]',
          engine: 'cprofile',
          kind: 'exact',
          started: 300
        },
        summary: { unit: 'ns', total: 1000 },
        cells: before.cells
      }
    );
    const pyspy = { ...after, meta: { ...after.meta, engine: 'pyspy' } };
    compare(before, [pyspy, exact]);
    const head = [
      ...host.querySelectorAll('.np-CompareGrid [role=columnheader]')
    ];
    expect(head.map(cell => cell.textContent)).toEqual([
      'Function',
      'Place',
      'In[5] perf',
      'In[5] pyspy',
      'In[5] cprofile',
      'Calls',
      'Gap, points ↓',
      'Verdict'
    ]);
    expect(button('With callees').getAttribute('aria-pressed')).toBe('true');
    const sorted = rows().find(([name]) => name === 'sorted')!;
    expect(sorted.slice(2, 6)).toEqual(['50 %', '29 %', '99 %', '1']);
    expect(sorted[7]).toBe('unlike');
    // No stacks, no flame graph.
    expect(button('Flame').disabled).toBe(true);
  });

  it('does not take for nothing what an engine cannot see', () => {
    const python = run(
      'In[5]:1; f:3   900\nIn[5]:2   100',
      { name: 'In[5]', engine: 'tracer', started: 300 },
      1000
    );
    compare(before, [python]);
    const dgemm = rows().find(([name]) => name === 'dgemm')!;
    expect(dgemm.slice(2)).toEqual(['30 %', '–', '', 'seen by one']);
    // Python functions all of them see: not to be there is to cost nothing.
    const g = rows().find(([name]) => name === 'g')!;
    expect(g[3]).toBe('0');
    expect(g[5]).toBe('▼ less');
    expect(host.querySelector('.np-Compare-head')!.textContent).toContain(
      '2 can be seen by one of the engines alone'
    );
  });

  it('takes no part in a profile without samples for a difference', () => {
    const nothing: IProfile = {
      ...before,
      samples: null,
      summary: { ...before.summary, total: 0 },
      meta: { ...before.meta, started: 300 }
    };
    compare(before, [nothing]);
    expect(new Set(rows().map(row => row[5]))).toEqual(
      new Set(['within noise'])
    );
    expect(host.querySelector('.np-Compare-head')!.textContent).toMatch(
      /In\[5\] \S.* has nothing measured in it/
    );
  });

  it('compares shares alone where amounts have different units', () => {
    const counted = exactProfileFromText('In[5]  1  10  1000', {
      unit: 'instructions',
      values: [{ name: 'instructions', unit: 'instructions' }],
      meta: { name: 'In[5]', engine: 'callgrind', kind: 'exact', started: 300 },
      summary: { unit: 'instructions', total: 1000 },
      cells: before.cells
    });
    compare(before, [counted]);
    expect(button('Shares').getAttribute('aria-pressed')).toBe('true');
    expect(button('Shares').disabled).toBe(true);
    press('s');
    expect(button('Shares').getAttribute('aria-pressed')).toBe('true');
    expect(host.querySelector('.np-Compare-head')!.textContent).toContain(
      'so only shares are compared'
    );
    expect(host.querySelector('.np-Compare-change')!.textContent).toBe('');
  });

  it('knows a run compared with itself', () => {
    compare(before, [before]);
    expect(new Set(rows().map(row => row[5]))).toEqual(new Set(['same']));
    expect(host.querySelector('.np-Compare-head')!.textContent).toContain(
      'compared with itself'
    );
  });

  it('tells few samples from many', () => {
    const one = run('In[5]:1; h:9   1', { name: 'In[5]', started: 300 }, 1);
    compare(before, [one]);
    button('Shares').click();
    // One sample excludes no share but one that is nearly all.
    const verdicts = rows().map(([name, , , , , verdict]) => [name, verdict]);
    expect(verdicts).not.toContainEqual(['h', '▲ more']);
    expect(verdicts).toContainEqual(['dgemm', 'within noise']);
  });

  it('hides noise, and orders by any column, as long as it is remembered', () => {
    compare(after, [before]);
    viewer.activeView!.focus();
    expect(rows().map(([name]) => name)).toContain('dgemm');
    press('d');
    expect(rows().map(([name]) => name)).toEqual(['sorted', 'g', 'h']);
    press('d');
    press('ArrowLeft', { shiftKey: true });
    expect(rows().map(([name]) => name)).toEqual(['dgemm', 'sorted', 'h', 'g']);
    press('ArrowUp', { shiftKey: true });
    expect(rows().map(([name]) => name)).toEqual(['g', 'h', 'sorted', 'dgemm']);
    expect(viewer.state.value.compare).toMatchObject({
      sort: 'cost 1',
      descending: false,
      onlyReal: false
    });
  });

  it('filters both by code, and says what cannot be compared', () => {
    compare(after, [before]);
    const module: ICondition = {
      field: 'module',
      negated: false,
      values: ['numpy']
    };
    const time: ICondition = {
      field: 'time',
      negated: false,
      values: ['0-1ms']
    };
    viewer.state.set({ conditions: [module, time] });
    expect(rows().map(([name]) => name)).toEqual(['dgemm']);
    expect(host.querySelector('.np-Compare-head')!.textContent).toContain(
      'Filters by time, thread, task or cell are not compared.'
    );
  });

  it('shares its selection with the other views', () => {
    compare(after, [before]);
    const [row] = host.querySelectorAll<HTMLElement>('.np-Grid-row');
    row.click();
    const { selection } = viewer.state.value;
    expect(after.strings[after.functions.name[selection]]).toBe(
      'builtin_sorted'
    );
    // What is gone from this profile can be selected here alone.
    host.querySelectorAll<HTMLElement>('.np-Grid-row')[1].click();
    expect(viewer.state.value.selection).toBe(-1);
    expect(
      host.querySelector('.np-Grid-row[aria-selected=true]')!.textContent
    ).toContain('g');
  });

  it('goes by keys: views, units, rows', () => {
    compare(after, [before]);
    viewer.activeView!.focus();
    press('ArrowDown');
    press('s');
    expect(button('Shares').getAttribute('aria-pressed')).toBe('true');
    press('w');
    expect(button('With callees').getAttribute('aria-pressed')).toBe('true');
    press('l');
    expect(button('Lines').getAttribute('aria-pressed')).toBe('true');
    expect(rows()[0][0]).toBe('best(rows)');
  });

  it('says nothing of an untrusted name but its text', () => {
    const hostile = run(
      'In[5]:1; <img_src=x_onerror=alert(1)>:3   400',
      { name: '<script>alert(1)</script>', started: 50 },
      400
    );
    compare(after, [hostile]);
    expect(host.querySelector('script, img')).toBeNull();
  });
});

describe('what can be compared with', () => {
  const message = {
    version: 1,
    meta: {
      name: 'In[5]',
      engine: 'perf',
      started: 100,
      wall_ns: 2e9,
      cells: [{ name: 'In[5]', source: '%%nativeprofile\n# why\nm = a @ a' }]
    },
    values: [{ name: 'cpu', unit: 'ns' }],
    tables: {}
  };

  it('is found in a message, a bundle and a notebook', () => {
    const bundle = { [MIME_TYPE]: message, 'text/plain': 'x' };
    const notebook = {
      cells: [
        { cell_type: 'markdown' },
        { outputs: [{ data: bundle }, { text: 'x' }] }
      ]
    };
    for (const json of [message, bundle, { data: bundle }, notebook]) {
      expect(profilesIn(json)).toEqual([message]);
    }
    for (const json of [null, 3, 'x', [], {}, { cells: 5 }]) {
      expect(profilesIn(json)).toEqual([]);
    }
  });

  it('is named by its cell and the first line that says something', () => {
    const { label, detail } = candidateLabel(message);
    expect(label).toBe('In[5]  m = a @ a');
    expect(detail.replace(/\u00a0/g, ' ')).toMatch(/^2.00 s · perf · \d{4}-/);
    expect(candidateLabel({ meta: { name: 5 } }).label).toBe('?');
  });

  it('is the same run even as a copy', () => {
    const copy = JSON.parse(JSON.stringify(message)) as unknown;
    expect(isSameRun(message, copy)).toBe(true);
    const later = { ...message, meta: { ...message.meta, started: 101 } };
    expect(isSameRun(message, later)).toBe(false);
    expect(isSameRun(null, {})).toBe(false);
  });

  it('is listed, chosen and taken away in the menu', async () => {
    viewer = new Viewer(host, after, {
      comparable: () => [{ group: 'earlier', message }]
    });
    viewer.activeView!.focus();
    press('b');
    const items = [...host.querySelectorAll<HTMLElement>('.np-Menu button')];
    expect(items.map(item => item.textContent)).toEqual([
      expect.stringContaining('In[5]  m = a @ a'),
      'A file…'
    ]);
    // This one has nothing in it: it can be read all the same.
    items[0].click();
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(viewer.state.value.compare.runs).toHaveLength(1);
    viewer.chooseOther();
    host.querySelector<HTMLElement>('.np-Menu [aria-checked=true]')!.click();
    expect(viewer.state.value.compare.runs).toHaveLength(0);
  });
});

describe('a profile that cannot be read', () => {
  it('is said to be so, and nothing else changes', async () => {
    const message = { version: 1, meta: { name: 'In[5]' }, tables: {} };
    viewer = new Viewer(host, after, {
      comparable: () => [{ group: 'page', message }]
    });
    viewer.chooseOther();
    host.querySelector<HTMLElement>('.np-Menu button')!.click();
    await new Promise(resolve => setTimeout(resolve, 50));
    const said = host.querySelector('[role=alert]')!.textContent;
    expect(said).toContain('does not say what it measured');
    expect(viewer.state.value.tab).toBe('summary');
  });
});

describe('differences in words', () => {
  it('have a sign, an interval and a unit', () => {
    const text = (...args: Parameters<typeof changeText>): string =>
      changeText(...args).replace(/\u00a0/g, ' ');
    expect(text(0.042, 0.011, 'share', 'ns')).toBe('+4.2 ±1.1');
    expect(text(-0.25, 0.02, 'share', 'ns')).toBe('−25 ±2.0');
    expect(text(-41e7, 3e7, 'amount', 'ns')).toBe('−410 ±30 ms');
    expect(text(0, 0, 'share', 'ns')).toBe('0');
  });

  it('name what they are', () => {
    const changes = {
      change: Float64Array.of(1, -1, 1, 0),
      half: new Float64Array(4),
      verdict: Uint8Array.of(
        Verdict.Real,
        Verdict.Measured,
        Verdict.Noise,
        Verdict.Same
      )
    };
    const words = [0, 1, 2, 3].map(row =>
      verdictText(changes, row, false, PLAIN)
    );
    expect(words).toEqual(['▲ more', '▼ less', 'within noise', 'same']);
    expect([0.004, -0.03, 0.4].map(part => levelOf(part, 1))).toEqual([
      1, 2, 3
    ]);
  });
});
