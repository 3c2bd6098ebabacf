import type { IProfile } from '../../model/profile';
import {
  exactProfileFromText,
  profileFromText
} from '../../testing/profileFromText';
import { graphText } from '../../testing/tables';
import { callGraph, type ICallGraph } from '../callGraph';
import type { ICallGraphOptions } from '../graphCosts';
import { stackView } from '../filter';
import { functionLabel, moduleLabel } from '../names';

const ALL: ICallGraphOptions = { threshold: 0, maxNodes: 1000 };

function graph(profile: IProfile, options: Partial<ICallGraphOptions> = {}) {
  return callGraph(profile, stackView(profile), { ...ALL, ...options });
}

function func(profile: IProfile, label: string): number {
  return Array.from(profile.functions.name.keys()).find(
    row => functionLabel(profile, row) === label
  )!;
}

describe('callGraph of stacks', () => {
  const diamond = profileFromText(`
    In[5]; f; numpy!a   6
    In[5]; g; numpy!a   3
    In[5]; g            1
  `);

  it('has a node a function and an edge a pair', () => {
    const found = graph(diamond);
    expect(graphText(diamond, found)).toEqual([
      'In[5] 10 0',
      'a 9 9',
      'f 6 0',
      'g 4 1',
      'In[5] > f 6',
      'f > a 6',
      'In[5] > g 4',
      'g > a 3'
    ]);
    expect(found.hidden).toEqual({ nodes: 0, edges: 0, share: 0 });
    expect(Array.from(found.roots)).toEqual([0]);
  });

  it('joins what is shown over what is hidden', () => {
    const found = graph(diamond, { threshold: 0.5 });
    expect(graphText(diamond, found)).toEqual([
      'In[5] 10 0',
      'a 9 9',
      'f 6 0',
      'In[5] > f 6',
      'f > a 6',
      'In[5] ...> a 3'
    ]);
    expect(found.hidden.nodes).toBe(1);
    expect(found.hidden.share).toBeCloseTo(0.1);
  });

  it('shows at most so many nodes', () => {
    const found = graph(diamond, { maxNodes: 2 });
    expect(graphText(diamond, found)).toEqual([
      'In[5] 10 0',
      'a 9 9',
      'In[5] ...> a 9'
    ]);
  });

  it('counts recursion once in nodes and edges', () => {
    const profile = profileFromText(`
      f; f; f; g; f; g   2
      f; g               3
    `);
    expect(graphText(profile, graph(profile))).toEqual([
      'f 5 0',
      'g 5 5',
      'f > g 5',
      'f > f 2',
      'g > f 2'
    ]);
  });

  it('focuses on what calls a function and what it calls', () => {
    const found = graph(diamond, { focus: func(diamond, 'g') });
    expect(graphText(diamond, found)).toEqual([
      'In[5] 4 0',
      'g 4 1',
      'a 3 3',
      'In[5] > g 4',
      'g > a 3'
    ]);
    expect(found.total).toBe(10);
  });

  it('groups by module', () => {
    const profile = profileFromText(`
      In[5]; json.a; json.b; numpy!x   2
      In[5]; numpy!y                   4
    `);
    const found = graph(profile, { group: 'module' });
    expect(graphText(profile, found, moduleLabel)).toEqual([
      'In[5] 6 0',
      'numpy 6 6',
      'json 2 0',
      'In[5] > numpy 4',
      'In[5] > json 2',
      'json > numpy 2'
    ]);
  });
});

describe('callGraph of exact edges', () => {
  const profile = exactProfileFromText(`
    In[5]    1   1  30
    f        2   9  29
    numpy!a  6  15  15
    numpy!b  6   5   5
    In[5] > f    2   9  29
    f > numpy!a  6  15  15
    f > numpy!b  3   4   4
    numpy!a > numpy!b  3  1  1
  `);

  it('is what was measured', () => {
    const found = graph(profile);
    expect(graphText(profile, found)).toEqual([
      'In[5] 30 1',
      'f 29 9',
      'a 15 15',
      'b 5 5',
      'In[5] > f 29 2x',
      'f > a 15 6x',
      'f > b 4 3x',
      'a > b 1 3x'
    ]);
    expect(Array.from(found.nodes.calls!)).toEqual([1, 2, 6, 6]);
    expect(found.total).toBe(30);
  });

  it('groups by module', () => {
    expect(
      graphText(profile, graph(profile, { group: 'module' }), moduleLabel)
    ).toEqual([
      'In[5] 30 1',
      'm 29 9',
      'numpy 19 20',
      'In[5] > m 29 2x',
      'm > numpy 19 9x'
    ]);
  });

  it('focuses on what leads to a function and follows from it', () => {
    const found = graph(profile, { focus: func(profile, 'a') });
    expect(graphText(profile, found).slice(0, 4)).toEqual([
      'In[5] 30 1',
      'f 29 9',
      'a 15 15',
      'b 5 5'
    ]);
    expect(found.edges.length).toBe(4);
  });

  it('is empty for an empty profile', () => {
    expect(graph(profileFromText('')).nodes.length).toBe(0);
    expect(graph(exactProfileFromText('')).hidden.share).toBe(0);
  });

  it('chooses a threshold that leaves few enough functions', () => {
    const lines = (count: number, cost: number): string =>
      Array.from({ length: count }, (_, i) => `In[1]:1; f${i}:1 ${cost}`).join(
        '\n'
      );
    const chosen = (text: string): ICallGraph =>
      graph(profileFromText(text), { threshold: null });
    expect(chosen(lines(20, 5)).threshold).toBe(0.01);
    const many = chosen(`${lines(60, 1)}\n In[1]:1; g:1 30`);
    expect([many.threshold, many.nodes.length]).toEqual([0.02, 2]);
    // Too many at the largest choice as well: nothing costlier is hidden.
    const deep = `${Array.from({ length: 50 }, (_, i) => `d${i}:1`).join('; ')} 9`;
    expect(chosen(deep).threshold).toBe(0.1);
    expect(chosen(deep).nodes.length).toBe(50);
  });
});

describe('boxes of a call graph', () => {
  const recursive = profileFromText(`
    In[5]; even; odd; even; odd; numpy!a   4
    In[5]; even; odd; b                    2
    In[5]; b                               1
  `);

  it('counts the cycles, and puts each into one box on request', () => {
    expect(graph(recursive).cycles).toBe(1);
    const found = graph(recursive, { cycles: true });
    expect(graphText(recursive, found)).toEqual([
      'In[5] 7 0',
      'even 6 0',
      'a 4 4',
      'b 3 3',
      'In[5] > even 6',
      'even > a 4',
      'even > b 2',
      'In[5] > b 1'
    ]);
    expect(Array.from(found.nodes.size)).toEqual([1, 2, 1, 1]);
    expect(found.nodeOf[func(recursive, 'odd')]).toBe(1);
  });

  it('puts what a collapsed function calls into its node, and only that', () => {
    const found = graph(recursive, { collapsed: [func(recursive, 'odd')] });
    expect(graphText(recursive, found)).toEqual([
      'In[5] 7 0',
      'even 6 0',
      'odd 6 6',
      'b 1 1',
      'In[5] > even 6',
      'even > odd 6',
      'In[5] > b 1'
    ]);
    // a stands nowhere else; b does.
    expect(found.nodeOf[func(recursive, 'a')]).toBe(2);
    expect(found.nodeOf[func(recursive, 'b')]).toBe(3);
    expect(Array.from(found.nodes.calling)).toEqual([1, 1, 0, 0]);
  });

  it('says how many callees are hidden, and shows them on request', () => {
    const profile = profileFromText(`
      In[5]; f; g         90
      In[5]; f; small      4
      In[5]; f; smaller    3
      In[5]; other         3
    `);
    const hidden = graph(profile, { threshold: 0.1 });
    expect(graphText(profile, hidden).slice(0, 3)).toEqual([
      'In[5] 100 0',
      'f 97 0',
      'g 90 90'
    ]);
    expect(Array.from(hidden.nodes.more)).toEqual([1, 2, 0]);
    expect(hidden.hidden.share).toBeCloseTo(0.1);
    const shown = graph(profile, {
      threshold: 0.1,
      expanded: [func(profile, 'f')]
    });
    expect(graphText(profile, shown)).toEqual([
      'In[5] 100 0',
      'f 97 0',
      'g 90 90',
      'small 4 4',
      'smaller 3 3',
      'In[5] > f 97',
      'f > g 90',
      'f > small 4',
      'f > smaller 3'
    ]);
    expect(Array.from(shown.nodes.more)).toEqual([1, 0, 0, 0, 0]);
    expect(shown.hidden.share).toBeCloseTo(0.03);
  });

  it('focuses on a box as on a function', () => {
    const focus = func(recursive, 'odd');
    const found = graph(recursive, { cycles: true, focus });
    expect(graphText(recursive, found)).toEqual([
      'In[5] 6 0',
      'even 6 0',
      'a 4 4',
      'b 2 2',
      'In[5] > even 6',
      'even > a 4',
      'even > b 2'
    ]);
  });

  it('collapses exact edges only where there is no other way', () => {
    const profile = exactProfileFromText(`
      In[5]    1   1  30
      f        2   9  24
      g        2   5  11
      h        3   6   6
      k        1   9   9
      In[5] > f  2   9  24
      In[5] > h  1   5   5
      f > g      2   5  11
      f > k      1   4   4
      g > k      1   5   5
      g > h      2   1   1
    `);
    const found = graph(profile, { collapsed: [func(profile, 'f')] });
    expect(graphText(profile, found)).toEqual([
      'In[5] 30 1',
      'f 24 23',
      'h 6 6',
      'In[5] > f 24 2x',
      'In[5] > h 5 1x',
      'f > h 1 2x'
    ]);
    expect(found.nodeOf[func(profile, 'k')]).toBe(1);
    expect(found.nodes.size[1]).toBe(3);
  });
});
