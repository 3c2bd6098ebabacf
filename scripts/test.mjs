// npm test [-- NAME …]: sets everything up, then runs every check, or those that are named.
import { build } from './lib/build.mjs';
import {
  chosen,
  lintChecks,
  runChecks,
  testRunners,
  timed
} from './lib/checks.mjs';
import { olderPythons, otherPythons } from './lib/python.mjs';
import {
  environments,
  installExtension,
  kernelEnvironment
} from './lib/setup.mjs';
import { main } from './lib/steps.mjs';
import { need } from './lib/system.mjs';

await main(async () => {
  const pythons = [];
  const older = [];
  const checks = chosen(
    [...lintChecks, ...testRunners(pythons, older)],
    process.argv.slice(2)
  );
  const wants = name => checks.some(check => check.name === name);

  const setup = await timed('set-up', async () => {
    if (wants('galata')) {
      await need('chromium');
    }
    if (wants('pytest')) {
      await need('cmake');
    }
    if (wants('pytest') || wants('galata')) {
      await need('perf');
      await need('valgrind');
    }
    await environments(async chosenPython => {
      if (wants('pytest')) {
        for (const other of otherPythons(chosenPython)) {
          pythons.push(await kernelEnvironment(other));
        }
        for (const other of olderPythons(chosenPython)) {
          older.push(await kernelEnvironment(other));
        }
      }
    });
  });
  const results = [setup];
  if (wants('pytest') || wants('galata')) {
    results.push(
      await timed('build', async () => {
        await build();
        await installExtension();
      })
    );
  }
  await runChecks(checks, results);
});
