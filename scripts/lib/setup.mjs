// From a clean clone to an environment in which the extension runs. Every step is idempotent.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inTree, inVenv, shown, venv } from './paths.mjs';
import { choosePython } from './python.mjs';
import { ask, run, StepError } from './run.mjs';
import { say, step, together } from './steps.mjs';
import { need } from './system.mjs';

const oldestNode = [20, 19];

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (
    major < oldestNode[0] ||
    (major === oldestNode[0] && minor < oldestNode[1])
  ) {
    throw new StepError(
      `Node ${process.versions.node} is too old for the build of the extension.`,
      { remedy: `Install Node ${oldestNode.join('.')} or later.` }
    );
  }
}

/** npm's packages, exactly those of package-lock.json. */
export async function nodeModules() {
  checkNode();
  const lock = JSON.parse(readFileSync(inTree('package-lock.json'), 'utf8'));
  delete lock.packages['']; // the project itself: not installed
  const stamp = inTree('node_modules', '.nativeprofile-stamp');
  await step('npm packages', { stamp, facts: [lock.packages] }, () =>
    run('npm', ['ci', '--no-audit', '--no-fund'], {
      remedy: 'Check that the npm registry can be reached, then run it again.'
    })
  );
}

/** The pinned packages for an interpreter: 3.12 and later share one file. */
export function lockFor([, minor]) {
  return inTree('requirements', `py3${Math.min(minor, 12)}.txt`);
}

async function python() {
  try {
    return choosePython();
  } catch (error) {
    if (process.env.NATIVEPROFILE_PYTHON) {
      throw error;
    }
    await need('python3-venv');
    return choosePython();
  }
}

/** A virtual environment of this interpreter in this folder; one of another version is replaced. */
async function makeVenv(chosen, folder) {
  const version = ask(inVenv('python', folder), [
    '-c',
    'import sys; print("%d.%d.%d" % sys.version_info[:3])'
  ]);
  if (
    version === chosen.version.join('.') &&
    ask(inVenv('pip', folder), ['--version'])
  ) {
    return;
  }
  rmSync(folder, { recursive: true, force: true });
  await run(chosen.real, ['-m', 'venv', folder], {
    remedy: 'Install the venv module: apt-get install python3-venv'
  });
}

const pip = (folder, args) =>
  run(
    inVenv('python', folder),
    [
      '-m',
      'pip',
      'install',
      '--disable-pip-version-check',
      '--no-input',
      ...args
    ],
    {
      title: 'pip install',
      env: { PIP_ROOT_USER_ACTION: 'ignore' },
      remedy:
        'Check that the Python package index can be reached, then run it again.'
    }
  );

/**
 * The project itself, editable. The wheel's configuration names the built extension, so that its
 * folder must be there; what is in it is laid into the environment by `installExtension`.
 */
function installProject(folder) {
  mkdirSync(inTree('python', 'nativeprofile', 'labextension'), {
    recursive: true
  });
  return pip(folder, ['--no-deps', '--no-build-isolation', '--editable', '.']);
}

/** `.venv` of this interpreter, with every pinned package and the project. */
async function pythonEnvironment(chosen) {
  say(`  ${chosen.name} (${chosen.path}, ${chosen.why})`);
  if (chosen.version[1] < 12) {
    say('  perf needs CPython 3.12 or later: the other engines are used.');
  }
  const lock = lockFor(chosen.version);
  await step(
    `Python packages in ${shown(venv)}`,
    {
      stamp: join(venv, '.nativeprofile-stamp'),
      inputs: [lock, inTree('pyproject.toml')],
      facts: [chosen.real, chosen.version]
    },
    async () => {
      await makeVenv(chosen, venv);
      await pip(venv, ['--requirement', lock]);
      await installProject(venv);
      rmSync(join(venv, '.nativeprofile-extension'), { force: true });
    }
  );
}

/**
 * npm's packages beside `.venv` and, after it, whatever `more` makes of the interpreter that it is
 * of: each takes a minute and waits for something else. What is quickly found missing comes first.
 */
export async function environments(more = () => undefined) {
  checkNode();
  const chosen = await python();
  const pythons = async () => {
    await pythonEnvironment(chosen);
    await more(chosen);
  };
  await together(nodeModules(), pythons());
}

/** A second environment for tests: a kernel of another CPython with the project in it. */
export async function kernelEnvironment(chosen) {
  const minor = chosen.version.slice(0, 2).join('.');
  const folder = inTree(`.venv-${minor}`);
  const lock = lockFor(chosen.version);
  const packages = [
    'cloudpickle',
    'editables',
    'hatchling',
    'ipykernel',
    'jupyter_server',
    'numpy',
    'packaging',
    'py-spy',
    'zstandard',
    ...(chosen.version[1] < 11 ? ['tomli'] : [])
  ];
  await step(
    `Kernel of ${chosen.name} in ${shown(folder)}`,
    {
      stamp: join(folder, '.nativeprofile-stamp'),
      inputs: [lock, inTree('pyproject.toml')],
      facts: [chosen.real, chosen.version, packages]
    },
    async () => {
      await makeVenv(chosen, folder);
      await pip(folder, ['--constraint', lock, ...packages]);
      await installProject(folder);
    }
  );
  return inVenv('python', folder);
}

/**
 * Lays the built extension and the server's configuration into `.venv`, where JupyterLab looks.
 * Copies, not links: pip would follow a link and remove the build when it uninstalls.
 */
export async function installExtension() {
  const { name } = JSON.parse(readFileSync(inTree('package.json'), 'utf8'));
  const built = inTree('python', 'nativeprofile', 'labextension');
  const config = inTree('jupyter-config', 'server-config');
  await step(
    'Extension installed in JupyterLab',
    { stamp: join(venv, '.nativeprofile-extension'), inputs: [built, config] },
    () => {
      if (!existsSync(join(built, 'package.json'))) {
        throw new StepError('The extension is not built.', {
          remedy: 'npm run build'
        });
      }
      const target = join(venv, 'share', 'jupyter', 'labextensions', name);
      rmSync(target, { recursive: true, force: true });
      cpSync(built, target, { recursive: true });
      cpSync(config, join(venv, 'etc', 'jupyter', 'jupyter_server_config.d'), {
        recursive: true
      });
    }
  );
}
