// TypeScript to the three things that ship: lib/, the standalone viewer, the lab extension.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { inTree, npmBin } from './paths.mjs';
import { run, StepError } from './run.mjs';
import { step, together } from './steps.mjs';

const source = [
  'src',
  'style',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json'
];

/** What a step of the build makes; its stamp lies beside npm's packages, not in what ships. */
const made = (name, outputs) => ({
  stamp: inTree('node_modules', '.cache', 'nativeprofile', name),
  outputs
});

/** src/ checked and compiled to lib/. */
export async function compile() {
  await step(
    'TypeScript',
    {
      ...made('lib', [inTree('lib', 'index.js')]),
      inputs: source.map(name => inTree(name))
    },
    async () => {
      rmSync(inTree('lib'), { recursive: true, force: true });
      rmSync(inTree('tsconfig.build.tsbuildinfo'), { force: true });
      await run(
        npmBin('tsc'),
        ['--project', 'tsconfig.build.json', '--sourceMap'],
        { title: 'tsc' }
      );
    }
  );
}

/**
 * The viewer for pages without JupyterLab: its script, style sheet, worker and charts; and once
 * more without charts, as small as an output can hold.
 */
export async function standaloneViewer() {
  const folder = inTree('python', 'nativeprofile', 'static');
  await step(
    'Standalone viewer',
    {
      ...made(
        'standalone',
        [
          'viewer.js',
          'worker.js',
          'charts.js',
          'embedded.js',
          'viewer.css'
        ].map(name => `${folder}/${name}`)
      ),
      inputs: source.map(name => inTree(name))
    },
    async () => {
      mkdirSync(folder, { recursive: true });
      const outputs = {
        'src/standalone.ts': ['viewer.js'],
        'src/worker.ts': ['worker.js'],
        'src/charts.ts': [
          'charts.js',
          '--global-name=npCharts',
          // plotly.js brings the sheet of its maps, which are left out.
          '--loader:.css=empty'
        ],
        'src/embedded.ts': ['embedded.js'],
        'style/base.css': ['viewer.css']
      };
      for (const [entry, [output, ...more]] of Object.entries(outputs)) {
        if (!existsSync(inTree(entry))) {
          throw new StepError(`${entry} is missing.`);
        }
        await run(
          npmBin('esbuild'),
          [
            entry,
            '--bundle',
            '--minify',
            '--format=iife',
            '--target=es2021',
            '--charset=utf8',
            '--legal-comments=inline',
            // plotly.js is written for bundlers that have node's name for it.
            '--define:global=globalThis',
            '--log-level=warning',
            ...more,
            `--outfile=${folder}/${output}`
          ],
          { title: 'esbuild' }
        );
      }
    }
  );
}

/** The prebuilt extension, through the builder that JupyterLab 4.6 uses. */
export async function labExtension() {
  const folder = inTree('python', 'nativeprofile', 'labextension');
  const inputs = [...source, 'schema'].map(name => inTree(name));
  await step(
    'JupyterLab extension',
    {
      ...made('labextension', [`${folder}/package.json`, `${folder}/static`]),
      inputs
    },
    () =>
      run(
        process.execPath,
        [
          inTree(
            'node_modules',
            '@jupyter',
            'builder',
            'lib',
            'build-labextension.js'
          ),
          '--core-package-file',
          inTree(
            'node_modules',
            '@jupyterlab',
            'core-meta',
            'core.package.json'
          ),
          '.'
        ],
        { title: "JupyterLab's builder" }
      )
  );
}

export async function build() {
  await together(compile(), standaloneViewer());
  await labExtension(); // of what `compile` made
}
