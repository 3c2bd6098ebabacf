import { stronglyConnected } from '../components';

/** Components as text: `0>1 1>0 1>2` of 3 nodes. */
function components(nodes: number, text: string): number[][] {
  const edges = text
    .split(' ')
    .filter(Boolean)
    .map(edge => edge.split('>').map(Number));
  const { length, of, size } = stronglyConnected(
    nodes,
    Int32Array.from(edges, ([from]) => from),
    Int32Array.from(edges, ([, to]) => to)
  );
  const found = Array.from({ length }, (_, component) =>
    Array.from(of.keys()).filter(node => of[node] === component)
  );
  expect(found.map(members => members.length)).toEqual(Array.from(size));
  return found.filter(members => members.length > 1);
}

describe('stronglyConnected', () => {
  it.each([
    ['nothing', 0, '', []],
    ['a chain', 3, '0>1 1>2', []],
    ['a node that calls itself', 2, '0>0 0>1', []],
    ['a pair', 3, '0>1 1>2 2>1', [[1, 2]]],
    ['two cycles that share a node', 4, '0>1 1>0 1>2 2>1 2>3', [[0, 1, 2]]],
    [
      'cycles apart',
      5,
      '3>4 4>3 0>1 1>0 1>2 2>3',
      [
        [0, 1],
        [3, 4]
      ]
    ],
    ['a diamond with a way back', 4, '0>1 0>2 1>3 2>3 3>0', [[0, 1, 2, 3]]]
  ])('finds the cycles of %s', (_, nodes, edges, expected) => {
    expect(components(nodes, edges)).toEqual(expected);
  });

  it('takes a cycle of 100,000', () => {
    const length = 100_000;
    const from = Int32Array.from({ length }, (_, node) => node);
    const { size } = stronglyConnected(
      length,
      from,
      from.map(node => (node + 1) % length)
    );
    expect(Array.from(size)).toEqual([length]);
  });
});
