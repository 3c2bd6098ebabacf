import {
  exactProfileFromText,
  profileFromText
} from '../../../testing/profileFromText';
import type { IProfile } from '../../../model/profile';
import { callTree } from '../../callTree';
import { stackView } from '../../filter';
import { functionLabel } from '../../names';
import { functionCosts, lineCosts, type ISide } from '../costs';
import { matchFunctions } from '../functions';
import { distinctLabels, timeLabel } from '../labels';
import { joinTrees } from '../tree';

const cell = (prompt: number, source: string, id: string | null = null) => ({
  name: `In[${prompt}]`,
  prompt,
  id,
  source
});

const sides = (...profiles: IProfile[]): ISide[] =>
  profiles.map(profile => ({ profile, view: stackView(profile) }));

/**
 * What is matched: `name = name`, sorted; `–` where a profile lacks it. A
 * function begins at the line of its frames.
 */
function matches(...texts: IProfile[]): string[] {
  const profiles = texts.map(splitByLine);
  const { length, func } = matchFunctions(profiles);
  return Array.from({ length }, (_, row) =>
    profiles
      .map((profile, at) => {
        const of = func[at][row];
        const line = profile.functions.line[of];
        return of < 0
          ? '–'
          : `${functionLabel(profile, of)}${line > 0 ? `:${line}` : ''}`;
      })
      .join(' = ')
  ).sort();
}

describe('functions of two profiles', () => {
  it('match under another prompt, at moved lines, in another folder', () => {
    const before = profileFromText(
      `
      In[5]:2; In[5].f:1; numpy!dgemm   10
      In[5]:2; tool.g:4                 10
    `,
      {
        meta: { name: 'In[5]' },
        cells: [cell(5, 'def f(): return a @ a\nf()')]
      }
    );
    const after = profileFromText(
      `
      In[7]:4; In[7].f:3; numpy!dgemm   10
      In[7]:4; tool.g:9                 10
    `,
      {
        meta: { name: 'In[7]' },
        cells: [cell(7, 'import numpy\n\ndef f(): return a @ a\nf()')]
      }
    );
    expect(matches(before, after)).toEqual([
      'In[5]:2 = In[7]:4',
      'dgemm = dgemm',
      'f:1 = f:3',
      'g:4 = g:9'
    ]);
  });

  it('do not match where another cell has the same prompt', () => {
    const options = { meta: { name: 'In[5]' } };
    const before = profileFromText('In[5]:1; In[2].f:1  10', {
      ...options,
      cells: [cell(5, 'f()'), cell(2, 'def f(): sleep(1)', 'a')]
    });
    const after = profileFromText('In[5]:1; In[2].f:1  10', {
      ...options,
      cells: [cell(5, 'f()'), cell(2, 'f = open(name); g(f)', 'b')]
    });
    expect(matches(before, after)).toEqual([
      'In[5]:1 = In[5]:1',
      'f:1 = –',
      '– = f:1'
    ]);
  });

  it('of one name match by line, then by order', () => {
    const source = 'a = lambda: 1\nb = lambda: 2\na(); b()';
    const before = profileFromText(
      `
      In[5]:3; In[5].<lambda>:1  10
      In[5]:3; In[5].<lambda>:2  10
    `,
      { meta: { name: 'In[5]' }, cells: [cell(5, source)] }
    );
    const after = profileFromText(
      `
      In[6]:4; In[6].<lambda>:2  10
      In[6]:4; In[6].<lambda>:3  10
      In[6]:4; In[6].<lambda>:1  10
    `,
      {
        meta: { name: 'In[6]' },
        cells: [cell(6, `c = lambda: 3\n${source}`)]
      }
    );
    expect(matches(before, after)).toEqual([
      '<lambda>:1 = <lambda>:2',
      '<lambda>:2 = <lambda>:3',
      'In[5]:3 = In[6]:4',
      '– = <lambda>:1'
    ]);
  });

  it('match across engines without qualified names', () => {
    const perf = profileFromText(
      'In[5]:1; tool.Box.run:7; sorted(builtin_sorted)  10'
    );
    const exact = exactProfileFromText(`
      tool.run:7               1  5  10
      sorted(<built-in>)       3  5   5
    `);
    expect(matches(perf, exact)).toEqual([
      'Box.run:7 = run:7',
      'In[5]:1 = –',
      'sorted = sorted'
    ]);
  });

  it('match by symbol where an engine knows no names in Python', () => {
    const named = profileFromText('f:1; list.sort(list_sort); c!g   10');
    const symbols = profileFromText('f:1; libpython!list_sort; d!g   10');
    expect(matches(named, symbols)).toEqual([
      'f:1 = f:1',
      'g = –',
      'list.sort = list_sort',
      '– = g'
    ]);
  });
});

/** The same profile with a function, beginning there, for each line that frames are at. */
function splitByLine(profile: IProfile): IProfile {
  const { functions, frames } = profile;
  if (!frames) {
    const line = functions.name.map(name =>
      profile.strings[name] === 'run' ? 7 : -1
    );
    return { ...profile, functions: { ...functions, line } };
  }
  const rows: { func: number; line: number }[] = [];
  const of = Int32Array.from(frames.function, (func, frame) => {
    const line = frames.line[frame];
    const found = rows.findIndex(row => row.func === func && row.line === line);
    return found >= 0 ? found : rows.push({ func, line }) - 1;
  });
  const pick = <T extends Int32Array | Uint8Array>(column: T): T =>
    column.constructor === Int32Array
      ? (Int32Array.from(rows, ({ func }) => column[func]) as T)
      : (Uint8Array.from(rows, ({ func }) => column[func]) as T);
  return {
    ...profile,
    frames: { ...frames, function: of },
    functions: {
      ...functions,
      length: rows.length,
      name: pick(functions.name),
      entry: pick(functions.entry),
      file: pick(functions.file),
      line: Int32Array.from(rows, ({ line }) => line),
      module: pick(functions.module),
      kind: pick(functions.kind),
      category: pick(functions.category),
      flags: pick(functions.flags)
    }
  };
}

describe('costs side by side', () => {
  const before = profileFromText(
    `
    In[5]:1; f:2; list.sort(list_sort); list.sort(merge)   30
    In[5]:2; g:2                                           10
  `,
    { meta: { name: 'In[5]' }, cells: [cell(5, 'f()\ng()')] }
  );
  const after = profileFromText(
    `
    In[6]:2; f:2; list.sort(list_sort)   20
    In[6]:1; h:2                         10
  `,
    { meta: { name: 'In[6]' }, cells: [cell(6, 'h()\nf()')] }
  );

  it('count a C function of several symbols once', () => {
    const matched = matchFunctions([before, after]);
    const { costs } = functionCosts(sides(before, after), matched);
    const row = Array.from({ length: matched.length }).findIndex(
      (_, row) => functionLabel(before, matched.func[0][row]) === 'list.sort'
    );
    expect(costs.map(side => side.self[row])).toEqual([30, 20]);
    expect(costs.map(side => side.inclusive[row])).toEqual([30, 20]);
  });

  it('follow a line of a cell that moved', () => {
    const matched = matchFunctions([before, after]);
    const lines = lineCosts(sides(before, after), matched);
    const rows = Array.from({ length: lines.length }, (_, row) =>
      [0, 1].map(at => [lines.line[at][row], lines.costs[at].inclusive[row]])
    );
    // Line 1 became line 2; one was taken away, one is new.
    expect(rows).toContainEqual([
      [1, 30],
      [2, 20]
    ]);
    expect(rows).toContainEqual([
      [2, 10],
      [-1, 0]
    ]);
    expect(rows).toContainEqual([
      [-1, 0],
      [1, 10]
    ]);
  });

  it('join into one tree that keeps what only one has', () => {
    const matched = matchFunctions([before, after]);
    const views = [before, after].map(profile => stackView(profile));
    const { tree, sides: nodes } = joinTrees(
      views.map(view => callTree(view)),
      matched,
      [0.5, 0.5]
    );
    const text = Array.from({ length: tree.length }, (_, node) => {
      const row = tree.func[node];
      const at = matched.func[0][row] >= 0 ? 0 : 1;
      const name = functionLabel([before, after][at], matched.func[at][row]);
      const costs = nodes.map(side => side.inclusive[node]).join('/');
      return `${'  '.repeat(tree.depth[node])}${name} ${costs} ${tree.inclusive[node]}`;
    });
    expect(text).toEqual([
      'In[5] 40/30 35',
      '  f 30/20 25',
      '    list.sort 30/20 25',
      '      list.sort 30/0 15',
      '  g 10/0 5',
      '  h 0/10 5'
    ]);
    expect(tree.total).toBe(35);
    expect([...tree.parent]).toEqual([-1, 0, 1, 2, 0, 0]);
    expect([...tree.nextSibling]).toEqual([-1, 4, -1, -1, 5, -1]);
  });
});

describe('labels of runs', () => {
  const run = (name: string, engine: string, started: number) => ({
    name,
    engine,
    started
  });

  it('say what tells them apart, and no more', () => {
    expect(
      distinctLabels([run('In[5]', 'perf', 0), run('In[7]', 'perf', 0)])
    ).toEqual(['In[5]', 'In[7]']);
    expect(
      distinctLabels([run('In[5]', 'perf', 0), run('In[5]', 'pyspy', 0)])
    ).toEqual(['In[5] perf', 'In[5] pyspy']);
    expect(
      distinctLabels([run('In[5]', 'perf', 0), run('In[5]', 'perf', 0)])
    ).toEqual(['In[5] #1', 'In[5] #2']);
  });

  it('tell the time, and the day of another day', () => {
    const noon = new Date(2026, 4, 6, 12, 3, 4);
    const at = noon.getTime() / 1000;
    expect(timeLabel(at, noon)).toBe('12:03:04');
    expect(timeLabel(at, new Date(2026, 4, 7))).toBe('2026-05-06 12:03:04');
    expect(timeLabel(0)).toBe('');
  });
});
