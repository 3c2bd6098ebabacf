/** Which functions of a profile are CPython's own, and of which part of it. */
import { Kind, type FunctionIndex, type IProfile } from '../model/profile';
import { isSource, LIBRARY, partOf } from './interpreterParts';

/** The functions of a profile by part of the interpreter. */
export interface IInterpreter {
  /** By function: row of `labels`; -1: none of CPython's. */
  readonly part: Int32Array;
  readonly labels: readonly string[];
  /** By function, 1: of the C library or the kernel, which work for whoever calls them. */
  readonly below: Uint8Array;
}

/** The interpreter's program or library: `python3.12`, `libpython3.13t.so.1.0`. */
const PROGRAM = /^(lib)?python[\d.]*t?(\.so[\d.]*|\.exe)?$/;
/** Where the C modules of the standard library lie. */
const MODULES = '/lib-dynload/';
const SYSTEM = /^((libc|libm|libpthread|libdl|librt|libgcc_s|ld)[-.]|\[vdso\])/;
/** What stands for a name where there is no symbol: library and offset. */
const NAMELESS = /\+0x[0-9a-f]+$/;

/** Of each profile, which is never changed, once. */
const KNOWN = new WeakMap<IProfile, IInterpreter>();

/** The parts of the interpreter in a profile. */
export function interpreterOf(profile: IProfile): IInterpreter {
  const known = KNOWN.get(profile) ?? find(profile);
  KNOWN.set(profile, known);
  return known;
}

/** Whether a profile knows any C function of CPython. */
export function hasInterpreter(profile: IProfile): boolean {
  return interpreterOf(profile).labels.length > 0;
}

function find({ functions, strings }: IProfile): IInterpreter {
  const { length, kind, file, name, entry, source } = functions;
  const part = new Int32Array(length).fill(-1);
  const below = new Uint8Array(length);
  const rows = new Map<string, number>();
  const text = (column: Int32Array | null, func: FunctionIndex): string =>
    column && column[func] >= 0 ? strings[column[func]] : '';
  for (let func = 0; func < length; func++) {
    if (kind[func] !== Kind.Native) {
      below[func] = kind[func] === Kind.Kernel ? 1 : 0;
      continue;
    }
    const path = text(file, func);
    const library = path.slice(path.lastIndexOf('/') + 1);
    const isModule = path.includes(MODULES);
    const from = text(source, func);
    // Where an engine tells no libraries, source files do.
    const isOwn = path ? PROGRAM.test(library) : isSource(from);
    // An engine that does not see into a library names it as a whole.
    const isWhole = library !== '' && text(name, func) === library;
    if ((!isModule && !isOwn) || isWhole) {
      below[func] = SYSTEM.test(library) ? 1 : 0;
      continue;
    }
    const symbol = text(name, func);
    // Without a symbol the name in Python says what it is: `list.sort`.
    const named = NAMELESS.test(symbol) ? text(entry, func) : symbol;
    const label = isModule && !from ? LIBRARY : partOf(named, from);
    const row = rows.get(label) ?? rows.size;
    rows.set(label, row);
    part[func] = row;
  }
  return { part, labels: [...rows.keys()], below };
}
