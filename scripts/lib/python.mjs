// Finds the newest CPython that can make a virtual environment.
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { which } from './paths.mjs';
import { ask, StepError } from './run.mjs';

const newest = 14;
const oldest = 10;
const preferred = 12;

const question = `
import importlib.util, json, os, platform, sys, sysconfig
has = lambda name: importlib.util.find_spec(name) is not None
print(json.dumps({
    "version": list(sys.version_info[:3]),
    "final": sys.version_info.releaselevel == "final",
    "implementation": platform.python_implementation(),
    "venv": has("venv") and has("ensurepip"),
    "gil": not sysconfig.get_config_var("Py_GIL_DISABLED"),
    "real": os.path.realpath(getattr(sys, "_base_executable", sys.executable)),
}))
`;

/** What an interpreter is, learned by running it (a pyenv shim may be there and not work). */
function examine(path) {
  const answer = ask(path, ['-I', '-c', question]);
  if (answer === null) {
    return { path, problem: 'does not run' };
  }
  const found = { path, ...JSON.parse(answer) };
  found.name = `${found.implementation} ${found.version.join('.')}`;
  const [major, minor] = found.version;
  if (found.implementation !== 'CPython') {
    found.problem = `is ${found.name}, not CPython`;
  } else if (major !== 3 || minor < oldest) {
    found.problem = `is ${found.name}, older than 3.${oldest}`;
  } else if (!found.venv) {
    found.problem = `is ${found.name} without venv and ensurepip`;
  }
  return found;
}

function pyenvPythons() {
  const folder = join(
    process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'),
    'versions'
  );
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder)
    .map(name => join(folder, name, 'bin', 'python3'))
    .filter(existsSync);
}

function candidates() {
  const paths = [];
  for (let minor = newest; minor >= preferred; minor--) {
    paths.push(which(`python3.${minor}`));
  }
  paths.push(...pyenvPythons());
  for (let minor = preferred - 1; minor >= oldest; minor--) {
    paths.push(which(`python3.${minor}`));
  }
  paths.push(which('python3'));
  return [...new Set(paths.filter(path => path !== null))];
}

const compare = (a, b) => {
  const index = a.version.findIndex((part, i) => part !== b.version[i]);
  return index < 0 ? 0 : b.version[index] - a.version[index];
};

/** Every usable CPython found, newest first, each once; and what was found but is of no use. */
export function findPythons() {
  const seen = new Set();
  const usable = [];
  const refused = [];
  for (const path of candidates()) {
    const found = examine(path);
    if (
      !found.problem &&
      (!found.final || !found.gil || found.version[1] > newest)
    ) {
      found.problem = `is ${found.name}, a build not supported yet`;
    }
    if (found.problem) {
      refused.push(found);
    } else if (!seen.has(found.real)) {
      seen.add(found.real);
      usable.push(found);
    }
  }
  return { usable: usable.sort(compare), refused };
}

/**
 * The interpreter to use: `NATIVEPROFILE_PYTHON` where set, otherwise the newest found.
 *
 * Throws a StepError that says what to install.
 */
export function choosePython() {
  const wanted = process.env.NATIVEPROFILE_PYTHON;
  if (wanted) {
    const found = examine(wanted);
    if (found.problem) {
      throw new StepError(`NATIVEPROFILE_PYTHON=${wanted} ${found.problem}.`, {
        remedy: 'Set it to a CPython 3.12 or later, or unset it.'
      });
    }
    return { ...found, why: 'NATIVEPROFILE_PYTHON' };
  }
  const { usable, refused } = findPythons();
  if (usable.length === 0) {
    const tried = refused
      .map(each => `${each.path} ${each.problem}`)
      .join('; ');
    throw new StepError(
      `No CPython 3.${oldest} or later with venv was found` +
        (tried ? ` (${tried}).` : '.'),
      { remedy: 'Install it: apt-get install python3 python3-venv' }
    );
  }
  return { ...usable[0], why: 'the newest found' };
}

/** One interpreter for each other minor version that perf can follow (3.12 and later). */
export function otherPythons(chosen) {
  const minors = new Set([chosen.version[1]]);
  return findPythons().usable.filter(({ version: [, minor] }) => {
    const fresh = minor >= preferred && !minors.has(minor);
    minors.add(minor);
    return fresh;
  });
}

/** One interpreter for each minor version from before those, for the engines that serve them. */
export function olderPythons(chosen) {
  const minors = new Set([chosen.version[1]]);
  return findPythons().usable.filter(({ version: [, minor] }) => {
    const fresh = minor < preferred && !minors.has(minor);
    minors.add(minor);
    return fresh;
  });
}
