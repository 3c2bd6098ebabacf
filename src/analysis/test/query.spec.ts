import {
  formatQuery,
  formatTime,
  lastToken,
  parseQuery,
  parseTime
} from '../query';

/** The conditions of a text, one a line: `-module numpy | scipy`. */
function read(text: string): string[] {
  return parseQuery(text).conditions.map(
    ({ field, negated, values }) =>
      `${negated ? '-' : ''}${field} ${values.join(' | ')}`
  );
}

describe('parseQuery', () => {
  it('reads fields, negation, alternatives and quotation marks', () => {
    expect(
      read(
        'module:numpy -name:sort category:python,gc thread:"my pool",7 cell:In[5] time:1.2s-3s'
      )
    ).toEqual([
      'module numpy',
      '-name sort',
      'category python | gc',
      'thread my pool | 7',
      'cell In[5]',
      'time 1.2s-3s'
    ]);
    expect(read('name:"operator<(a, b)" -"list sort"')).toEqual([
      'name operator<(a, b)',
      '-text list sort'
    ]);
  });

  it('takes words that stand together as one condition', () => {
    expect(read('list  sort module:numpy key')).toEqual([
      'text list sort',
      'module numpy',
      'text key'
    ]);
    expect(read('  ')).toEqual([]);
    expect(read('-')).toEqual(['text -']);
  });

  it('leaves names with colons alone', () => {
    expect(read('std::sort decoder.py:12 C:\\x')).toEqual([
      'text std::sort decoder.py:12 C:\\x'
    ]);
  });

  it.each([
    ['modul:numpy', 'field', 'modul'],
    ['module:', 'empty', 'module'],
    ['module:=', 'empty', 'module'],
    ['category:pyton', 'category', 'pyton'],
    ['cell:first', 'cell', 'first'],
    ['time:1.2s', 'time', '1.2s'],
    ['time:3s-1s', 'time', '3s-1s']
  ])('says what is wrong with %s', (text, kind, what) => {
    const { conditions, problem } = parseQuery(`key ${text} -name:sort`);
    expect(problem).toEqual({ kind, what });
    expect(conditions).toHaveLength(1);
  });
});

describe('formatQuery', () => {
  it.each([
    'module:numpy -name:sort category:python,gc',
    'thread:"my pool",7 name:="a, b" time:1.2s-3s',
    'list sort module:numpy',
    '"modul:numpy"',
    '-"list sort"',
    'sort "list key"',
    '"-sort"',
    'name:"say \\"hi\\""',
    'std::sort'
  ])('writes what it reads: %s', text => {
    expect(formatQuery(parseQuery(text).conditions)).toBe(text);
  });
});

describe('times', () => {
  it.each([
    ['1.2s-3s', 1.2e6, 3e6],
    ['500-800ms', 5e5, 8e5],
    ['1-2', 1e6, 2e6],
    ['-500ms', 0, 5e5],
    ['2s-', 2e6, Infinity],
    ['10us-20µs', 10, 20]
  ])('reads %s', (text, from, to) => {
    expect(parseTime(text)).toEqual({ from, to });
  });

  it('writes what it reads', () => {
    for (const text of ['1.2s-3s', '500ms-1.5s', '0s-20us', '2s-']) {
      expect(formatTime(parseTime(text)!)).toBe(text);
    }
  });
});

it('finds what is being typed', () => {
  expect(lastToken('module:nu')).toBe(0);
  expect(lastToken('a "b c')).toBe(2);
  expect(lastToken('a ')).toBe(2);
});
