// npm run lint [-- NAME …]: every check that reads the source and runs nothing, or some by name.
import { chosen, lintChecks, runChecks } from './lib/checks.mjs';
import { environments } from './lib/setup.mjs';
import { main } from './lib/steps.mjs';

await main(async () => {
  const checks = chosen(lintChecks, process.argv.slice(2));
  await environments();
  await runChecks(checks);
});
