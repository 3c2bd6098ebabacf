import type { IProfile } from '../../model/profile';
import {
  exactProfileFromText,
  profileFromText
} from '../../testing/profileFromText';
import { CATEGORIES } from '../../format/types';
import { callGraph } from '../callGraph';
import { stackView } from '../filter';
import { NO_FILTER } from '../stackView';
import { functionRows } from '../functionTable';
import { functionLabel } from '../names';

function rows(profile: IProfile, filter = NO_FILTER): string[] {
  const table = functionRows(profile, stackView(profile, filter));
  return Array.from(
    table.func,
    (func, row) =>
      `${functionLabel(profile, func)} ${table.self[row]} ` +
      `${table.inclusive[row]} ${table.count[row]}` +
      `${table.calls ? ` ${table.calls[row]}x` : ''} ` +
      CATEGORIES[table.category[row]]
  );
}

describe('functionRows', () => {
  it('counts a recursive function once a sample', () => {
    const profile = profileFromText(`
      In[5]; f; f; g; f   2
      In[5]; f            3
      In[5]; g            4
    `);
    expect(rows(profile)).toEqual([
      'f 5 5 2 python',
      'g 4 6 2 python',
      'In[5] 0 9 3 python'
    ]);
  });

  it('takes the category of most of the own cost', () => {
    const profile = profileFromText(`
      In[5]; f   2
      In[5]; f   3  import
      In[5]; f; numpy!a   9
    `);
    expect(rows(profile)).toContain('f 5 14 3 import');
  });

  it('takes the columns of an exact engine', () => {
    const profile = exactProfileFromText(`
      In[5]      1   1  30
      f         20   9  29
      list.sort(list_sort)   7  20  20
      unused     0   0   0
    `);
    expect(rows(profile)).toEqual([
      'list.sort 20 20 7 7x builtin',
      'f 9 29 20 20x python',
      'In[5] 1 30 1 1x python'
    ]);
  });

  it('has no rows for an empty profile', () => {
    expect(rows(profileFromText(''))).toEqual([]);
    expect(rows(exactProfileFromText(''))).toEqual([]);
  });

  it('leaves exact machinery out unless it is asked for', () => {
    const profile = exactProfileFromText(`
      f         1  4  9
      ~write    1  5  5
      f > ~write  1  5  5
    `);
    const names = (foldPlumbing: boolean): string[] =>
      rows(profile, { ...NO_FILTER, foldPlumbing }).map(
        row => row.split(' ')[0]
      );
    expect(names(true)).toEqual(['f']);
    expect(names(false)).toEqual(['write', 'f']);
    const shown = (foldPlumbing: boolean): number =>
      callGraph(profile, stackView(profile, { ...NO_FILTER, foldPlumbing }), {
        threshold: 0,
        maxNodes: 9
      }).nodes.length;
    expect([shown(true), shown(false)]).toEqual([1, 2]);
  });
});
