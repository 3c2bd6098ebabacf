import { formatShare, formatValue } from '../units';

const plain = (text: string) => text.replace(/\u00a0/g, ' ');

describe('formatValue', () => {
  it.each([
    [2_310_000_000, 'ns', '2.31 s'],
    [412_000_000, 'ns', '412 ms'],
    [999_600_000, 'ns', '1.00 s'],
    [41_200, 'ns', '41.2 \u00b5s'],
    [999, 'ns', '999 ns'],
    [0, 'ns', '0 ns'],
    [5_400e9, 'ns', '5,400 s'],
    [1234, 'count', '1,234'],
    [1234567, 'instructions', '1,234,567 instructions'],
    [1536, 'bytes', '1.50 KiB'],
    [3 * 2 ** 30, 'bytes', '3.00 GiB'],
    [-2_500_000, 'ns', '-2.50 ms'],
    [NaN, 'ns', '\u2013']
  ])('%d %s is %s', (value, unit, text) => {
    expect(plain(formatValue(value, unit))).toBe(text);
  });
});

describe('formatShare', () => {
  it.each([
    [44, 100, '44 %'],
    [4.25, 100, '4.3 %'],
    [4, 100, '4 %'],
    [9.96, 100, '10 %'],
    [99.96, 100, '100 %'],
    [0.01, 100, '< 0.1 %'],
    [0, 100, '0 %'],
    [0, 0, '0 %'],
    [NaN, 100, '\u2013']
  ])('%d of %d is %s', (value, total, text) => {
    expect(plain(formatShare(value, total))).toBe(text);
  });
});
