// npm run lock: pins every Python package that the demo and the tests install, one file for each
// generation of CPython that is found here (3.10, 3.11, and 3.12 for it and all later ones).
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPythons } from './lib/python.mjs';
import { run } from './lib/run.mjs';
import { lockFor } from './lib/setup.mjs';
import { main, step } from './lib/steps.mjs';

async function lock(found, folder) {
  const report = join(folder, 'report.json');
  const env = join(folder, found.version.join('.'));
  await run(found.real, ['-m', 'venv', env]);
  const pip = join(env, 'bin', 'pip');
  await run(pip, ['install', '--quiet', '--upgrade', 'pip']);
  await run(pip, [
    'install',
    '--quiet',
    '--dry-run',
    '--ignore-installed',
    '--only-binary=:all:',
    '--no-binary=nativeprofile',
    `--report=${report}`,
    '.[demo,dev]'
  ]);
  const pins = JSON.parse(readFileSync(report, 'utf8'))
    .install.map(({ metadata: { name, version } }) => `${name}==${version}`)
    .filter(pin => !pin.startsWith('nativeprofile=='))
    .sort((a, b) => a.localeCompare(b, 'en', { sensitivity: 'base' }));
  const of = found.version.slice(0, 2).join('.');
  const head = `# Made by npm run lock with CPython ${of}${of === '3.12' ? ' (and later)' : ''}.\n`;
  writeFileSync(lockFor(found.version), `${head}${pins.join('\n')}\n`);
  return `${pins.length} packages`;
}

await main(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nativeprofile-lock-'));
  try {
    for (const found of findPythons().usable.filter(
      each => each.version[1] <= 12
    )) {
      await step(`Pins for ${found.name}`, {}, () => lock(found, folder));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
