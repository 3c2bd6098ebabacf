import { rowAt, rowStack } from '../stack';
import {
  clampRange,
  roundStep,
  scaleRange,
  timeFormat,
  timeScale,
  timeTicks
} from '../timeAxis';

/** Without the space that does not break. */
const plain = (text: string): string => text.replace('\u00a0', ' ');

describe('timeTicks', () => {
  const labels = (from: number, to: number, most: number): string[] =>
    timeTicks({ from, to }, most).map(({ label }) => plain(label));

  it('takes round times in one unit', () => {
    expect(labels(0, 2_310_000, 5)).toEqual([
      '0.0 s',
      '0.5 s',
      '1.0 s',
      '1.5 s',
      '2.0 s'
    ]);
    expect(labels(0, 12_000_000, 8)).toEqual(
      [0, 2, 4, 6, 8, 10, 12].map(time => `${time} s`)
    );
    expect(labels(0, 30, 3)).toEqual(['0 µs', '10 µs', '20 µs', '30 µs']);
    expect(labels(150_300, 151_200, 2)).toEqual(['150.5 ms', '151.0 ms']);
    expect(labels(3_200_010, 3_200_040, 2)).toEqual(['3.20002 s', '3.20004 s']);
  });

  it('writes many seconds as people read them', () => {
    expect(labels(0, 5_000_000_000, 3).at(-1)).toBe('4,000 s');
  });
});

describe('timeFormat', () => {
  it('writes as many digits as the step needs', () => {
    expect(plain(timeFormat(2e6, 1000)(1_234_567))).toBe('1.235 s');
    expect(plain(timeFormat(2e6, 1e6)(1_234_567))).toBe('1 s');
    expect(plain(timeFormat(900, 0.5)(12.5))).toBe('12.5 µs');
  });
});

describe('roundStep', () => {
  it.each([
    [3, 5],
    [1, 1],
    [0.011, 0.02],
    [70, 100],
    [0, 1],
    [NaN, 1]
  ])('%p becomes %p', (least, step) => expect(roundStep(least)).toBe(step));
});

describe('timeScale', () => {
  it('goes there and back', () => {
    const { x, time } = timeScale({ from: 10, to: 30 }, 200, 100);
    expect([x(10), x(20), x(30)]).toEqual([200, 250, 300]);
    expect(time(x(17))).toBe(17);
  });
});

describe('ranges', () => {
  const whole = { from: 0, to: 100 };
  it('stay within the whole', () => {
    expect(clampRange({ from: -5, to: 15 }, whole)).toEqual({
      from: 0,
      to: 20
    });
    expect(clampRange({ from: 95, to: 115 }, whole)).toEqual({
      from: 80,
      to: 100
    });
    expect(clampRange({ from: -50, to: 500 }, whole)).toEqual(whole);
  });

  it('grow and shrink around a time that stays where it is', () => {
    expect(scaleRange(whole, 25, 0.5, 1)).toEqual({ from: 12.5, to: 62.5 });
    expect(scaleRange(whole, 25, 0.001, 4)).toEqual({ from: 24, to: 28 });
  });
});

describe('rowStack', () => {
  const stack = rowStack([10, 20, 10]);
  it.each([
    [-1, -1],
    [0, 0],
    [9.9, 0],
    [10, 1],
    [29, 1],
    [39, 2],
    [40, -1],
    [NaN, -1]
  ])('at %p is row %p', (y, row) => expect(rowAt(stack, y)).toBe(row));

  it('is nothing without rows', () => {
    expect(rowAt(rowStack([]), 0)).toBe(-1);
    expect(rowStack([]).height).toBe(0);
  });
});
