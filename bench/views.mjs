// How quickly the viewer works: reading a profile, its analyses and layouts in node, all of it in a browser.
// `alone`: without speedscope.
// npm run bench -- views [core|browser] [alone] [samples…]: prints tables, writes bench/results/views.json and docs/views.md.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { measureInBrowser } from './support/browser.mjs';
import {
  dagreCrossings,
  graphvizCrossings,
  withDagre
} from './support/crossings.mjs';
import { viewsReport } from './support/viewsReport.mjs';
import { packedProfile } from './support/wire.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The sources as one module. */
async function core() {
  const folder = mkdtempSync(join(tmpdir(), 'nativeprofile-bench-'));
  const modules = [
    'format/decode',
    'analysis/filter',
    'analysis/callTree',
    'analysis/timeTree',
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
      lib.callGraph(profile, view, { threshold: 0.005, maxNodes: 500 })
    );
    const runs = await at('timeTree', () => lib.timeTree(view));
    for (const [name, of] of [
      ['flame', tree],
      ['flame by time', runs]
    ]) {
      const places = await at(`${name}: rows`, () => lib.flameRows(of));
      const window = { from: of.total * 0.4, to: of.total * 0.41 };
      const options = { width, rowHeight: 20 };
      await at(`${name}: layout`, () => lib.flameLayout(places, options));
      await at(`${name}: layout, zoomed`, () =>
        lib.flameLayout(places, { ...options, window })
      );
    }
  }
  for (const nodes of [50, 200, 500]) {
    await layouts(lib, nodes);
  }
}

/** The layout of random call graphs of one size: how long it takes, how tangled it is. */
async function layouts(lib, nodes) {
  const graphs = [1, 2, 3].map(seed => lib.randomCallGraph(nodes, seed));
  const [graph] = graphs;
  await time('layeredLayout', nodes, () => lib.layeredLayout(graph, graph));
  await time('dagre', nodes, () => withDagre(graph), 1);
  const sum = count => graphs.reduce((total, graph) => total + count(graph), 0);
  const crossings = {
    ours: sum(graph => lib.layeredLayout(graph, graph).crossings),
    dagre: sum(graph => dagreCrossings(withDagre(graph))),
    // Without Graphviz there is nothing to add up.
    graphviz: graphvizCrossings(graph) === null ? null : sum(graphvizCrossings)
  };
  const edges = sum(graph => graph.from.length);
  rows.push({ name: 'crossings', size: nodes, edges, ...crossings });
  console.log(' '.repeat(28), `${edges} edges`, crossings);
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
    lib.randomProgram,
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
