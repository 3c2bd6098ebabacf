import type { IProfile } from '../../model/profile';
import { profileFromText } from '../../testing/profileFromText';
import { expressionRows, expressionsOf } from '../expressions';
import { stackView } from '../filter';
import { linePlaces } from '../lines';

function rows(profile: IProfile, name: string): string[] {
  const view = stackView(profile);
  const file = profile.strings.indexOf(name);
  const places = linePlaces(profile, view);
  const found = expressionsOf(expressionRows(profile, view, places), file);
  return [...found].flatMap(([line, expressions]) =>
    expressions.map(
      ({ start, end, self, inclusive }) =>
        `${line}:${start}-${end} ${self} ${inclusive}`
    )
  );
}

describe('expressionsOf', () => {
  it('splits a line by the columns that ran, costliest first', () => {
    const profile = profileFromText(`
      In[5]:2<4-12>; numpy!dgemm     6
      In[5]:2<4-12>                  1
      In[5]:2<0-20>; f:7<0-3>        9
      In[5]:3<0-3>                   2
    `);
    expect(rows(profile, 'In[5]')).toEqual([
      '2:0-20 0 9',
      '2:4-12 7 7',
      '3:0-3 2 2'
    ]);
    expect(rows(profile, 'm.py')).toEqual(['7:0-3 9 9']);
  });

  it('counts a recursive expression once a sample', () => {
    const profile = profileFromText('f:1<2-8>; f:1<2-8>; f:1<0-1> 4');
    expect(rows(profile, 'm.py')).toEqual(['1:0-1 4 4', '1:2-8 0 4']);
  });

  it('knows no end where it stands before the beginning', () => {
    const profile = profileFromText('f:1<8-3> 4\nf:1 3');
    expect(rows(profile, 'm.py')).toEqual(['1:8--1 4 4']);
  });
});
