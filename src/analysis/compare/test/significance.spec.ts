import { randomNumbers } from '../../../testing/random';
import { compareCosts, Verdict, verdictOf } from '../changes';
import {
  complementaryError,
  difference,
  discoveries,
  uncertain
} from '../significance';

const sampled = (samples: number) => ({
  samples,
  estimated: samples,
  total: samples
});

/** How often each of `shares` is drawn in `samples` draws. */
function draw(
  shares: readonly number[],
  samples: number,
  random: () => number
): Float64Array {
  const counts = new Float64Array(shares.length);
  for (let sample = 0; sample < samples; sample++) {
    let at = 0;
    for (
      let left = random() - shares[0];
      left > 0 && at < shares.length - 1;
      left -= shares[at]
    ) {
      at++;
    }
    counts[at]++;
  }
  return counts;
}

/** The verdicts of two runs with these shares. */
function verdicts(
  before: readonly number[],
  after: readonly number[],
  samples: readonly [number, number],
  random: () => number
): readonly Verdict[] {
  const sides = [before, after].map((shares, at) => ({
    precision: sampled(samples[at]),
    cost: draw(shares, samples[at], random),
    measured: null
  }));
  const changes = compareCosts(sides, 'share');
  return before.map((_, row) => verdictOf(changes, row));
}

describe('the complementary error function', () => {
  // Abramowitz and Stegun, table 7.1, and mpmath.
  it.each([
    [0, 1],
    [0.5, 0.4795001222],
    [1.9, 0.00720957],
    [2, 0.004677734981],
    [5, 1.5374597944e-12]
  ])('of %d is %d', (x, expected) => {
    expect(complementaryError(x) / expected).toBeCloseTo(1, 6);
  });
});

describe('a difference of two shares', () => {
  const share = (count: number, samples: number) =>
    uncertain(sampled(samples), count, 0, 1);

  it('has the interval of both', () => {
    const { value, half, p } = difference(share(300, 1000), share(400, 1000));
    expect(value).toBeCloseTo(0.1, 12);
    // Two proportions: 1.96 * sqrt(0.3 * 0.7 / 1000 + 0.4 * 0.6 / 1000).
    expect(half).toBeCloseTo(0.0416, 3);
    expect(p).toBeLessThan(1e-5);
  });

  it('is not known from a handful of samples', () => {
    expect(difference(share(0, 1000), share(5, 1000)).p).toBeNull();
    // The sign test of 8 in 8 samples: 2 * 0.5 ** 8.
    expect(difference(share(0, 1000), share(8, 1000)).p).toBeCloseTo(0.0078, 1);
  });

  it('is exact where both were measured', () => {
    const clock = { samples: 0, estimated: 0, total: 100 };
    const from = uncertain(clock, 20, 0, 100);
    const to = uncertain(clock, 30, 0, 100);
    expect(difference(from, to)).toEqual({ value: 10, half: 0, p: 0 });
  });

  it('takes what clocks measured as sure and the rest as sampled', () => {
    const precision = { samples: 50, estimated: 40, total: 100 };
    expect(uncertain(precision, 60, 60, 1).variance).toBe(0);
    expect(uncertain(precision, 70, 60, 1).variance).toBeGreaterThan(0);
    expect(uncertain(precision, 70, 60, 1).value).toBe(0.7);
  });
});

describe('many comparisons', () => {
  it('find what stays below the rising limit', () => {
    expect(discoveries([0.04, 0.001, null, 0.03, 0.9])).toEqual([
      false,
      true,
      false,
      false,
      false
    ]);
    expect(discoveries([0.01, 0.02, 0.03])).toEqual([true, true, true]);
  });

  it.each([
    ['as long', 800, 800],
    ['much longer', 200, 5000]
  ])('of equal runs, one %s, find almost nothing', (_, first, second) => {
    const random = randomNumbers(7);
    const raw = Array.from({ length: 40 }, (_, i) => 1 / (i + 1) ** 1.3);
    const sum = raw.reduce((a, b) => a + b);
    const shares = raw.map(share => share / sum);
    let families = 0;
    for (let run = 0; run < 300; run++) {
      const found = verdicts(shares, shares, [first, second], random);
      families += found.includes(Verdict.Real) ? 1 : 0;
    }
    // Allowed are 5 %: 15 of 300; three deviations more would be 26.
    expect(families).toBeLessThanOrEqual(26);
  });

  it('find a function that doubled, and little else', () => {
    const random = randomNumbers(11);
    const before = [0.1, 0.3, 0.6, ...Array<number>(30).fill(0)];
    const after = [0.2, 0.3, 0.5, ...Array<number>(30).fill(0)];
    let [hits, alarms] = [0, 0];
    for (let run = 0; run < 100; run++) {
      const found = verdicts(before, after, [1000, 1000], random);
      hits += found[0] === Verdict.Real ? 1 : 0;
      alarms += found[1] === Verdict.Real ? 1 : 0;
    }
    expect(hits).toBeGreaterThanOrEqual(99);
    expect(alarms).toBeLessThanOrEqual(12);
  });

  it('of three runs asks whether any two are unlike', () => {
    const costs = [
      [300, 500],
      [305, 500],
      [420, 500]
    ];
    const sides = costs.map(cost => ({
      precision: sampled(1000),
      cost: Float64Array.from(cost),
      measured: null
    }));
    const { change, verdict } = compareCosts(sides, 'share');
    expect(change[0]).toBeCloseTo(0.12, 12);
    expect([...verdict]).toEqual([Verdict.Real, Verdict.Same]);
  });

  it('in amounts sees a run that took twice as long', () => {
    const side = (total: number) => ({
      precision: { samples: 1000, estimated: total, total },
      cost: Float64Array.from([total / 2]),
      measured: null
    });
    const sides = [side(1e9), side(2e9)];
    expect(compareCosts(sides, 'amount').verdict[0]).toBe(Verdict.Real);
    expect(compareCosts(sides, 'amount').change[0]).toBe(5e8);
    expect(compareCosts(sides, 'share').verdict[0]).toBe(Verdict.Same);
  });
});
