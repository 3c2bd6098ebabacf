import {
  exactProfileFromText,
  profileFromText
} from '../../testing/profileFromText';
import { CATEGORIES } from '../../format/types';
import { stackView } from '../filter';
import { functionGroups } from '../functionGroups';
import type { Group } from '../groups';
import { fileLabel, moduleLabel } from '../names';

const profile = profileFromText(`
  In[5]; m.f; numpy!dot@dot.c:3; m.g   8
  In[5]; m.f; numpy!dot@dot.c:3        4
  In[5]; numpy!sum@sum.c:9             2
  In[5]                                1
`);

function groups(group: Group, label: typeof moduleLabel): string[] {
  const { of, inclusive, category } = functionGroups(
    profile,
    stackView(profile),
    group
  );
  const first = new Map(Array.from(of, (number, func) => [number, func]));
  return [...first].map(
    ([number, func]) =>
      `${label(profile, func)} ${inclusive[number]} ${CATEGORIES[category[number]]}`
  );
}

describe('functionGroups', () => {
  it('counts a sample once for each module that it went through', () => {
    expect(groups('module', moduleLabel).sort()).toEqual([
      'In[5] 15 python',
      'm 12 python',
      'numpy 14 extension'
    ]);
  });

  it('knows native functions by their source file', () => {
    expect(groups('file', fileLabel).sort()).toEqual([
      'In[5] 15 python',
      'dot.c 12 extension',
      'm.py 12 python',
      'sum.c 2 extension'
    ]);
  });

  it('gives no group more than all, where calls come back to it', () => {
    const exact = exactProfileFromText(`
      f                1  10  100
      f > a!out        1   0   90
      a!out            1  20   90
      a!out > b!sort   1   0   70
      b!sort           1  30   70
      b!sort > a!back  1   0   40
      a!back           1  40   40
    `);
    const view = stackView(exact);
    const { of, inclusive } = functionGroups(exact, view, 'module');
    const costs = Array.from(of, group => inclusive[group]);
    expect(costs).toEqual([100, 100, 70, 100]);
  });
});
