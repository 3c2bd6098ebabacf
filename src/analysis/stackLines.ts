/** Which line each stack is charged to, whatever is shown of them. */
import {
  Kind,
  PLUMBING,
  type FunctionIndex,
  type IProfile
} from '../model/profile';
import { isImport } from './causeRules';
import { ownFiles } from './ownCode';
import { PairTable } from './pairs';

/** For each row of `profile.stacks` what it is charged to; -1: nothing. */
export interface IStackLines {
  /** Of each place the file (row of `profile.strings`) and the line. */
  readonly file: Int32Array;
  readonly line: Int32Array;
  /** The first function of each place that is met; -1: none. */
  readonly functionOf: Int32Array;
  /** The place that is charged with the row, and the row of that place's frame. */
  readonly owner: Int32Array;
  readonly ownerRow: Int32Array;
  /** The function of a library that the place called, and the innermost place of libraries. */
  readonly called: Int32Array;
  readonly library: Int32Array;
  /** The nearest place above in a cell, for what is in none itself. */
  readonly cell: Int32Array;
  /** The first function of the outermost import statement. */
  readonly imports: Int32Array;
  /** True: Python frames of machinery are passed over. */
  readonly fold: boolean;
}

/**
 * Finds the innermost line of each stack in the reader's own code, where
 * there is none the innermost Python line; of what runs for an import
 * statement the line of the outermost one.
 */
export function stackLines(profile: IProfile, fold: boolean): IStackLines {
  const { stacks } = profile;
  const length = profile.frames ? (stacks?.length ?? 0) : 0;
  const column = (): Int32Array => new Int32Array(length).fill(-1);
  const owner = column();
  const ownerRow = column();
  const called = column();
  const library = column();
  const cell = column();
  const imports = column();
  const { kind, func, place, own, places } = frameLines(profile, fold);
  const functionOf = new Int32Array(places.file.length).fill(-1);
  for (let row = 0; row < length; row++) {
    const frame = stacks!.frame[row];
    const above = stacks!.prefix[row];
    if (above >= 0) {
      owner[row] = owner[above];
      ownerRow[row] = ownerRow[above];
      called[row] = called[above];
      library[row] = library[above];
      cell[row] = cell[above];
      imports[row] = imports[above];
    }
    if (imports[row] >= 0 || kind[frame] === PASSED) {
      continue;
    }
    if (kind[frame] === IMPORT) {
      imports[row] = func[frame];
      continue;
    }
    const here = place[frame];
    const by = owner[row];
    if (here >= 0 && functionOf[here] < 0) {
      functionOf[here] = func[frame];
    }
    if (by >= 0 && places.own[by] && !own[frame]) {
      called[row] = called[row] < 0 ? func[frame] : called[row];
      library[row] = here;
      continue;
    }
    owner[row] = here;
    ownerRow[row] = row;
    called[row] = library[row] = -1;
    if (here >= 0 && places.inCell[here]) {
      cell[row] = -1;
    } else if (here >= 0 && by >= 0 && places.inCell[by]) {
      cell[row] = by;
    }
  }
  const { file, line } = places;
  return {
    file,
    line,
    functionOf,
    owner,
    ownerRow,
    called,
    library,
    cell,
    imports,
    fold
  };
}

/** What a frame is here: nothing, the begin of an import, a line. */
const PASSED = 0;
const IMPORT = 1;
const LINE = 2;

/** Of each frame what it is, and its place, -1 where its line is not known. */
function frameLines(profile: IProfile, fold: boolean) {
  const { functions, frames, strings, cells } = profile;
  const length = frames?.length ?? 0;
  const func = frames?.function ?? new Int32Array(0);
  const kind = new Uint8Array(length);
  const own = new Uint8Array(length);
  const place = new Int32Array(length).fill(-1);
  const pairs = new PairTable();
  const isOwn = ownFiles(profile);
  const importing = isImport(profile);
  for (let frame = 0; frame < length; frame++) {
    if (importing(func[frame])) {
      kind[frame] = IMPORT;
    } else if (isLine(profile, func[frame], fold)) {
      kind[frame] = LINE;
      const file = functions.file[func[frame]];
      const line = frames!.line[frame];
      own[frame] = file >= 0 && isOwn(file) ? 1 : 0;
      if (file >= 0 && line > 0) {
        place[frame] = pairs.add(file, line);
      }
    }
  }
  const names = new Set(cells.map(({ name }) => name));
  const { first: file, second: line } = pairs;
  const places = {
    file,
    line,
    own: Uint8Array.from(file, of => Number(isOwn(of))),
    inCell: Uint8Array.from(file, of => Number(names.has(strings[of])))
  };
  return { kind, func, place, own, places };
}

/** Whether a function's frames are lines that are charged with what they call. */
export function isLine(
  { functions }: IProfile,
  func: FunctionIndex,
  fold: boolean
): boolean {
  return (
    functions.kind[func] === Kind.Python &&
    !(fold && (functions.flags[func] & PLUMBING) !== 0)
  );
}
