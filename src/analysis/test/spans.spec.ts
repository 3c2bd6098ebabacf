import { CATEGORIES } from '../../format/types';
import { profileFromText } from '../../testing/profileFromText';
import { randomNumbers } from '../../testing/random';
import { withTimes } from '../../testing/times';
import { categoryTotals } from '../breakdown';
import { stackView } from '../filter';
import { NO_FILTER } from '../stackView';
import { portionsIn, spansOf } from '../spans';

const VALUES = [
  { name: 'cpu', unit: 'ns' },
  { name: 'wall', unit: 'ns' },
  { name: 'page-faults', unit: 'count', exact: true }
];

/** Two samples on the CPU, a sleep of 4 ms, three page faults at one moment. */
const TEXT = `
  In[5]:1; f                      1000000/1000000
  In[5]:1; g                      1000000/1000000
  In[5]:2; kernel!off_cpu         0/4000000         sleep
  In[5]:1; g                      0/0/3
`;
const profile = withTimes(
  profileFromText(TEXT, { values: VALUES }),
  [1000, 2000, 3000, 7000]
);

describe('spansOf', () => {
  const shown = (of = profile): string[] => {
    const { start, end } = spansOf(of);
    return Array.from(
      { length: of.samples!.length },
      (_, row) => `${start[row]}-${end[row]}`
    );
  };

  it('puts samples on the CPU around their time, absences behind it', () => {
    expect(shown()).toEqual([
      '500-1500',
      '1500-2500',
      '3000-7000',
      '7000-7000'
    ]);
  });

  it('never begins before the recording', () => {
    expect(shown(withTimes(profile, [100, 2000, 3000, 7000]))[0]).toBe(
      '0-1000'
    );
  });

  it('spreads what was gathered over its slice, unless it is longer', () => {
    const times = [1000, 2300, 3000, 7000];
    expect(shown(withTimes(profile, times, { time_slice: 2000 }))).toEqual([
      '0-2000',
      '2000-4000',
      '3000-7000',
      '7000-7000'
    ]);
  });

  it('tells by how much starts may be out of order', () => {
    expect(spansOf(profile).disorder).toBe(500);
    const gathered = withTimes(profile, [1000, 2300, 3000, 7000], {
      time_slice: 2000
    });
    expect(spansOf(gathered).disorder).toBe(1000);
  });

  it('takes the one value that is a time where there is no wall time', () => {
    const one = profileFromText('f 2000\ng 4000', { unit: 'ns' });
    expect(shown(withTimes(one, [10, 20]))).toEqual(['9-11', '18-22']);
  });
});

describe('a stretch of time as a filter', () => {
  const total = (from: number, to: number, value: number): number =>
    stackView(profile, { ...NO_FILTER, time: { from, to } }, value).total;

  it('cuts time at the edges', () => {
    expect(total(1000, 2000, 0)).toBe(1_000_000);
    expect(total(0, 1250, 0)).toBe(750_000);
    expect(total(4000, 5000, 1)).toBe(1_000_000);
    expect(total(0, 8000, 1)).toBe(6_000_000);
    expect(total(5000, 5000, 1)).toBe(0);
  });

  it('takes events whole, by their moment', () => {
    expect(total(6999, 7000, 2)).toBe(0);
    expect(total(7000, 7001, 2)).toBe(3);
  });

  it('adds up over any cuts to the whole', () => {
    const random = randomNumbers(7);
    const cuts = [0, ...Array.from({ length: 9 }, () => 8000 * random()), 8000];
    cuts.sort((a, b) => a - b);
    for (const value of [0, 1, 2]) {
      const sum = cuts
        .slice(1)
        .reduce((sum, to, i) => sum + total(cuts[i], to, value), 0);
      expect(sum).toBeCloseTo(stackView(profile, NO_FILTER, value).total, 3);
    }
  });

  it('keeps what was measured measured, cut like the rest', () => {
    const time = { from: 6000, to: 9000 };
    const view = stackView(profile, { ...NO_FILTER, time }, 1);
    expect(view.measured!.reduce((sum, one) => sum + one, 0)).toBe(1_000_000);
    expect(view.precision.estimated).toBe(0);
  });

  it('knows how long the cell’s own thread waited in it', () => {
    const waited = (time: { from: number; to: number } | null): number => {
      const view = stackView(profile, { ...NO_FILTER, time });
      return categoryTotals(profile, view).cost[CATEGORIES.indexOf('sleep')];
    };
    expect(waited({ from: 3500, to: 4000 })).toBe(500_000);
    expect(waited({ from: 0, to: 3000 })).toBe(0);
  });

  it('leaves nothing where there are no samples', () => {
    const none = { ...profile, samples: null };
    expect(portionsIn(none, 0, { from: 0, to: 1 })).toHaveLength(0);
  });
});
