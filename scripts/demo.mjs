// npm run demo: sets everything up, runs the tour in a real kernel, and opens JupyterLab on it.
// --no-lab (or CI=true) stops before JupyterLab.
import { mkdirSync } from 'node:fs';
import { build } from './lib/build.mjs';
import { inTree, inVenv, shown } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { environments, installExtension } from './lib/setup.mjs';
import { bold, main, say, step } from './lib/steps.mjs';

const known = ['--no-lab'];
const args = process.argv.slice(2);
const unknown = args.filter(arg => !known.includes(arg));
const withLab = !args.includes('--no-lab') && process.env.CI !== 'true';

const notebook = inTree('demo', 'tour.ipynb');
const report = inTree('demo', 'report.html');

await main(async () => {
  if (unknown.length) {
    say(
      `Unknown: ${unknown.join(' ')}. The only option is ${known.join(', ')}.`
    );
    process.exitCode = 2;
    return;
  }
  await environments();
  await build();
  await installExtension();
  mkdirSync(inTree('demo'), { recursive: true });
  await step('The tour, in a real kernel', {}, () =>
    run(
      inVenv('python'),
      [
        inTree('scripts', 'run_tour.py'),
        inTree('examples', 'tour.ipynb'),
        notebook
      ],
      {
        show: true,
        title: 'The tour',
        remedy: '.venv/bin/nativeprofile doctor says what is missing.'
      }
    )
  );
  await step('Standalone report', {}, () =>
    run(inVenv('nativeprofile'), [
      'report',
      notebook,
      '--html',
      '--output',
      report
    ])
  );
  say(`\nThe executed notebook: ${bold(shown(notebook))}`);
  say(`The same profiles as one page: ${bold(shown(report))}`);
  if (!withLab) {
    return;
  }
  say('\nJupyterLab opens on the notebook. Ctrl-C ends it.\n');
  const asRoot = process.getuid?.() === 0 ? ['--allow-root'] : [];
  await run(inVenv('jupyter'), ['lab', ...asRoot, notebook], {
    show: true,
    check: false
  });
});
