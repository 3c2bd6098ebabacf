// npm run pythons [-- SUITE ...]: Debian's own builds of Python, with its perf, in .pythons/SUITE.
//
// For bench/pythons.py and tests by hand; takes minutes and about 1 GB a suite. Needs root and
// debootstrap. The package archive is the one that this machine's apt uses.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync
} from 'node:fs';
import { join } from 'node:path';
import { inTree, which } from './lib/paths.mjs';
import { run, StepError } from './lib/run.mjs';
import { main, say } from './lib/steps.mjs';

const SUITES = ['sid'];
const NEWEST = { sid: 'experimental' };
const BESIDES = ['linux-perf', 'python3-numpy', 'python3-zstandard'];
const READY = 'nativeprofile-ready';

/** The first archive of binary packages in apt's own configuration. */
function archive() {
  const folder = '/etc/apt/sources.list.d';
  const files = ['/etc/apt/sources.list']
    .concat(
      existsSync(folder)
        ? readdirSync(folder).map(file => join(folder, file))
        : []
    )
    .filter(file => /\.(list|sources)$/.test(file) && existsSync(file));
  for (const text of files.map(file => readFileSync(file, 'utf8'))) {
    const found =
      text.match(/^URIs:\s*(\S+debian\S*)/m) ??
      text.match(/^deb\s+(?:\[.*?\]\s+)?(\S+debian\S*)/m);
    if (found) {
      return found[1];
    }
  }
  throw new StepError("apt's configuration names no Debian archive.", {
    remedy: 'Run this on Debian.'
  });
}

/** The same way to the archive inside as outside: proxies, retries. */
function configure(root, suite) {
  const suites = [suite, NEWEST[suite]].filter(Boolean);
  const lines = suites.map(name => `deb ${archive()} ${name} main\n`);
  writeFileSync(join(root, 'etc/apt/sources.list'), lines.join(''));
  copyFileSync('/etc/resolv.conf', join(root, 'etc/resolv.conf'));
  for (const file of readdirSync('/etc/apt/apt.conf.d')) {
    const path = join('/etc/apt/apt.conf.d', file);
    if (/^Acquire::/m.test(readFileSync(path, 'utf8'))) {
      copyFileSync(path, join(root, 'etc/apt/apt.conf.d', file));
    }
  }
}

const inside = (root, script) =>
  run(
    'unshare',
    [
      '--mount',
      'chroot',
      root,
      'sh',
      '-ec',
      `mount -t proc proc /proc; ${script}`
    ],
    {
      env: { DEBIAN_FRONTEND: 'noninteractive' }
    }
  );

async function make(suite) {
  const root = inTree('.pythons', suite);
  if (!existsSync(join(root, READY))) {
    if (process.getuid() !== 0 || !which('debootstrap')) {
      throw new StepError('A Debian folder is made by debootstrap, as root.', {
        remedy: 'sudo apt-get install debootstrap; sudo npm run pythons'
      });
    }
    mkdirSync(inTree('.pythons'), { recursive: true });
    if (!existsSync(join(root, 'etc/debian_version'))) {
      say(`${suite}: debootstrap`);
      rmSync(root, { recursive: true, force: true });
      await run('debootstrap', ['--variant=minbase', suite, root, archive()]);
    }
    configure(root, suite);
    say(`${suite}: its Pythons, perf, numpy`);
    const release = NEWEST[suite] ? `-t ${NEWEST[suite]}` : '';
    await inside(
      root,
      `apt-get update
       apt-get install -y --no-install-recommends ${BESIDES.join(' ')}
       found=$(apt-cache search --names-only '^python3\\.[0-9]+$' | cut -d' ' -f1)
       apt-get install -y --no-install-recommends ${release} $found`
    );
    writeFileSync(join(root, READY), '');
  }
  const pythons = readdirSync(join(root, 'usr/bin')).filter(file =>
    /^python3\.\d+t?$/.test(file)
  );
  say(`${suite}: ${pythons.sort().join(', ')}`);
}

await main(async () => {
  for (const suite of process.argv.length > 2
    ? process.argv.slice(2)
    : SUITES) {
    await make(suite);
  }
  say('npm run bench -- pythons');
});
