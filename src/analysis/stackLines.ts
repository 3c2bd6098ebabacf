/** Which line each stack is charged to, whatever is shown of them. */
import {
  Kind,
  PLUMBING,
  type FunctionIndex,
  type IProfile
} from '../model/profile';
import { isImport } from './causeRules';
import { PairTable } from './pairs';

/** For each row of `profile.stacks` what it is charged to; -1: nothing. */
export interface IStackLines {
  /** Of each place the file (row of `profile.strings`) and the line. */
  readonly file: Int32Array;
  readonly line: Int32Array;
  /** A function of each place. */
  readonly functionOf: readonly FunctionIndex[];
  /** The place that is charged with the row. */
  readonly owner: Int32Array;
  /** The nearest place above in a cell, for what is in none itself. */
  readonly cell: Int32Array;
  /** The first function of the outermost import statement. */
  readonly imports: Int32Array;
  /** True: Python frames of machinery are passed over. */
  readonly fold: boolean;
}

/**
 * Finds the innermost Python line of each stack; of what runs for an import
 * statement the line of the outermost one.
 */
export function stackLines(profile: IProfile, fold: boolean): IStackLines {
  const { functions, frames, stacks, strings, cells } = profile;
  const length = frames ? (stacks?.length ?? 0) : 0;
  const column = (): Int32Array => new Int32Array(length).fill(-1);
  const owner = column();
  const cell = column();
  const imports = column();
  const pairs = new PairTable();
  const functionOf: FunctionIndex[] = [];
  const names = new Set(cells.map(({ name }) => name));
  const inCell = Uint8Array.from(strings, text => Number(names.has(text)));
  const importing = isImport(profile);
  const placeOf = new Int32Array(frames?.length ?? 0).fill(-1);
  for (let row = 0; row < length; row++) {
    const frame = stacks!.frame[row];
    const func = frames!.function[frame];
    const above = stacks!.prefix[row];
    if (above >= 0) {
      owner[row] = owner[above];
      cell[row] = cell[above];
      imports[row] = imports[above];
    }
    if (imports[row] >= 0) {
      continue;
    }
    if (importing(func)) {
      imports[row] = func;
    } else if (isLine(profile, func, fold)) {
      const file = functions.file[func];
      const line = frames!.line[frame];
      const by = owner[row];
      if (file >= 0 && line > 0 && placeOf[frame] < 0) {
        placeOf[frame] = pairs.add(file, line);
        functionOf[placeOf[frame]] ??= func;
      }
      owner[row] = placeOf[frame];
      if (owner[row] >= 0 && inCell[file]) {
        cell[row] = -1;
      } else if (
        owner[row] >= 0 &&
        by >= 0 &&
        inCell[functions.file[functionOf[by]]]
      ) {
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
