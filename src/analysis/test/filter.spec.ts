import {
  profileFromText,
  exactProfileFromText
} from '../../testing/profileFromText';
import { treeText } from '../../testing/tables';
import { callTree } from '../callTree';
import { stackView } from '../filter';
import { NO_FILTER, type IFilter } from '../stackView';
import { functionLabel } from '../names';
import { parseQuery } from '../query';
import type { IProfile } from '../../model/profile';

const ALL: IFilter = { ...NO_FILTER, foldPlumbing: false };

function shown(profile: IProfile, filter: IFilter): string[] {
  return treeText(profile, callTree(stackView(profile, filter)));
}

function func(profile: IProfile, label: string): number {
  return Array.from(profile.functions.name.keys()).find(
    row => functionLabel(profile, row) === label
  )!;
}

describe('stackView', () => {
  it('gives the cost of folded plumbing to the nearest caller left', () => {
    const profile = profileFromText(`
      In[5]; f; ~libpython!eval              3 python
      In[5]; f; ~libpython!eval; numpy!sum   5
      In[5]; f; ~libpython!eval; ~libpython!call; g  2
    `);
    expect(shown(profile, NO_FILTER)).toEqual([
      'In[5] 10 0 python',
      '  f 10 3 python',
      '    sum 5 5 extension',
      '    g 2 2 python'
    ]);
    expect(shown(profile, ALL)).toEqual([
      'In[5] 10 0 python',
      '  f 10 0 python',
      '    eval 10 3 extension',
      '      sum 5 5 extension',
      '      call 2 0 extension',
      '        g 2 2 python'
    ]);
  });

  it('keeps the category of folded cost', () => {
    const profile = profileFromText(`
      In[5]; f              1
      In[5]; f; ~libpython!gc_collect  4  gc
      In[5]; f; ~libpython!eval        2  python
    `);
    const view = stackView(profile, NO_FILTER);
    const costs = new Map<string, number>();
    view.weight.forEach((weight, row) => {
      const key = `${functionLabel(profile, view.function[row])} ${view.category[row]}`;
      costs.set(key, (costs.get(key) ?? 0) + weight);
    });
    expect(costs.get('f 0')).toBe(3);
    expect(costs.get('f 5')).toBe(4);
    expect(shown(profile, NO_FILTER)).toEqual([
      'In[5] 7 0 python',
      '  f 7 7 gc'
    ]);
  });

  it('keeps the leaf of a stack of nothing but plumbing', () => {
    const profile = profileFromText(`
      ~libc!start; ~libpython!main            4
      ~libc!start; ~libpython!main; f         1
    `);
    expect(shown(profile, NO_FILTER)).toEqual([
      'main 4 4 extension',
      'f 1 1 python'
    ]);
  });

  it('never changes the total by folding', () => {
    const profile = profileFromText(`
      ~a!a; ~b!b             1
      ~a!a; f; ~b!b          2 kernel
      ~a!a; f; ~b!b; ~c!c    3 gc
      ~a!a; f; ~b!b; g; ~c!c 4
    `);
    for (const foldPlumbing of [true, false]) {
      const view = stackView(profile, { ...ALL, foldPlumbing });
      expect(view.total).toBe(10);
      expect(view.samples).toBe(4);
      expect(view.weight.reduce((a, b) => a + b)).toBe(10);
      expect(view.prefix.every((above, row) => above < row)).toBe(true);
    }
  });

  it('keeps one thread', () => {
    const profile = profileFromText(`
      In[5]; f          2
      In[5]; g          3  python  [worker]
    `);
    expect(
      shown(profile, { ...ALL, lane: { kind: 'thread', row: 1 } })
    ).toEqual(['In[5] 3 0 python', '  g 3 3 python']);
  });

  it('keeps the stacks through a root and cuts what is above it', () => {
    const profile = profileFromText(`
      In[5]; f; g; h    2
      In[5]; k; g       3
      In[5]; f          9
      In[5]; g; f; g    1
    `);
    const root = func(profile, 'g');
    expect(shown(profile, { ...ALL, root })).toEqual([
      'g 6 3 python',
      '  h 2 2 python',
      '  f 1 0 python',
      '    g 1 1 python'
    ]);
  });

  it('shows a root even if it is plumbing', () => {
    const profile = profileFromText('In[5]; ~libpython!eval; f 2');
    const root = func(profile, 'eval');
    expect(shown(profile, { ...NO_FILTER, root })).toEqual([
      'eval 2 0 extension',
      '  f 2 2 python'
    ]);
  });

  it('keeps the stacks through a match', () => {
    const profile = profileFromText(`
      In[5]; f; numpy!dgemm   2
      In[5]; f                3
      In[5]; Dgemv            4
    `);
    expect(
      shown(profile, {
        ...ALL,
        conditions: parseQuery('DGEM').conditions
      })
    ).toEqual([
      'In[5] 6 0 python',
      '  Dgemv 4 4 python',
      '  f 2 0 python',
      '    dgemm 2 2 extension'
    ]);
  });

  it('shows attributed samples where they were taken, if asked', () => {
    const text = profileFromText(`
      In[5]:2; blas!worker   4 extension [blas]
      blas!server; blas!worker 0
    `);
    const samples = { ...text.samples!, own: Int32Array.of(-1, -1) };
    samples.own[0] = text.samples!.stack[1];
    const profile = { ...text, samples };
    expect(stackView(profile, { ...ALL }).total).toBe(4);
    expect(shown(profile, { ...ALL, hideAttributed: true })).toEqual([
      'server 4 0 extension',
      '  worker 4 4 extension'
    ]);
  });

  it('says for each stack where it is shown', () => {
    const profile = profileFromText(`
      In[5]; ~libpython!eval   1 python
      In[5]; f                 2
    `);
    const view = stackView(profile, NO_FILTER);
    const rows = Array.from(profile.samples!.stack, at => view.ofStack[at]);
    expect(rows.map(row => functionLabel(profile, view.function[row]))).toEqual(
      ['In[5]', 'f']
    );
  });

  it('has no rows without stacks', () => {
    const view = stackView(exactProfileFromText('f 1 2 2'));
    expect(view.available).toBe(false);
    expect(view.length).toBe(0);
    expect(stackView(profileFromText('')).available).toBe(false);
  });
});
