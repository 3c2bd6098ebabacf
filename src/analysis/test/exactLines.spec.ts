import { withLines } from '../../testing/exactLines';
import { exactProfileFromText } from '../../testing/profileFromText';
import { exactLineRows, hasExactLines } from '../exactLines';
import { branchesIn, callsFrom, jumpsIn, valuesIn } from '../lineDetails';

const FUNCTIONS = `
  prog!main@/p.c:20    1  100  400
  prog!look@/p.c:5   200   60   60
  prog!even@/p.c:30   10   40  240
  prog!odd@/p.c:40    10   40  240
  main > prog!look   200   60   60
`;
const profile = withLines(
  exactProfileFromText(FUNCTIONS, {
    values: [
      { name: 'Ir', unit: 'count', exact: true },
      { name: 'D1mr', unit: 'count', exact: true }
    ]
  }),
  {
    lines: [
      'main /p.c:21 100/4',
      'look /p.c:6 40/2',
      'look /p.h:2 20/0',
      'main /p.h:2 5/1',
      'even /p.c:31 40/0',
      'odd /p.c:41 40/0'
    ],
    calls: [
      'main /p.c:21 look 150 45/2',
      'main /p.c:21 look 50 15/0',
      'main /p.c:22 even 1 240/0',
      'even /p.c:31 odd 10 900/0',
      'odd /p.c:41 even 9 800/0'
    ],
    jumps: [
      'main /p.c:22-21 7 9',
      'main /p.c:21-22 3 -1',
      'main /p.c:21-21 5 5'
    ],
    branches: ['/p.c:6 4 0', '/p.c:21 - !-']
  }
);
const file = (name: string): number => profile.strings.indexOf(name);
const rows = (value = 0): string[] => {
  const lines = exactLineRows(profile, value, 'native');
  return [...lines.file.keys()].map(row => {
    const func = profile.functions.name[lines.function[row]];
    return [
      `${profile.strings[lines.file[row]]}:${lines.line[row]}`,
      profile.strings[func],
      lines.self[row],
      lines.inclusive[row]
    ].join(' ');
  });
};

it('adds up the lines of all functions, and their calls but those in a cycle', () => {
  expect(rows()).toEqual([
    '/p.c:21 main 100 160',
    '/p.c:6 look 40 40',
    '/p.c:31 even 40 40',
    '/p.c:41 odd 40 40',
    // Of two functions into which it was inlined the costlier one.
    '/p.h:2 look 25 25',
    '/p.c:22 main 0 240'
  ]);
  expect(rows(1)[0]).toBe('/p.c:21 main 4 6');
});

it('says at least what a line costs where one of its functions runs below another', () => {
  const nested = withLines(profile, {
    lines: ['main /p.h:9 5/0', 'look /p.h:9 3/0', 'even /p.h:8 1/0'],
    calls: ['main /p.h:9 look 2 60/0', 'look /p.h:9 even 1 7/0']
  });
  const lines = exactLineRows(nested, 0, 'native');
  expect([...lines.line]).toEqual([9, 8]);
  // Not 75: the 10 in `look` are among the 60 of its call.
  expect([...lines.inclusive]).toEqual([65, 1]);
  expect([...lines.atLeast!]).toEqual([1, 0]);
});

it('has none of the other language, and none where there are stacks', () => {
  expect(exactLineRows(profile, 0, 'python').length).toBe(0);
  expect(hasExactLines(profile)).toBe(true);
  expect(hasExactLines({ ...profile, lines: null })).toBe(false);
});

it('keeps lines of no known function', () => {
  const lines = exactLineRows(
    withLines(profile, { lines: ['- /p.c:3 0/0'] }),
    0,
    'native'
  );
  expect([...lines.line]).toEqual([3]);
  expect([...lines.function]).toEqual([-1]);
});

it('adds up the calls of a line by callee', () => {
  const calls = callsFrom(profile, file('/p.c'), 0);
  const look = profile.functions.name.indexOf(file('look'));
  expect(calls.get(21)).toEqual([
    { callee: look, count: 200, cost: 60, cyclic: false }
  ]);
  expect(calls.get(31)![0]).toMatchObject({ count: 10, cyclic: true });
  expect(callsFrom(profile, file('/p.h'), 0).size).toBe(0);
});

it('has the jumps between lines, most taken first', () => {
  expect(jumpsIn(profile, file('/p.c'))).toEqual([
    { from: 22, to: 21, taken: 7, executed: 9 },
    { from: 21, to: 22, taken: 3, executed: -1 }
  ]);
});

it('has the branches and the values of each line', () => {
  const branches = branchesIn(profile, file('/p.c'));
  expect(branches.get(6)!.map(({ taken }) => taken)).toEqual([4, 0]);
  expect(branches.get(21)![1]).toEqual({ taken: -1, throws: true });
  const values = valuesIn(profile, file('/p.h'));
  expect([...values.get(2)!]).toEqual([25, 1]);
});
