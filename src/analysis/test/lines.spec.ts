import { CATEGORIES } from '../../format/types';
import type { IProfile } from '../../model/profile';
import {
  exactProfileFromText,
  profileFromText
} from '../../testing/profileFromText';
import { stackView } from '../filter';
import { categoriesOf, lineRows } from '../lines';

const cells = [
  { name: 'In[5]', prompt: 5, id: null, source: 'import numpy\nm = a @ a\nf()' }
];

function rows(profile: IProfile): string[] {
  const table = lineRows(profile, stackView(profile));
  return Array.from(table.line, (line, row) => {
    const file = profile.strings[table.file[row]];
    const split = Array.from(categoriesOf(table, row), (cost, code) =>
      cost > 0 ? ` ${CATEGORIES[code]} ${cost}` : ''
    ).join('');
    const text = table.text[row] === null ? '' : ` "${table.text[row]}"`;
    return `${file}:${line}${text} ${table.self[row]} ${table.inclusive[row]}${split}`;
  });
}

describe('lineRows', () => {
  it('charges native code to the innermost Python line', () => {
    const profile = profileFromText(
      `
      In[5]:2; numpy!matmul; blas!dgemm   6
      In[5]:2                             1
      In[5]:3; f:7; kernel!read           2
    `,
      { cells }
    );
    expect(rows(profile)).toEqual([
      'In[5]:2 "m = a @ a" 7 7 python 1 extension 6',
      'm.py:7 2 2 kernel 2',
      'In[5]:3 "f()" 0 2 kernel 2'
    ]);
  });

  it('counts a recursive line once a sample', () => {
    const profile = profileFromText('f:1; f:1; f:2; f:1 4');
    expect(rows(profile)).toEqual([
      'm.py:1 4 4 python 4',
      'm.py:2 0 4 python 4'
    ]);
  });

  it('charges no other line for a frame without one', () => {
    const profile = profileFromText('In[5]:2; f 4');
    expect(rows(profile)).toEqual(['In[5]:2 0 4 python 4']);
  });

  it('has no rows where there are no stacks', () => {
    expect(rows(exactProfileFromText('f 1 2 2'))).toEqual([]);
  });
});

describe('lineRows of native code', () => {
  it('is charged with what it calls natively, not with Python', () => {
    const profile = profileFromText(`
      In[5]:2; numpy!dgemm@dgemm.c:12                      4
      In[5]:2; numpy!dgemm@dgemm.c:12; libc!memcpy         3
      In[5]:2; numpy!dgemm@dgemm.c:12; kernel!page_fault   2
      In[5]:2; numpy!dgemm@dgemm.c:12; In[5].back:1        5
      In[5]:2; numpy!dgemm@dgemm.c:14                      1
    `);
    const table = lineRows(profile, stackView(profile), 'native');
    const said = Array.from(
      table.line,
      (line, row) =>
        `${profile.strings[table.file[row]]}:${line} ${table.self[row]} ${table.inclusive[row]}`
    );
    expect(said).toEqual(['dgemm.c:12 9 14', 'dgemm.c:14 1 1']);
  });
});
