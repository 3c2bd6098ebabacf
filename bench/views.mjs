// How quickly the core of the viewer works: reading a profile, its analyses, the layouts.
// npm run bench -- views: prints a table, writes bench/results/views.json.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dagre = createRequire(import.meta.url)('dagre');

/** The sources as one module. */
async function core() {
  const folder = mkdtempSync(join(tmpdir(), 'nativeprofile-bench-'));
  const modules = [
    'format/decode',
    'analysis/filter',
    'analysis/callTree',
    'analysis/functionTable',
    'analysis/callGraph',
    'analysis/lines',
    'analysis/breakdown',
    'layout/flame',
    'layout/layered',
    'testing/random'
  ];
  try {
    const outfile = join(folder, 'core.mjs');
    await build({
      stdin: {
        contents: modules.map(name => `export * from './${name}';`).join('\n'),
        resolveDir: join(root, 'src')
      },
      bundle: true,
      format: 'esm',
      outfile
    });
    return await import(pathToFileURL(outfile));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A column as Python packs long ones. */
function packed(values, delta) {
  const bytes = [];
  let before = 0;
  for (const value of values) {
    const item = delta ? value - before : value;
    before = value;
    let left = item < 0 ? -2 * item - 1 : 2 * item;
    while (left > 127) {
      bytes.push((left % 128) + 128);
      left = Math.floor(left / 128);
    }
    bytes.push(left);
  }
  return {
    codec: delta ? 'delta-varint' : 'varint',
    length: values.length,
    data: gzipSync(Uint8Array.from(bytes)).toString('base64')
  };
}

function packedProfile(profile) {
  const tables = {};
  for (const [name, table] of Object.entries(profile.tables)) {
    tables[name] = {};
    for (const [column, values] of Object.entries(table)) {
      tables[name][column] =
        column === 'values'
          ? values.map(value => packed(value, false))
          : packed(values, column === 'time' || column === 'prefix');
    }
  }
  return JSON.stringify({ ...profile, tables });
}

const rows = [];

/** The median time of some runs in ms, after one that does not count. */
async function time(name, size, work, runs = 5) {
  let result = await work();
  const times = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    result = await work();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const row = { name, size, ms: times[runs >> 1], worst: times[runs - 1] };
  rows.push(row);
  print(row);
  return result;
}

function print({ name, size, ms, worst, note = '' }) {
  console.log(
    name.padEnd(28),
    size.toLocaleString('en').padStart(10),
    ms.toFixed(1).padStart(9),
    worst.toFixed(1).padStart(9),
    note
  );
}

function withDagre(graph) {
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

const lib = await core();
const width = 1200;
console.log('what'.padEnd(28), 'size'.padStart(10), 'median ms'.padStart(9));
for (const size of [100_000, 1_000_000]) {
  const text = packedProfile(lib.randomProfile(size, size, 60, 7));
  const at = (name, work) => time(name, size, work);
  const profile = await at('decode', () => lib.decode(text));
  const view = await at('stackView', () => lib.stackView(profile));
  const tree = await at('callTree', () => lib.callTree(view));
  await at('callTree by line', () => lib.callTree(view, { merge: 'line' }));
  await at('callTree inverted', () => lib.callTree(view, { invert: true }));
  await at('functionRows', () => lib.functionRows(profile, view));
  await at('lineRows', () => lib.lineRows(profile, view));
  await at('breakdown', () => lib.breakdown(profile, view));
  await at('callGraph', () =>
    lib.callGraph(profile, view, { threshold: 0.005, maxNodes: 200 })
  );
  await at('flameLayout', () =>
    lib.flameLayout(tree, { width, rowHeight: 18 })
  );
  await at('flameLayout, zoomed', () =>
    lib.flameLayout(tree, { width, rowHeight: 18, rootNode: tree.length >> 3 })
  );
}
for (const nodes of [50, 200, 500]) {
  const graph = lib.randomCallGraph(nodes, 3);
  const edges = graph.from.length;
  const ours = await time('layeredLayout', nodes, () =>
    lib.layeredLayout(graph, graph)
  );
  const theirs = await time('dagre', nodes, () => withDagre(graph), 1);
  const crossings = { ours: ours.crossings, dagre: dagreCrossings(theirs) };
  rows.push({ name: 'crossings', size: nodes, edges, ...crossings });
  console.log(' '.repeat(28), `${edges} edges`, crossings);
}

/** Crossings in dagre's layout, counted on its own ranks and dummies. */
function dagreCrossings(g) {
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

const out = join(root, 'bench', 'results');
mkdirSync(out, { recursive: true });
writeFileSync(
  join(out, 'views.json'),
  JSON.stringify({ node: process.version, cpu: cpus()[0].model, rows }, null, 2)
);
