// node ui-tests/pictures.mjs: the documentation's pictures, from the last run of the UI tests.
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const from = join(here, 'test-results', 'views');
const to = join(dirname(here), 'docs', 'images');
const pictures = {
  'compare-light.png': 'compare.png',
  'compare-flame-light.png': 'compare-flame.png',
  'summary-light.png': 'output-light.png',
  'summary-dark.png': 'output-dark.png',
  'flame-light.png': 'flame.png',
  'flame-dark.png': 'flame-dark.png',
  'threads-light.png': 'threads.png',
  'threads-contrast.png': 'threads-contrast.png',
  'graph-light.png': 'graph.png',
  'graph-dark.png': 'graph-dark.png',
  'table-light.png': 'table.png',
  'table-dark.png': 'table-dark.png',
  'table-sandwich-light.png': 'sandwich.png',
  'timeline-brushed.png': 'timeline.png',
  'timeline-dark.png': 'timeline-dark.png',
  'source-cell-light.png': 'source.png',
  'source-cell-dark.png': 'source-dark.png',
  'beside-light.png': 'beside.png',
  'beside-dark.png': 'beside-dark.png',
  'source-counted-light.png': 'counted.png',
  'native-light.png': 'native.png',
  'native-dark.png': 'native-dark.png'
};

if (!existsSync(from)) {
  console.error('No pictures yet: run `npm test -- galata` first.');
  process.exit(1);
}
mkdirSync(to, { recursive: true });
for (const [source, target] of Object.entries(pictures)) {
  copyFileSync(join(from, source), join(to, target));
  console.log(`docs/images/${target}`);
}
