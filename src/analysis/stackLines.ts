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
  /** A function of each place. */
  readonly functionOf: readonly FunctionIndex[];
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
  const { functions, frames, stacks, strings, cells } = profile;
  const length = frames ? (stacks?.length ?? 0) : 0;
  const column = (): Int32Array => new Int32Array(length).fill(-1);
  const owner = column();
  const ownerRow = column();
  const called = column();
  const library = column();
  const cell = column();
  const imports = column();
  const inherited = [owner, ownerRow, called, library, cell, imports];
  const pairs = new PairTable();
  const functionOf: FunctionIndex[] = [];
  const names = new Set(cells.map(({ name }) => name));
  const inCell = Uint8Array.from(strings, text => Number(names.has(text)));
  const isOwn = ownFiles(profile);
  const importing = isImport(profile);
  const placeOf = new Int32Array(frames?.length ?? 0).fill(-1);
  for (let row = 0; row < length; row++) {
    const frame = stacks!.frame[row];
    const func = frames!.function[frame];
    const above = stacks!.prefix[row];
    if (above >= 0) {
      for (const known of inherited) {
        known[row] = known[above];
      }
    }
    if (imports[row] >= 0) {
      continue;
    }
    if (importing(func)) {
      imports[row] = func;
    } else if (isLine(profile, func, fold)) {
      const file = functions.file[func];
      const line = frames!.line[frame];
      if (file >= 0 && line > 0 && placeOf[frame] < 0) {
        placeOf[frame] = pairs.add(file, line);
        functionOf[placeOf[frame]] ??= func;
      }
      const place = placeOf[frame];
      const by = owner[row];
      const fileOf = by < 0 ? -1 : functions.file[functionOf[by]];
      if (fileOf >= 0 && isOwn(fileOf) && !(file >= 0 && isOwn(file))) {
        called[row] = called[row] < 0 ? func : called[row];
        library[row] = place;
        continue;
      }
      owner[row] = place;
      ownerRow[row] = row;
      called[row] = library[row] = -1;
      if (place >= 0 && inCell[file]) {
        cell[row] = -1;
      } else if (place >= 0 && fileOf >= 0 && inCell[fileOf]) {
        cell[row] = by;
      }
    }
  }
  const { first, second } = pairs;
  return {
    file: first,
    line: second,
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
