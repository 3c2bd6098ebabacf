// How often edges cross in the drawings of others: dagre's, and Graphviz's where it is installed.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const dagre = createRequire(import.meta.url)('dagre');

/** A graph as dagre lays it out. */
export function withDagre(graph) {
  const g = new dagre.graphlib.Graph();
  g.setGraph({ nodesep: 24, ranksep: 48 });
  g.setDefaultEdgeLabel(() => ({}));
  graph.width.forEach((width, node) =>
    g.setNode(String(node), { width, height: graph.height[node] })
  );
  graph.from.forEach((from, edge) =>
    g.setEdge(String(from), String(graph.to[edge]))
  );
  dagre.layout(g);
  return g;
}

/** Crossings in dagre's layout, counted on its own ranks and dummies. */
export function dagreCrossings(g) {
  const segments = new Map();
  for (const { v, w } of g.edges()) {
    if (v === w) {
      continue;
    }
    const points = [g.node(v), ...g.edge({ v, w }).points.slice(1, -1)];
    points.push(g.node(w));
    for (let at = 1; at < points.length; at++) {
      const [a, b] = [points[at - 1], points[at]].sort((p, q) => p.y - q.y);
      const key = Math.round(a.y);
      const list = segments.get(key) ?? [];
      list.push([a.x, b.x]);
      segments.set(key, list);
    }
  }
  let count = 0;
  for (const list of segments.values()) {
    for (let i = 0; i < list.length; i++) {
      for (let j = 0; j < i; j++) {
        count += (list[i][0] - list[j][0]) * (list[i][1] - list[j][1]) < 0;
      }
    }
  }
  return count;
}

/** Crossings as dot itself reports them; null where there is no dot. */
export function graphvizCrossings(graph) {
  const inches = pixels => (pixels / 72).toFixed(3);
  const input = [
    'digraph { node [shape=box, fixedsize=true];',
    ...graph.width.map(
      (width, node) =>
        `${node} [width=${inches(width)}, height=${inches(graph.height[node])}];`
    ),
    ...graph.from.map((from, edge) => `${from} -> ${graph.to[edge]};`),
    '}'
  ].join('\n');
  const { stderr } = spawnSync('dot', ['-v', '-Tplain'], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 26
  });
  const told = [...(stderr ?? '').matchAll(/(\d+) crossings/g)].at(-1);
  return told ? Number(told[1]) : null;
}
