import {
  exactProfileFromText,
  profileFromText
} from '../../testing/profileFromText';
import { CATEGORIES } from '../../format/types';
import { breakdown, categoryTotals, type IBreakdown } from '../breakdown';
import { stackView } from '../filter';
import { NO_FILTER } from '../stackView';

function outline(part: IBreakdown, depth = 0): string[] {
  return [
    `${'  '.repeat(depth)}${part.label} ${part.value}`,
    ...part.children.flatMap(child => outline(child, depth + 1))
  ];
}

const text = `
  In[5]; f; numpy!dgemm   6
  In[5]; f; numpy!sum     1
  In[5]; f; blas!kernel   2
  In[5]; f                4
  In[5]; f                1  gc
`;

describe('breakdown', () => {
  it('goes from category to module to function', () => {
    const profile = profileFromText(text);
    expect(outline(breakdown(profile, stackView(profile)))).toEqual([
      'In[5] 14',
      '  extension 9',
      '    numpy 7',
      '      dgemm 6',
      '      sum 1',
      '    blas 2',
      '      kernel 2',
      '  python 4',
      '    m 4',
      '      f 4',
      '  gc 1',
      '    m 1',
      '      f 1'
    ]);
  });

  it('knows the function of a leaf, though another has its name', () => {
    const profile = profileFromText(`
      In[5]:1; a!sum   6
      In[5]:1; b!sum   3
    `);
    const [extension] = breakdown(profile, stackView(profile)).children;
    const { functions, strings } = profile;
    const found = extension.children.map(module => {
      const [leaf] = module.children;
      return [module.func, strings[functions.module[leaf.func]]];
    });
    expect(found).toEqual([
      [-1, 'a'],
      [-1, 'b']
    ]);
  });

  it('joins what is small', () => {
    const many = Array.from({ length: 30 }, (_, n) => `numpy!f${n} ${n + 1}`);
    const profile = profileFromText(many.join('\n'));
    const [extension] = breakdown(profile, stackView(profile)).children;
    const { children, value } = extension.children[0];
    expect(children).toHaveLength(12);
    expect(children[11]).toMatchObject({
      label: 'other',
      value: 190,
      func: -1
    });
    expect(value).toBe(465);
  });

  it('adds waiting that was measured by clocks, to the whole only', () => {
    const summary = { categories: { waiting: 5 } };
    const profile = profileFromText(text, { summary });
    const waiting = CATEGORIES.indexOf('waiting');
    const whole = stackView(profile);
    expect(categoryTotals(profile, whole).cost[waiting]).toBe(5);
    expect(breakdown(profile, whole)).toMatchObject({ value: 19, measured: 5 });
    const part = stackView(profile, {
      ...NO_FILTER,
      lane: { kind: 'thread', row: 0 }
    });
    expect(categoryTotals(profile, part).cost[waiting]).toBe(0);
    expect(breakdown(profile, part).value).toBe(14);
  });

  it('does not add it where it was sampled', () => {
    const summary = { categories: { waiting: 5 } };
    const profile = profileFromText('In[5]; kernel!poll 7 waiting', {
      summary
    });
    expect(breakdown(profile, stackView(profile)).value).toBe(7);
    expect(categoryTotals(profile, stackView(profile)).cost[8]).toBe(7);
  });

  it('names the Python function that waits, not the kernel', () => {
    const profile = profileFromText(`
      In[5]:1; fetch:3; time.sleep(sleep); kernel!off_cpu  7  sleep
      pool!run; kernel!off_cpu                             2  lock
    `);
    expect(outline(breakdown(profile, stackView(profile)))).toEqual([
      'In[5] 9',
      '  sleep 7',
      '    m 7',
      '      fetch 7',
      '  lock 2',
      '    kernel 2',
      '      off_cpu 2'
    ]);
  });

  it('works from an exact engine', () => {
    const profile = exactProfileFromText(`
      f         1  4  9
      numpy!a   1  5  5
    `);
    expect(outline(breakdown(profile, stackView(profile)))).toEqual([
      'In[5] 9',
      '  extension 5',
      '    numpy 5',
      '      a 5',
      '  python 4',
      '    m 4',
      '      f 4'
    ]);
  });

  it('keeps the cost of exact machinery without its functions', () => {
    const profile = exactProfileFromText(`
      f         1  4  9
      ~write    1  5  5
    `);
    expect(outline(breakdown(profile, stackView(profile)))).toEqual([
      'In[5] 9',
      '  python 9',
      '    notebook 5',
      '    m 4',
      '      f 4'
    ]);
  });

  it('is nothing for an empty profile', () => {
    const profile = profileFromText('');
    expect(breakdown(profile, stackView(profile)).value).toBe(0);
  });
});
