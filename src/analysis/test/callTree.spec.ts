import { profileFromText } from '../../testing/profileFromText';
import { treeText } from '../../testing/tables';
import { callTree, type ICallTreeOptions } from '../callTree';
import type { ICallTree } from '../tree';
import { stackView } from '../filter';
import { NO_FILTER } from '../stackView';

function lines(text: string, options?: ICallTreeOptions): string[] {
  const profile = profileFromText(text);
  return treeText(profile, callTree(stackView(profile, NO_FILTER), options));
}

/** What must hold for every tree. */
function check(tree: ICallTree): void {
  let roots = 0;
  for (let node = 0; node < tree.length; node++) {
    const parent = tree.parent[node];
    expect(parent).toBeLessThan(node);
    roots += parent < 0 ? tree.inclusive[node] : 0;
    let below = tree.self[node];
    let before = Infinity;
    let at = tree.firstChild[node];
    for (; at >= 0; at = tree.nextSibling[at]) {
      expect(tree.parent[at]).toBe(node);
      expect(tree.depth[at]).toBe(tree.depth[node] + 1);
      expect(tree.inclusive[at]).toBeLessThanOrEqual(before);
      before = tree.inclusive[at];
      below += tree.inclusive[at];
    }
    expect(below).toBeCloseTo(tree.inclusive[node]);
  }
  expect(roots).toBeCloseTo(tree.total);
}

describe('callTree', () => {
  it('merges by function, costliest first', () => {
    expect(
      lines(`
        In[5]:1; f:3; g  1
        In[5]:2; f:4; g  2
        In[5]:2; h       9
      `)
    ).toEqual([
      'In[5] 12 0 python',
      '  h 9 9 python',
      '  f 3 0 python',
      '    g 3 3 python'
    ]);
  });

  it('merges by line', () => {
    expect(
      lines(
        `
        In[5]:1; f:3  1
        In[5]:2; f:3  2
        In[5]:2; f:4  4
      `,
        { merge: 'line' }
      )
    ).toEqual([
      'In[5]:2 6 0 python',
      '  f:4 4 4 python',
      '  f:3 2 2 python',
      'In[5]:1 1 0 python',
      '  f:3 1 1 python'
    ]);
  });

  it('merges calls within a module into one box', () => {
    const profile = profileFromText(`
      In[5]; json.dumps; json.encode; numpy!a; numpy!b   2
      In[5]; json.dumps                                  3
      In[5]; json.encode; In[5].default; json.encode     4
    `);
    const tree = callTree(stackView(profile), { merge: 'module' });
    check(tree);
    expect(treeText(profile, tree)).toEqual([
      'In[5] 9 0 python',
      '  dumps 9 3 python',
      '    default 4 0 python',
      '      encode 4 4 python',
      '    a 2 2 extension'
    ]);
  });

  it('counts recursion at every level', () => {
    expect(
      lines(`
        f; f; f   1
        f         2
        f; g; f   4
      `)
    ).toEqual([
      'f 7 2 python',
      '  g 4 0 python',
      '    f 4 4 python',
      '  f 1 0 python',
      '    f 1 1 python'
    ]);
  });

  it('colours a caller by its function, a leaf by its own cost', () => {
    expect(
      lines(`
        In[5]; f; numpy!a   9
        In[5]; f            1  gc
        In[5]; g            2  gc
        In[5]; g            1
      `)
    ).toEqual([
      'In[5] 13 0 python',
      '  f 10 1 python',
      '    a 9 9 extension',
      '  g 3 3 gc'
    ]);
  });

  it('inverts: leaves first, their callers below', () => {
    expect(
      lines(
        `
        In[5]; f; numpy!a      2
        In[5]; g; numpy!a      5
        In[5]; g               1
      `,
        { invert: true }
      )
    ).toEqual([
      'a 7 0 extension',
      '  g 5 0 python',
      '    In[5] 5 5 python',
      '  f 2 0 python',
      '    In[5] 2 2 python',
      'g 1 0 python',
      '  In[5] 1 1 python'
    ]);
  });

  it('leaves out the callers of tiny leaves when inverted, and says so', () => {
    const profile = profileFromText(`
      In[5]; f       1000
      In[5]; g; h    1
    `);
    const tree = callTree(stackView(profile), { invert: true, minShare: 0.01 });
    check(tree);
    expect(tree.cut).toBe(true);
    expect(tree.total).toBe(1001);
    expect(treeText(profile, tree)).toEqual([
      'f 1000 0 python',
      '  In[5] 1000 1000 python',
      'h 1 1 python'
    ]);
  });

  it.each([{}, { invert: true }, { merge: 'line' }, { merge: 'module' }])(
    'keeps sums and order with %j',
    options => {
      const text: string[] = [];
      let seed = 1;
      const random = (below: number) => {
        seed = (seed * 48271) % 0x7fffffff;
        return seed % below;
      };
      for (let sample = 0; sample < 300; sample++) {
        const stack = ['In[5]:1'];
        for (let depth = random(12); depth >= 0; depth--) {
          const plumbing = random(4) === 0 ? '~' : '';
          stack.push(`${plumbing}m${random(3)}.f${random(6)}:${random(3) + 1}`);
        }
        text.push(`${stack.join(';')} ${random(20)}`);
      }
      const profile = profileFromText(text.join('\n'));
      const view = stackView(profile, { ...NO_FILTER, foldPlumbing: true });
      const tree = callTree(view, options as ICallTreeOptions);
      check(tree);
      expect(tree.total).toBe(view.total);
    }
  );

  it('is empty for an empty profile', () => {
    const tree = callTree(stackView(profileFromText('')));
    expect(tree.length).toBe(0);
    expect(tree.total).toBe(0);
  });

  it.each([false, true])('takes a recursion 5,000 deep (invert %s)', invert => {
    const deep = Array(5000).fill('f').join(';');
    const profile = profileFromText(`${deep} 1\n${deep};g 2`);
    const tree = callTree(stackView(profile), { invert });
    check(tree);
    expect(Math.max(...tree.depth)).toBe(invert ? 5000 : 5000);
    expect(tree.total).toBe(3);
  });

  it('leaves out samples of no cost', () => {
    expect(lines('In[5]; f 0')).toEqual([]);
  });
});
