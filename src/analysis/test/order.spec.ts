import { randomNumbers } from '../../testing/random';
import { ascending, descending, sortPart, textRanks } from '../order';

describe.each([
  ['few', 1],
  ['many', 3_000]
])('ascending and descending of %s keys', (_, times) => {
  const some = [3, -1, NaN, 0, 0.5, -0, 1e300, Infinity, -2.5, 3, 1e-300];
  const keys = Float64Array.from({ length: some.length * times }, (_, row) =>
    row < some.length ? some[row] : 7
  );
  const first = (order: Uint32Array): number[] =>
    Array.from(order).filter(row => row < some.length);

  it('puts equal keys in their order, and NaN below every number', () => {
    expect(first(ascending(keys))).toEqual([2, 8, 1, 3, 5, 10, 4, 0, 9, 6, 7]);
    expect(first(descending(keys))).toEqual([7, 6, 0, 9, 4, 10, 3, 5, 1, 8, 2]);
  });

  it('leaves the keys as they are', () => {
    const before = keys.slice();
    ascending(keys);
    expect(keys).toEqual(before);
  });
});

it('sorts random keys as a comparison does', () => {
  const random = randomNumbers(5);
  const keys = Float64Array.from({ length: 20_000 }, () =>
    Math.round((random() - 0.5) * 1e4)
  );
  const expected = Array.from(keys.keys()).sort(
    (a, b) => keys[a] - keys[b] || a - b
  );
  expect(Array.from(ascending(keys))).toEqual(expected);
});

it('ranks texts by their code units, equal ones equally', () => {
  expect(Array.from(textRanks(['b', 'a', 'é', 'b', '']))).toEqual([
    2, 1, 3, 2, 0
  ]);
});

it.each([5, 500])('sorts %d numbers in a list, and no others', length => {
  const random = randomNumbers(9);
  const list = Int32Array.from({ length: length + 4 }, () =>
    Math.floor(random() * 100)
  );
  const wanted = [
    ...list.slice(0, 2),
    ...[...list.slice(2, -2)].sort((a, b) => b - a),
    ...list.slice(-2)
  ];
  sortPart(list, 2, length + 2, (a, b) => b - a);
  expect([...list]).toEqual(wanted);
});
