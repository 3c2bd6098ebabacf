import dagre from 'dagre';
import { drawnCrossings } from '../../testing/crossings';
import { randomCallGraph, type IRandomGraph } from '../../testing/random';
import { layeredLayout, type ILayeredLayout } from '../layered';
import { isMirrored } from '../layered/stability';

/** A graph of small nodes named by numbers: `0>1 1>2`. */
function graph(nodes: number, text: string): IRandomGraph {
  const edges = text
    .split(' ')
    .filter(Boolean)
    .map(edge => edge.split('>').map(Number));
  return {
    width: Array<number>(nodes).fill(40),
    height: Array<number>(nodes).fill(20),
    from: edges.map(([from]) => from),
    to: edges.map(([, to]) => to)
  };
}

function lay(of: IRandomGraph): ILayeredLayout {
  return layeredLayout(of, of);
}

/** Edges through the middles of their nodes, without self loops. */
function lines(of: IRandomGraph, layout: ILayeredLayout): number[][] {
  const middle = (node: number) => [
    layout.x[node] + layout.nodeWidth[node] / 2,
    layout.y[node] + layout.nodeHeight[node] / 2
  ];
  return Array.from(layout.paths, (path, edge) => [
    ...middle(of.from[edge]),
    ...path.slice(2, -2),
    ...middle(of.to[edge])
  ]).filter((_, edge) => of.from[edge] !== of.to[edge]);
}

function dagreLines(of: IRandomGraph): number[][] {
  const g = new dagre.graphlib.Graph();
  g.setGraph({ nodesep: 24, ranksep: 48 });
  g.setDefaultEdgeLabel(() => ({}));
  of.width.forEach((width, node) => {
    g.setNode(String(node), { width, height: of.height[node] });
  });
  of.from.forEach((from, edge) => {
    g.setEdge(String(from), String(of.to[edge]));
  });
  dagre.layout(g);
  return g
    .edges()
    .filter(({ v, w }) => v !== w)
    .map(edge => {
      const ends = [g.node(edge.v), g.node(edge.w)];
      const points = [ends[0], ...g.edge(edge).points.slice(1, -1), ends[1]];
      return points.flatMap(({ x, y }) => [x, y]);
    });
}

/** What must hold for every layout. */
function check(of: IRandomGraph, layout: ILayeredLayout): void {
  const { x, y, nodeWidth, nodeHeight, layer, paths, back } = layout;
  const byLayer = new Map<number, number[]>();
  layer.forEach((at, node) => {
    byLayer.set(at, [...(byLayer.get(at) ?? []), node]);
    expect(x[node]).toBeGreaterThanOrEqual(-1e-6);
    expect(x[node] + nodeWidth[node]).toBeLessThanOrEqual(layout.width + 1e-6);
    expect(y[node]).toBeGreaterThanOrEqual(0);
    expect(y[node] + nodeHeight[node]).toBeLessThanOrEqual(layout.height);
  });
  for (const row of byLayer.values()) {
    row.sort((a, b) => x[a] - x[b]);
    for (let at = 1; at < row.length; at++) {
      const [left, right] = [row[at - 1], row[at]];
      expect(x[left] + nodeWidth[left]).toBeLessThan(x[right]);
    }
  }
  paths.forEach((path, edge) => {
    const [from, to] = [of.from[edge], of.to[edge]];
    if (from !== to) {
      const down = layer[to] - layer[from];
      expect(back[edge] ? -down : down).toBeGreaterThan(0);
      expect(path).toHaveLength(2 * (Math.abs(down) + 1));
      const ys = path.filter((_, at) => at % 2 === 1);
      const sorted = ys.slice().sort();
      expect(ys).toEqual(back[edge] ? sorted.reverse() : sorted);
    }
  });
}

describe('layeredLayout', () => {
  it('puts callers above callees', () => {
    const of = graph(4, '0>1 0>2 1>3 2>3');
    const layout = lay(of);
    check(of, layout);
    expect(Array.from(layout.layer)).toEqual([0, 1, 1, 2]);
    expect(layout.crossings).toBe(0);
    // A diamond is symmetric.
    expect(layout.x[0]).toBeCloseTo(layout.x[3]);
    expect(layout.x[0]).toBeCloseTo((layout.x[1] + layout.x[2]) / 2);
  });

  it('draws long edges straight', () => {
    const layout = lay(graph(4, '0>1 1>2 2>3 0>3'));
    const xs = layout.paths[3].filter((_, at) => at % 2 === 0);
    expect(Math.abs(xs[1] - xs[2])).toBeLessThan(1);
  });

  it('marks the calls that close a recursion', () => {
    const of = graph(4, '0>1 1>2 2>1 2>3 3>1 2>2');
    const layout = lay(of);
    check(of, layout);
    expect(Array.from(layout.back)).toEqual([0, 0, 1, 0, 1, 0]);
  });

  it('draws a call of itself beside the node, inside the drawing', () => {
    const layout = lay(graph(1, '0>0'));
    const xs = layout.paths[0].filter((_, at) => at % 2 === 0);
    expect(Math.max(...xs)).toBeGreaterThan(40);
    expect(Math.max(...xs)).toBeLessThanOrEqual(layout.width);
  });

  it('finds a drawing without crossings where there is one', () => {
    // A complete binary tree, its edges in disorder.
    const edges = Array.from({ length: 30 }, (_, n) => {
      const child = ((n * 7) % 30) + 1;
      return `${(child - 1) >> 1}>${child}`;
    });
    const of = graph(31, edges.join(' '));
    const layout = lay(of);
    check(of, layout);
    expect(layout.crossings).toBe(0);
  });

  it.each([
    ['nothing', graph(0, '')],
    ['one node', graph(1, '')],
    ['nodes without edges', graph(5, '')],
    ['two cycles apart', graph(4, '0>1 1>0 2>3 3>2')],
    ['a pair of equal edges', graph(2, '0>1 0>1')],
    ['a cycle of all', graph(5, '0>1 1>2 2>3 3>4 4>0')]
  ])('takes %s', (_, of) => {
    const layout = lay(of);
    check(of, layout);
    expect(layout.paths).toHaveLength(of.from.length);
  });

  it('takes a chain of 5,000', () => {
    const chain = Array.from({ length: 4999 }, (_, n) => `${n}>${n + 1}`);
    const layout = lay(graph(5000, chain.join(' ')));
    expect(layout.layers).toBe(5000);
    expect(layout.width).toBeCloseTo(40);
  });

  it('gives the same for the same', () => {
    const of = randomCallGraph(80, 5);
    expect(lay(of)).toEqual(lay(of));
  });

  it.each([1, 2, 3])('keeps its promises on random graphs (%d)', seed => {
    const of = randomCallGraph(150, seed);
    const layout = lay(of);
    check(of, layout);
    expect(drawnCrossings(lines(of, layout))).toBe(layout.crossings);
  });

  it('draws edges as short as they can be', () => {
    // 4 is called from far below, 5 calls far down: neither is at an end.
    const of = graph(7, '0>1 1>2 2>3 3>4 5>3 0>6 6>4');
    const layout = lay(of);
    check(of, layout);
    const lengths = of.from.map(
      (from, edge) => layout.layer[of.to[edge]] - layout.layer[from]
    );
    expect(lengths.reduce((sum, length) => sum + length)).toBe(9);
    expect(layout.layer[5]).toBe(2);
  });

  it('keeps the order of an earlier drawing where that costs little', () => {
    const of = graph(6, '0>1 0>2 0>3 1>4 3>5');
    const before = [60, 150, 90, 30, 150, 30];
    const layout = layeredLayout({ ...of, before }, of);
    check(of, layout);
    const { x } = layout;
    expect([1, 2, 3].sort((a, b) => x[a] - x[b])).toEqual([3, 2, 1]);
    expect(x[5]).toBeLessThan(x[4]);
    // A new node goes to its neighbours; one that would cross much does not stay.
    const grown = graph(7, '0>1 0>2 0>3 1>4 3>5 3>6');
    const more = layeredLayout({ ...grown, before: [...before, NaN] }, grown);
    expect(more.x[6]).toBeLessThan(more.x[4]);
    expect(more.crossings).toBe(0);
  });

  it('knows the mirror image of an earlier drawing', () => {
    const before = [10, 20, NaN, 30, 5];
    const rows = (...all: number[][]) => all.map(row => Int32Array.from(row));
    expect(isMirrored(rows([3, 2, 1, 0], [4]), before)).toBe(true);
    expect(isMirrored(rows([0, 1, 2, 3], [4]), before)).toBe(false);
    // Dummies have no number in the earlier drawing.
    expect(isMirrored(rows([5, 1, 6, 0, 3]), before)).toBe(false);
  });

  it('exchanges neighbours where sweeps alone leave crossings', () => {
    // Less with exchanges and sifting than by sweeps alone.
    const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
    const all = seeds.map(seed => lay(randomCallGraph(30, seed)).crossings);
    expect(all.reduce((sum, count) => sum + count)).toBeLessThan(100);
  });

  it('crosses at most 1.1 times as often as dagre', () => {
    let ours = 0;
    let theirs = 0;
    for (const [nodes, seed] of [
      [30, 1],
      [50, 2],
      [50, 3],
      [50, 4],
      [80, 5],
      [120, 6]
    ]) {
      const of = randomCallGraph(nodes, seed);
      ours += drawnCrossings(lines(of, lay(of)));
      theirs += drawnCrossings(dagreLines(of));
    }
    expect(ours).toBeLessThanOrEqual(1.1 * theirs);
  });
});
