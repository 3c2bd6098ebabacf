// npm run build: src/ to what JupyterLab and the reports load, installed into .venv if it is there.
import { existsSync } from 'node:fs';
import { build } from './lib/build.mjs';
import { venv } from './lib/paths.mjs';
import { installExtension, nodeModules } from './lib/setup.mjs';
import { main } from './lib/steps.mjs';

await main(async () => {
  await nodeModules();
  await build();
  if (existsSync(venv)) {
    await installExtension();
  }
});
