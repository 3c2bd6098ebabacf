import type { IProfile } from '../../model/profile';
import {
  exactProfileFromText,
  profileFromText
} from '../../testing/profileFromText';
import { stackView } from '../filter';
import { NO_FILTER, type IFilter } from '../stackView';
import { functionLabel } from '../names';
import { callersAndCallees, type INeighbours } from '../neighbours';

/** `caller cost`, … `> callee cost`, …, with exact calls where there are any. */
function around(
  profile: IProfile,
  name: string,
  filter: IFilter = NO_FILTER
): string[] {
  const { functions } = profile;
  const func = Array.from({ length: functions.length }, (_, at) => at).find(
    at => functionLabel(profile, at) === name
  )!;
  const { callers, callees } = callersAndCallees(
    profile,
    stackView(profile, filter),
    func
  );
  const texts = ({ func, cost, calls }: INeighbours): string[] =>
    Array.from(
      func,
      (of, row) =>
        `${of < 0 ? 'nobody' : functionLabel(profile, of)} ${cost[row]}` +
        (calls ? ` ${calls[row]}x` : '')
    );
  return [...texts(callers), ...texts(callees).map(text => `> ${text}`)];
}

describe('callersAndCallees', () => {
  it('adds up what each caller and each callee costs, costliest first', () => {
    const profile = profileFromText(`
      In[5]; a; f; g       5
      In[5]; a; f         20
      In[5]; b; f; g       3
      In[5]; b; f; h; g   40
      In[5]; b; g        100
      f; h                 1
    `);
    expect(around(profile, 'f')).toEqual([
      'b 43',
      'a 25',
      'nobody 1',
      '> h 41',
      '> g 8'
    ]);
    expect(around(profile, 'g')).toEqual(['b 100', 'h 40', 'f 8']);
  });

  it('counts a sample once for each caller and callee, recursive or not', () => {
    const profile = profileFromText(`
      a; f; f; f; g   7
      a; f; b; f      2
      b; f            1
    `);
    expect(around(profile, 'f')).toEqual([
      'a 9',
      'f 7',
      'b 3',
      '> f 7',
      '> g 7',
      '> b 2'
    ]);
  });

  it('passes over folded machinery and follows the filter', () => {
    const profile = profileFromText(`
      a; ~eval; f; ~eval; g   7
      a; f                    2   [worker]
    `);
    expect(around(profile, 'f')).toEqual(['a 9', '> g 7']);
    expect(
      around(profile, 'f', { ...NO_FILTER, lane: { kind: 'thread', row: 1 } })
    ).toEqual(['a 2']);
    expect(around(profile, 'f', { ...NO_FILTER, foldPlumbing: false })).toEqual(
      ['eval 7', 'a 2', '> eval 7']
    );
  });

  it('takes the edges of an exact engine, with their calls', () => {
    const profile = exactProfileFromText(`
      a           1   1  40
      f          12   9  30
      g           7  20  20
      ~write      1   1   1
      a > f      10  8  25
      a > f       1  0   2
      f > f       1  1   3
      f > g       7 20  20
      f > ~write  1  1   1
    `);
    expect(around(profile, 'f')).toEqual([
      'a 27 11x',
      'f 3 1x',
      '> g 20 7x',
      '> f 3 1x'
    ]);
    expect(
      around(profile, 'f', { ...NO_FILTER, foldPlumbing: false }).slice(-1)
    ).toEqual(['> write 1 1x']);
  });

  it('knows nobody of a function that no sample went through', () => {
    const profile = profileFromText('a; f   7\nb   2   [worker]');
    expect(
      around(profile, 'f', { ...NO_FILTER, lane: { kind: 'thread', row: 1 } })
    ).toEqual([]);
  });
});
