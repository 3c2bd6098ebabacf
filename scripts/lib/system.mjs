// Programs of the operating system: found, installed through apt as root, or asked for.
import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { which } from './paths.mjs';
import { ask, run, StepError } from './run.mjs';
import { step } from './steps.mjs';

function distribution() {
  if (!existsSync('/etc/os-release')) {
    return '';
  }
  return /^ID=["']?([a-z]+)/m.exec(
    readFileSync('/etc/os-release', 'utf8')
  )?.[1];
}

const ubuntu = distribution() === 'ubuntu';

/** What the tests need: how to see that it works, and the packages that hold it. */
const programs = {
  chromium: {
    works: () =>
      [process.env.NATIVEPROFILE_CHROMIUM, 'chromium', 'chromium-browser']
        .concat('google-chrome')
        .some(name => name && (existsSync(name) || which(name))),
    packages: ['chromium']
  },
  perf: {
    // Ubuntu's perf is a script that fails where the running kernel's tools are missing.
    works: () => ask('perf', ['version']) !== null,
    packages: ubuntu
      ? ['linux-tools-generic', `linux-tools-${release()}`]
      : ['linux-perf']
  },
  valgrind: {
    works: () => ask('valgrind', ['--version']) !== null,
    packages: ['valgrind']
  },
  cmake: {
    works: () => ask('cmake', ['--version']) !== null,
    packages: ['cmake']
  },
  'python3-venv': {
    works: () => false,
    packages: ['python3', 'python3-venv']
  }
};

let updated = false;

async function apt(packages) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  if (!updated) {
    await run('apt-get', ['update'], { env });
    updated = true;
  }
  await run(
    'apt-get',
    ['install', '--yes', '--no-install-recommends', ...packages],
    { env }
  );
}

/** The command that a person types to install these packages. */
function commandFor(packages) {
  return which('apt-get')
    ? `sudo apt-get install ${packages.join(' ')}`
    : `Install ${packages.join(', ')} with your system's package manager.`;
}

/** Sees to it that a program is there; throws a StepError with the command that installs it. */
export async function need(name) {
  const { works, packages } = programs[name];
  if (works()) {
    return;
  }
  const missing = new StepError(`${name} is missing or does not run.`, {
    remedy: commandFor(packages)
  });
  if (process.getuid?.() !== 0 || !which('apt-get')) {
    throw missing;
  }
  await step(`Install ${packages.join(', ')} (apt)`, {}, async () => {
    try {
      await apt(packages);
    } catch (error) {
      throw new StepError(`apt could not install ${packages.join(', ')}.`, {
        remedy: commandFor(packages),
        output: error.output
      });
    }
  });
  if (name !== 'python3-venv' && !works()) {
    throw missing;
  }
}
