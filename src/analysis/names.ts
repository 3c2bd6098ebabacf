/**
 * Names as people say them; the full truth is in the titles.
 */
import { Kind, type FunctionIndex, type IProfile } from '../model/profile';
import { shortSymbol } from './symbols';

/** What stands where a name is not known. */
export const UNKNOWN = '(unknown)';

/** `In[5]`: how the cells of a notebook are named in `functions.file`. */
const CELL = /^In\[\d+\]$/;

/**
 * A function's name: a Python function's qualified name, a cell's own code by
 * its cell, a C function by its name in Python or else its short symbol.
 */
export function functionLabel(profile: IProfile, func: FunctionIndex): string {
  const { functions } = profile;
  const name = text(profile, functions.name[func]);
  if (functions.kind[func] === Kind.Python) {
    const file = text(profile, functions.file[func]);
    return name === '<module>' && CELL.test(file) ? file : name || UNKNOWN;
  }
  return text(profile, functions.entry[func]) || shortSymbol(name) || UNKNOWN;
}

/** The full truth: symbol, name in Python, file and line, one a line. */
export function functionTitle(profile: IProfile, func: FunctionIndex): string {
  const { functions } = profile;
  const file = text(profile, functions.file[func]);
  const line = functions.line[func];
  const entry = text(profile, functions.entry[func]);
  const name = text(profile, functions.name[func]) || UNKNOWN;
  return [
    name,
    entry && entry !== name ? `${entry} in Python` : '',
    file && line > 0 ? `${file}:${line}` : file
  ]
    .filter(Boolean)
    .join('\n');
}

/**
 * Where a function is, or one line of it: `In[5] line 3`, `json/decoder.py
 * line 12`, `numpy`, `libopenblas`.
 */
export function placeLabel(
  profile: IProfile,
  func: FunctionIndex,
  line = -1
): string {
  const { functions } = profile;
  if (functions.kind[func] !== Kind.Python) {
    return moduleLabel(profile, func);
  }
  const file = text(profile, functions.file[func]);
  const at = line > 0 ? line : functions.line[func];
  const place = CELL.test(file) ? file : shortPath(file);
  if (!place) {
    return moduleLabel(profile, func);
  }
  return at > 0 ? `${place} line ${at}` : place;
}

/** A function's module, library or cell. */
export function moduleLabel(profile: IProfile, func: FunctionIndex): string {
  const { functions } = profile;
  const file = text(profile, functions.file[func]);
  if (CELL.test(file)) {
    return file;
  }
  return text(profile, functions.module[func]) || shortPath(file, 1) || UNKNOWN;
}

/**
 * A number for a function's module, equal when the labels are; below
 * `2 * strings.length + 1`.
 */
export function moduleKey(profile: IProfile, func: FunctionIndex): number {
  const { functions, strings } = profile;
  const file = functions.file[func];
  if (functions.module[func] >= 0 && !CELL.test(text(profile, file))) {
    return functions.module[func];
  }
  return strings.length + 1 + file;
}

/** The last parts of a path; `__init__.py` and the like need the folder. */
function shortPath(path: string, parts = 2): string {
  return path.split(/[\\/]/).filter(Boolean).slice(-parts).join('/');
}

function text(profile: IProfile, index: number): string {
  return index >= 0 ? profile.strings[index] : '';
}
