import { decodeColumn, decodeStrings, FLOAT64, INT32, UINT8 } from '../columns';
import { FormatError } from '../errors';
import { packed, packedStrings } from './wire';

const LARGE = Number.MAX_SAFE_INTEGER;

describe('decodeColumn', () => {
  it.each(['varint', 'delta-varint'] as const)('reads %s', async codec => {
    const values = [0, -1, 1, 63, 64, -65, 8191, 8192, 2 ** 31 - 1, -(2 ** 31)];
    const column = await decodeColumn(packed(values, codec), INT32, 'a.b');
    expect(Array.from(column)).toEqual(values);
  });

  it('is exact up to 2^53', async () => {
    const values = [LARGE, -LARGE, LARGE - 1, 2 ** 40 + 1, -(2 ** 40) - 1];
    const column = await decodeColumn(packed(values), FLOAT64, 'a.b');
    expect(Array.from(column)).toEqual(values);
  });

  it('reads plain and empty columns', async () => {
    expect(await decodeColumn([3, -1], INT32, 'a.b')).toEqual(
      Int32Array.of(3, -1)
    );
    expect(await decodeColumn(packed([]), UINT8, 'a.b')).toHaveLength(0);
  });

  const good = packed([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const cases: [string, unknown][] = [
    ['not a column', 7],
    ['no column', undefined],
    ['no data', { codec: 'varint', length: 3 }],
    ['an unknown encoding', { ...good, codec: 'zstd' }],
    ['a length that is too small', { ...good, length: 8 }],
    ['a length that is too large', { ...good, length: 10 }],
    ['a length that cannot be', { ...good, length: 1e12 }],
    ['a negative length', { ...good, length: -1 }],
    ['base64 cut off', { ...good, data: good.data.slice(0, -7) }],
    ['gzip cut off', { ...good, data: good.data.slice(0, 16) }],
    ['something else than base64', { ...good, data: '\u00e4\u00f6\u00fc' }],
    ['something else than gzip', { ...good, data: btoa('hello') }],
    ['a number too large', packed([2 ** 31])],
    ['a fraction', [1.5]],
    ['NaN', [NaN]],
    ['null', [null]],
    ['text', ['1']],
    ['a plain number too large', [2 ** 40]]
  ];
  it.each(cases)('refuses %s, naming the column', async (_, wire) => {
    const error: unknown = await decodeColumn(wire, INT32, 'a.b').catch(
      (error: unknown) => error
    );
    expect(error).toBeInstanceOf(FormatError);
    expect((error as FormatError).message).toContain('a.b');
    expect((error as FormatError).remedy).not.toBe('');
  });

  it('does not unpack more than the column can hold', async () => {
    const bomb = { ...packed(Array<number>(100_000).fill(0)), length: 10 };
    await expect(decodeColumn(bomb, INT32, 'a.b')).rejects.toThrow(
      'larger than it says'
    );
  });
});

describe('decodeStrings', () => {
  it('reads plain and packed strings', async () => {
    const strings = ['a', '\u6771\u4eac', '<b>'];
    expect(await decodeStrings(strings)).toEqual(strings);
    expect(await decodeStrings(packedStrings(strings))).toEqual(strings);
  });

  it('makes them printable', async () => {
    expect(await decodeStrings(['a\u202eb\u0007c\td\n'])).toEqual([
      'a\ufffdb\ufffdc\td\n'
    ]);
  });

  it.each([
    [[1]],
    [{ ...packedStrings(['a']), length: 2 }],
    [{ ...packedStrings(['a']), codec: 'varint' }],
    [packed([1, 2])]
  ])('refuses %j', async wire => {
    await expect(decodeStrings(wire)).rejects.toThrow(FormatError);
  });
});
