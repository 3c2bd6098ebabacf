import { profileFromText } from '../../testing/profileFromText';
import { treeText } from '../../testing/tables';
import { callTree } from '../callTree';
import { stackView } from '../filter';
import { NO_FILTER } from '../stackView';
import { timeTree, type ITimeTreeOptions } from '../timeTree';

function lines(text: string, options?: ITimeTreeOptions): string[] {
  const profile = profileFromText(text);
  const tree = timeTree(stackView(profile, NO_FILTER), options);
  return treeText(profile, tree).map((line, node) => {
    const [indent] = /^ */.exec(line)!;
    return `${indent}@${tree.start![node]} ${line.trim()}`;
  });
}

describe('timeTree', () => {
  it('keeps runs of the same callers together, in the order of time', () => {
    expect(
      lines(`
        In[5]:1; f; g   2
        In[5]:2; f; g   3
        In[5]:2; h      4
        In[5]:3; f; g   5
        In[5]:3; f      1
      `)
    ).toEqual([
      '@0 In[5] 15 0 python',
      '  @0 f 5 0 python',
      '    @0 g 5 5 python',
      '  @5 h 4 4 python',
      '  @9 f 6 1 python',
      '    @9 g 5 5 python'
    ]);
  });

  it('merges by line and by module', () => {
    expect(
      lines('a.f:1; a.g:2  3\na.f:1; a.g:3  4', { merge: 'line' })
    ).toEqual([
      '@0 f:1 7 0 python',
      '  @0 g:2 3 3 python',
      '  @3 g:3 4 4 python'
    ]);
    expect(
      lines('a.f; a.g; b.h  3\na.f; a.k; b.h  4', { merge: 'module' })
    ).toEqual(['@0 f 7 0 python', '  @0 h 7 7 python']);
  });

  it('puts threads after each other, nothing going on from one to the next', () => {
    expect(
      lines(`
        In[5]    2
        run; f   1  [pool]
        run; f   4  [pool]
        run; f  16  [other]
        In[5]    8
      `)
    ).toEqual([
      '@0 In[5] 10 10 python',
      '@10 run 5 0 python',
      '  @10 f 5 5 python',
      '@15 run 16 0 python',
      '  @15 f 16 16 python'
    ]);
  });

  it('says where each thread ends, those without cost left out', () => {
    const profile = profileFromText(`
      run   5  [pool]
      idle  0  [idle]
      In[5] 2  [own]
    `);
    const { main } = profile.threads!;
    main.fill(0);
    main[2] = 1;
    const { threads } = timeTree(stackView(profile, NO_FILTER));
    expect(threads).toEqual({
      thread: Int32Array.of(2, 0),
      end: Float64Array.of(2, 7)
    });
  });

  it('costs what the tree by cost does, filtered by time as well', () => {
    const profile = profileFromText(
      Array.from(
        { length: 300 },
        (_, n) => `In[5]; f${n % 3}; ${n % 2 ? 'g' : 'h; k'}  ${1 + (n % 5)}`
      ).join('\n'),
      { unit: 'ns' }
    );
    const { time } = profile.samples!;
    for (const range of [null, { from: time[40] + 0.0001, to: time[200] }]) {
      const view = stackView(profile, { ...NO_FILTER, time: range });
      const runs = timeTree(view);
      const tree = callTree(view);
      expect(runs.total).toBeCloseTo(tree.total);
      expect(runs.count[0]).toBe(tree.count[0]);
      const sum = (column: Float64Array): number =>
        column.reduce((sum, cost) => sum + cost, 0);
      expect(sum(runs.self)).toBeCloseTo(tree.total);
    }
  });

  it('leaves out what is too short, says so, and keeps its cost above', () => {
    const profile = profileFromText(`
      In[5]; f; g   50
      In[5]; h; k    1
      In[5]; f      49
    `);
    const tree = timeTree(stackView(profile), { minShare: 0.02 });
    expect(tree.cut).toBe(true);
    expect(treeText(profile, tree)).toEqual([
      'In[5] 100 0 python',
      '  f 50 0 python',
      '    g 50 50 python',
      '  f 49 49 python'
    ]);
    expect(timeTree(stackView(profile)).cut).toBe(false);
  });

  it('colours a run by what most of it was', () => {
    expect(
      lines(`
        In[5]; f    2  gc
        In[5]; f    9
        In[5]; g    1
        In[5]; f    3  gc
      `)
    ).toEqual([
      '@0 In[5] 15 0 python',
      '  @0 f 11 11 python',
      '  @11 g 1 1 python',
      '  @12 f 3 3 gc'
    ]);
  });

  it.each(['', 'In[5]; f 0'])('is empty for %j', text => {
    expect(lines(text)).toEqual([]);
  });

  it('takes a recursion 5,000 deep', () => {
    const deep = Array(5000).fill('f').join(';');
    expect(lines(`${deep} 1\nf 1\n${deep} 1`)).toHaveLength(9999);
  });
});
