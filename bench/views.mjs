// How quickly the viewer works: reading a profile, its analyses and layouts in node, all of it in a browser.
// `alone`: without speedscope.
// npm run bench -- views [core|browser] [alone] [samples…]: prints tables, writes bench/results/views.json and docs/views.md.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { measureInBrowser } from './support/browser.mjs';
import { viewsReport } from './support/viewsReport.mjs';
import { packedProfile } from './support/wire.mjs';

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
    'testing/program',
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
    name.padEnd(34),
    size.toLocaleString('en').padStart(10),
    ms.toFixed(1).padStart(9),
    worst === undefined ? '' : worst.toFixed(1).padStart(9),
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

/** The parts on their own, in node. */
async function inNode(lib, sizes) {
  const width = 1200;
  console.log('what'.padEnd(28), 'size'.padStart(10), 'median ms'.padStart(9));
  for (const size of sizes) {
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
      lib.flameLayout(tree, {
        width,
        rowHeight: 18,
        rootNode: tree.length >> 3
      })
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
}

const parts = ['core', 'browser'];
const chosen = process.argv.slice(2);
const sizes = chosen.map(Number).filter(size => size > 0);
const asked = parts.filter(part => chosen.includes(part));
const machine = {
  cpu: cpus()[0].model,
  cpus: cpus().length,
  load: loadavg()[0]
};
const lib = await core();
let browser = null;
if (asked.length === 0 || asked.includes('core')) {
  await inNode(lib, sizes.length > 0 ? sizes : [100_000, 1_000_000]);
}
if (asked.length === 0 || asked.includes('browser')) {
  browser = await measureInBrowser(
    root,
    sizes.length > 0 ? sizes : [10_000, 100_000, 1_000_000],
    size => lib.randomProgram(size, 7),
    { print, alone: chosen.includes('alone') }
  );
  const date = new Date().toISOString().slice(0, 10);
  const report = viewsReport({ ...browser, ...machine, date });
  writeFileSync(join(root, 'docs', 'views.md'), report);
}

const out = join(root, 'bench', 'results');
mkdirSync(out, { recursive: true });
writeFileSync(
  join(out, 'views.json'),
  JSON.stringify({ node: process.version, ...machine, rows, browser }, null, 2)
);
