// Holds the import table of docs/architecture.md for src/: a folder imports from folders below it,
// and only the outer ones know JupyterLab. (python/tests/test_imports.py holds the Python table.)
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

const pure = ['format', 'model', 'analysis', 'layout', 'views'];

/**
 * What each folder, and each entry point beside them, may import of ours; `model:types` allows
 * only `import type`, which leaves nothing in the code. Tests may use every pure folder.
 */
export const rules = {
  format: ['model:types'],
  model: pure.slice(0, 1),
  analysis: pure.slice(0, 2),
  layout: pure.slice(0, 3),
  views: [...pure.slice(0, 4), 'export'],
  export: pure.slice(0, 4),
  widgets: [...pure, 'server:types'],
  server: ['model:types'],
  plugins: [...pure, 'widgets', 'server'],
  testing: pure.slice(0, 3),
  'index.ts': ['plugins'],
  'mime.ts': ['format', 'widgets'],
  'standalone.ts': ['views'],
  'embedded.ts': ['views'],
  'charts.ts': ['views'],
  'worker.ts': ['views']
};

/** Folders that must work without JupyterLab: in a report, in a test, in a worker. */
const withoutLab = new Set([
  ...pure,
  'export',
  'standalone.ts',
  'embedded.ts',
  'charts.ts',
  'worker.ts'
]);
const lab = /^(@jupyterlab|@lumino|@jupyter)\//;

/** The row that holds for a file: that of its folder under src/, or of its own name. */
const ownerOf = (path, source) => relative(source, path).split(sep)[0];

function files(folder) {
  return readdirSync(folder, { recursive: true })
    .filter(name => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map(name => join(folder, name));
}

/** What a file imports, statically or not: `[{name, types}]`. */
function importsOf(file) {
  const text = readFileSync(file, 'utf8');
  const erased = new Set();
  const kept = new Set();
  for (const node of ts.createSourceFile(file, text, ts.ScriptTarget.Latest)
    .statements) {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      const types = node.importClause?.isTypeOnly ?? node.isTypeOnly ?? false;
      (types ? erased : kept).add(node.moduleSpecifier?.text);
    }
  }
  return ts.preProcessFile(text).importedFiles.map(({ fileName: name }) => ({
    name,
    types: erased.has(name) && !kept.has(name)
  }));
}

/** Every broken rule in a source folder, one sentence each. */
export function brokenRules(source) {
  const broken = [];
  for (const file of files(source)) {
    const owner = ownerOf(file, source);
    const shown = join('src', relative(source, file));
    if (!(owner in rules)) {
      broken.push(
        `${shown}: ${owner} is not in the table of docs/architecture.md.`
      );
      continue;
    }
    const test = file.includes(`${sep}test${sep}`);
    for (const { name, types } of importsOf(file)) {
      if (!name.startsWith('.')) {
        if (withoutLab.has(owner) && !test && lab.test(name)) {
          broken.push(
            `${shown} imports ${name}: ${owner} must work without JupyterLab.`
          );
        }
        continue;
      }
      const target = resolve(dirname(file), name);
      const other = ownerOf(target, source);
      const allowed =
        other === owner ||
        other === '..' ||
        (test && (other === 'testing' || pure.includes(other))) ||
        rules[owner].includes(other) ||
        (types && rules[owner].includes(`${other}:types`));
      if (!allowed) {
        broken.push(
          `${shown} imports ${name}: ${owner} may not import ${other}.`
        );
      }
    }
  }
  return broken;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const source = resolve(import.meta.dirname, '..', 'src');
  const broken = brokenRules(source);
  console.log(
    [
      ...broken,
      `${files(source).length} files, ${broken.length} broken rules`
    ].join('\n')
  );
  process.exitCode = broken.length ? 1 : 0;
}
