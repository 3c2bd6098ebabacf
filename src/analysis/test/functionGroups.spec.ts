import { profileFromText } from '../../testing/profileFromText';
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
});
