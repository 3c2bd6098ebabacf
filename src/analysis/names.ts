/**
 * Names as people say them; the full truth is in the titles.
 */
import { Kind, type FunctionIndex, type IProfile } from '../model/profile';
import { inliningOf } from './inlined';
import { shortSymbol } from './symbols';

/** What stands where a name is not known. */
export const UNKNOWN = '(unknown)';

/** `In[5]`: how the cells of a notebook are named in `functions.file`. */
const CELL = /^In\[\d+\]$/;

/**
 * A function's name: a Python function's qualified name, a cell's own code by
 * its cell, a C function by its name in Python or else its short symbol, with
 * a mark where the compiler put it into its caller.
 */
export function functionLabel(profile: IProfile, func: FunctionIndex): string {
  const { functions } = profile;
  const name = text(profile, functions.name[func]);
  if (functions.kind[func] === Kind.Python) {
    const file = text(profile, functions.file[func]);
    return name === '<module>' && CELL.test(file) ? file : name || UNKNOWN;
  }
  const label = text(profile, functions.entry[func]) || shortSymbol(name);
  const mark = inliningOf(profile, func) === 'always' ? ' (inlined)' : '';
  return (label || UNKNOWN) + mark;
}

const INLINED = {
  never: '',
  sometimes: 'inlined into its caller in places',
  always: 'inlined into its caller'
};

/** The full truth: symbol, name in Python, file and line, one a line. */
export function functionTitle(profile: IProfile, func: FunctionIndex): string {
  const { functions } = profile;
  const file = text(profile, functions.file[func]);
  const line = functions.line[func];
  const entry = text(profile, functions.entry[func]);
  const name = text(profile, functions.name[func]) || UNKNOWN;
  const source = sourceOf(profile, func);
  return [
    name,
    entry && entry !== name ? `${entry} in Python` : '',
    source && line > 0 ? `${source}:${line}` : source,
    file && line > 0 && !source ? `${file}:${line}` : file,
    INLINED[inliningOf(profile, func)]
  ]
    .filter(Boolean)
    .join('\n');
}

/**
 * Where a function is, or one line of it: `In[5] line 3`, `json/decoder.py
 * line 12`, `numpy`, `libopenblas dgemm.c:12`.
 */
export function placeLabel(
  profile: IProfile,
  func: FunctionIndex,
  line = -1
): string {
  const { functions } = profile;
  if (functions.kind[func] !== Kind.Python) {
    const source = sourceLabel(profile, func, line);
    const module = moduleLabel(profile, func);
    return CELL.test(module) && source
      ? source
      : [module, source].filter(Boolean).join(' ');
  }
  const file = text(profile, functions.file[func]);
  const at = line > 0 ? line : functions.line[func];
  const place = CELL.test(file) ? file : shortPath(file);
  if (!place) {
    return moduleLabel(profile, func);
  }
  return at > 0 ? `${place} line ${at}` : place;
}

/**
 * Where the source of a native function is, or one line of it: `dgemm.c:12`,
 * `In[5] line 3`; empty where that is not known.
 */
export function sourceLabel(
  profile: IProfile,
  func: FunctionIndex,
  line = -1
): string {
  const source = shortPath(sourceOf(profile, func), 1);
  const at = line > 0 ? line : profile.functions.line[func];
  if (!source || at <= 0) {
    return source;
  }
  return CELL.test(source) ? `${source} line ${at}` : `${source}:${at}`;
}

/** The source file of a native function, empty where it is not known. */
function sourceOf(profile: IProfile, func: FunctionIndex): string {
  const { source } = profile.functions;
  return source ? text(profile, source[func]) : '';
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

/**
 * The file of a function: the cell, the source file, or the library that a
 * native function without known source comes from.
 */
export function fileLabel(profile: IProfile, func: FunctionIndex): string {
  const file = text(profile, fileKey(profile, func));
  return CELL.test(file) ? file : shortPath(file) || UNKNOWN;
}

/** A number for that file: its row of `strings`, -1 where it is not known. */
export function fileKey(profile: IProfile, func: FunctionIndex): number {
  const { file, source } = profile.functions;
  return source && source[func] >= 0 ? source[func] : file[func];
}

/** The last parts of a path; `__init__.py` and the like need the folder. */
function shortPath(path: string, parts = 2): string {
  return path.split(/[\\/]/).filter(Boolean).slice(-parts).join('/');
}

function text(profile: IProfile, index: number): string {
  return index >= 0 ? profile.strings[index] : '';
}
