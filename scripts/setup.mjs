// npm run setup: everything that is needed to run and change the project.
import { build } from './lib/build.mjs';
import { environments, installExtension } from './lib/setup.mjs';
import { main } from './lib/steps.mjs';

await main(async () => {
  await environments();
  await build();
  await installExtension();
});
