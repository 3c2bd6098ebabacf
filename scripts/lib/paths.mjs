// Where things are in the work tree.
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** An absolute path of the tree: `inTree('src', 'index.ts')`. */
export const inTree = (...parts) => join(root, ...parts);

/** The same path as a person would type it from the tree's root. */
export const shown = path => relative(root, path) || '.';

export const venv = inTree('.venv');

/** A program of a virtual environment. */
export const inVenv = (name, folder = venv) => join(folder, 'bin', name);

/** A program which npm installed. */
export const npmBin = name => inTree('node_modules', '.bin', name);

/** The first program of this name on the path, or null. */
export function which(name) {
  for (const folder of (process.env.PATH ?? '').split(':')) {
    const path = join(folder || '.', name);
    if (existsSync(path)) {
      return path;
    }
  }
  return null;
}
