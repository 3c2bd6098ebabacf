/**
 * Why a stack cost what it did: told by the frames between its line and its
 * leaf. The rules stand in docs/reasons.md: keep both alike.
 */
import { CATEGORIES, type CategoryName } from '../format/types';
import {
  Kind,
  type FunctionIndex,
  type IProfile,
  type StackIndex
} from '../model/profile';
import {
  callCause,
  causeCode,
  causeOfName,
  CAUSES,
  passesOn,
  type Cause,
  type CauseIndex
} from './causeRules';
import { isLine, type IStackLines } from './stackLines';

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
const PYTHON = causeCode('python');
const LIBRARY = causeCode('library');

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

/** What a stack says. */
export interface IStackCause {
  /** Why it cost what it did. */
  readonly cause: CauseIndex;
  /** The function that shows the cause, -1: none. */
  readonly evidence: FunctionIndex;
  /** The native function that called the line's function, -1: none. */
  readonly caller: FunctionIndex;
}

/** What the frames of a stack tell below its innermost line; -1: nothing. */
interface IPath {
  /** The outermost and the innermost native function. */
  entry: FunctionIndex;
  inner: FunctionIndex;
  /** The outermost function of the innermost extension module or library. */
  library: FunctionIndex;
  /** The outermost function that converts, and that allocates. */
  converts: FunctionIndex;
  allocates: FunctionIndex;
  /** The cause that the innermost other function tells. */
  told: CauseIndex;
}

/** Tells the causes of stacks; each function is looked at once. */
export class CauseFinder {
  constructor(profile: IProfile, lines: IStackLines) {
    this._profile = profile;
    this._lines = lines;
  }

  /** The cause of a row of `profile.stacks`. */
  of(stack: StackIndex): IStackCause {
    const imports = this._lines.imports[stack];
    if (imports >= 0) {
      return { cause: IMPORT, evidence: imports, caller: -1 };
    }
    const path = this._walk(stack);
    const line = this._lines.ownerRow[stack];
    const above = line < 0 ? -1 : this._profile.stacks!.prefix[line];
    const caller = above < 0 ? -1 : this._walk(above).entry;
    const cause = this._cause(stack, path);
    const called = this._lines.called[stack];
    return cause === PYTHON && called >= 0
      ? { cause: LIBRARY, evidence: called, caller }
      : { cause, evidence: this._evidence(cause, path), caller };
  }

  /** Goes up to the nearest line: what the frames tell on the way. */
  private _walk(stack: StackIndex): IPath {
    const { stacks, frames, functions } = this._profile;
    const path: IPath = {
      entry: -1,
      inner: -1,
      library: -1,
      converts: -1,
      allocates: -1,
      told: -1
    };
    for (let row = stack; row >= 0; row = stacks!.prefix[row]) {
      const func = frames!.function[stacks!.frame[row]];
      if (isLine(this._profile, func, this._lines.fold)) {
        return path;
      }
      if (functions.kind[func] !== Kind.Python) {
        this._note(path, func);
      }
    }
    return path;
  }

  private _note(path: IPath, func: FunctionIndex): void {
    const { functions } = this._profile;
    const kernel = functions.kind[func] === Kind.Kernel;
    const told = this._told(func);
    if (!kernel && !passesOn(this._profile, func)) {
      path.entry = func;
      path.inner = path.inner < 0 ? func : path.inner;
    }
    const { library } = path;
    const same =
      library < 0 || functions.module[library] === functions.module[func];
    if (functions.category[func] === EXTENSION && same) {
      path.library = func;
    }
    if (!kernel && told === CONVERSION) {
      path.converts = func;
    } else if (!kernel && told === ALLOCATION) {
      path.allocates = func;
    } else if (told === COMPILE || (told >= 0 && path.told < 0)) {
      path.told = told;
    }
  }

  private _cause(stack: StackIndex, path: IPath): CauseIndex {
    const { functions, stacks, frames } = this._profile;
    const category = stacks!.category[stack];
    const { told } = path;
    if (LEAF[category] >= 0) {
      return LEAF[category];
    }
    if (told === COMPILE) {
      return COMPILE;
    }
    if (path.converts >= 0) {
      return CONVERSION;
    }
    const leaf = frames!.function[stacks!.frame[stack]];
    if (functions.kind[leaf] === Kind.Kernel) {
      const cause = told >= 0 ? told : callCause(this._profile, path.inner);
      return cause >= 0 ? cause : causeCode('kernel');
    }
    if (path.allocates >= 0) {
      return ALLOCATION;
    }
    if (told >= 0) {
      return told;
    }
    return OWNER[category] >= 0 ? OWNER[category] : causeCode('system');
  }

  /** The function that shows a cause: by its name in Python, where it has one. */
  private _evidence(cause: CauseIndex, path: IPath): FunctionIndex {
    const { entry, library, converts, allocates } = path;
    const named = entry >= 0 && this._profile.functions.entry[entry] >= 0;
    switch (CAUSES[cause]) {
      case 'extension':
        return library < 0 ? entry : library;
      case 'conversion':
        return named ? entry : converts;
      case 'allocation':
        return named || allocates < 0 ? entry : allocates;
      default:
        return entry;
    }
  }

  private _told(func: FunctionIndex): CauseIndex {
    let told = this._functions.get(func);
    if (told === undefined) {
      told = causeOfName(this._profile, func);
      this._functions.set(func, told);
    }
    return told;
  }

  private readonly _profile: IProfile;
  private readonly _lines: IStackLines;
  private readonly _functions = new Map<FunctionIndex, CauseIndex>();
}
