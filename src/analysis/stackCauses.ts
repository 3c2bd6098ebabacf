/**
 * Why each stack cost what it did, and which line is charged with it. The rules
 * stand in docs/reasons.md: keep both alike.
 */
import { CATEGORIES, type CategoryName } from '../format/types';
import {
  Kind,
  PLUMBING,
  type FunctionIndex,
  type IProfile
} from '../model/profile';
import type { IStackView } from './filter';
import {
  callCause,
  causeCode,
  CAUSES,
  DISPATCHERS,
  functionCauses,
  type Cause,
  type CauseIndex
} from './causeRules';
import { PairTable } from './pairs';

/** Categories that are a cause themselves: what goes on at the leaf. */
const LEAVES: readonly (readonly [CategoryName, Cause])[] = [
  ['gc', 'gc'],
  ['gil', 'gil'],
  ['waiting', 'waiting'],
  ['profiler', 'profiler'],
  ['io', 'io'],
  ['sleep', 'sleep'],
  ['lock', 'lock'],
  ['queued', 'queued']
];

/** Causes by the category of a stack that no name explains. */
const OWNERS: readonly (readonly [CategoryName, Cause])[] = [
  ['python', 'python'],
  ['builtin', 'call'],
  ['extension', 'extension'],
  ['kernel', 'kernel'],
  ['import', 'import'],
  ['system', 'system']
];

const EXTENSION = CATEGORIES.indexOf('extension');
const COMPILE = causeCode('compile');
const CONVERSION = causeCode('conversion');
const ALLOCATION = causeCode('allocation');
const IMPORT = causeCode('import');

const byCategory = (
  pairs: readonly (readonly [CategoryName, Cause])[]
): Int8Array => {
  const causes = new Int8Array(CATEGORIES.length).fill(-1);
  for (const [category, cause] of pairs) {
    causes[CATEGORIES.indexOf(category)] = causeCode(cause);
  }
  return causes;
};

const LEAF = byCategory(LEAVES);
const OWNER = byCategory(OWNERS);

/** The lines that are met, numbered as they come; views may share them. */
export interface IPlaces {
  /** The pairs of a file (row of `profile.strings`) and a line. */
  readonly pairs: PairTable;
  /** A function of each place. */
  readonly functionOf: FunctionIndex[];
}

/** What each row of a view says; -1: nothing. */
export interface IStackCauses {
  /** The place that is charged with the row. */
  readonly owner: Int32Array;
  /** The nearest place above it in a cell, where it is in none itself. */
  readonly cell: Int32Array;
  /** Why it cost what it did: index into `CAUSES`. */
  readonly cause: Uint8Array;
  /** The function that shows the cause. */
  readonly evidence: Int32Array;
  /** The native function that called the line's function. */
  readonly caller: Int32Array;
}

/** What the frames from a Python line down to each row tell. */
interface IPath {
  readonly owner: Int32Array;
  readonly cell: Int32Array;
  readonly caller: Int32Array;
  /** The outermost and the innermost native function below the line. */
  readonly entry: Int32Array;
  readonly inner: Int32Array;
  /** The outermost function of the innermost extension module or library. */
  readonly library: Int32Array;
  /** The outermost function that converts, and that allocates. */
  readonly converts: Int32Array;
  readonly allocates: Int32Array;
  /** The cause that the innermost other function tells, by its name. */
  readonly told: Int32Array;
  /** The first frame of an import statement. */
  readonly imports: Int32Array;
}

/**
 * Finds cause and line of each row of a view whose plumbing is not folded.
 * What runs for an import statement is charged to the line of the outermost
 * one; Python frames of machinery are passed over if `fold` is set.
 */
export function stackCauses(
  profile: IProfile,
  view: IStackView,
  fold: boolean,
  { pairs, functionOf }: IPlaces
): IStackCauses {
  const { functions, frames, cells, strings } = profile;
  const told = functionCauses(profile);
  const names = new Set(cells.map(({ name }) => name));
  const inCell = (file: number): boolean => names.has(strings[file]);
  const dispatches = (func: FunctionIndex): boolean =>
    functions.entry[func] >= 0 &&
    DISPATCHERS.test(strings[functions.entry[func]]);
  const path = makePath(view.length);
  const columns = Object.values(path) as Int32Array[];
  const cause = new Uint8Array(view.length);
  const evidence = new Int32Array(view.length).fill(-1);
  for (let row = 0; row < view.length; row++) {
    const func = view.function[row];
    const above = view.prefix[row];
    const plumbing = (functions.flags[func] & PLUMBING) !== 0;
    if (above >= 0) {
      for (const column of columns) {
        column[row] = column[above];
      }
    }
    if (told[func] === IMPORT && path.imports[row] < 0) {
      path.imports[row] = func;
    }
    if (functions.kind[func] !== Kind.Python) {
      enterLibrary(profile, path, row, func);
      note(path, row, told[func], func, {
        plumbing: plumbing || dispatches(func),
        kernel: functions.kind[func] === Kind.Kernel
      });
    } else if (path.imports[row] < 0 && !(fold && plumbing)) {
      const file = functions.file[func];
      const line = frames!.line[view.frame[row]];
      const by = path.owner[row];
      startLine(path, row);
      if (file >= 0 && line > 0) {
        path.owner[row] = pairs.add(file, line);
        functionOf[path.owner[row]] ??= func;
        if (inCell(file)) {
          path.cell[row] = -1;
        } else if (by >= 0 && inCell(pairs.first[by])) {
          path.cell[row] = by;
        }
      }
    }
    cause[row] = causeOf(profile, view, path, row);
    evidence[row] = evidenceOf(profile, path, row, cause[row]);
  }
  const { owner, cell, caller } = path;
  return { owner, cell, cause, evidence, caller };
}

function makePath(length: number): IPath {
  const column = (): Int32Array => new Int32Array(length).fill(-1);
  return {
    owner: column(),
    cell: column(),
    caller: column(),
    entry: column(),
    inner: column(),
    library: column(),
    converts: column(),
    allocates: column(),
    told: column(),
    imports: column()
  };
}

/** A Python frame begins: what native frames above it told is over. */
function startLine(path: IPath, row: number): void {
  path.caller[row] = path.entry[row];
  path.entry[row] = path.inner[row] = path.library[row] = -1;
  path.converts[row] = path.allocates[row] = -1;
  path.told[row] = -1;
  path.owner[row] = -1;
}

function enterLibrary(
  { functions }: IProfile,
  path: IPath,
  row: number,
  func: FunctionIndex
): void {
  const before = path.library[row];
  const isOther =
    before < 0 || functions.module[before] !== functions.module[func];
  if (functions.category[func] === EXTENSION && isOther) {
    path.library[row] = func;
  }
}

/** Takes down what a frame of native code or of the kernel tells. */
function note(
  path: IPath,
  row: number,
  told: CauseIndex,
  func: FunctionIndex,
  { plumbing, kernel }: { plumbing: boolean; kernel: boolean }
): void {
  if (!plumbing && !kernel) {
    path.inner[row] = func;
    if (path.entry[row] < 0) {
      path.entry[row] = func;
    }
  }
  if (!kernel && (told === CONVERSION || told === ALLOCATION)) {
    const found = told === CONVERSION ? path.converts : path.allocates;
    if (found[row] < 0) {
      found[row] = func;
    }
  } else if (told >= 0 && path.told[row] !== COMPILE) {
    path.told[row] = told;
  }
}

function causeOf(
  profile: IProfile,
  view: IStackView,
  path: IPath,
  row: number
): CauseIndex {
  const category = view.category[row];
  const told = path.told[row];
  const leaf = profile.functions.kind[view.function[row]];
  if (path.imports[row] >= 0) {
    return IMPORT;
  }
  if (LEAF[category] >= 0) {
    return LEAF[category];
  }
  if (told === COMPILE) {
    return COMPILE;
  }
  if (path.converts[row] >= 0) {
    return CONVERSION;
  }
  if (leaf === Kind.Kernel) {
    const cause = told >= 0 ? told : callCause(profile, path.inner[row]);
    return cause >= 0 ? cause : causeCode('kernel');
  }
  if (path.allocates[row] >= 0) {
    return ALLOCATION;
  }
  if (told >= 0) {
    return told;
  }
  return OWNER[category] >= 0 ? OWNER[category] : causeCode('system');
}

/** The function that shows a cause: by its name in Python, where it has one. */
function evidenceOf(
  { functions }: IProfile,
  path: IPath,
  row: number,
  cause: CauseIndex
): FunctionIndex {
  const entry = path.entry[row];
  const named = entry >= 0 && functions.entry[entry] >= 0;
  switch (CAUSES[cause]) {
    case 'import':
      return path.imports[row];
    case 'extension':
      return path.library[row] < 0 ? entry : path.library[row];
    case 'conversion':
      return named ? entry : path.converts[row];
    case 'allocation':
      return named || path.allocates[row] < 0 ? entry : path.allocates[row];
    default:
      return entry;
  }
}
