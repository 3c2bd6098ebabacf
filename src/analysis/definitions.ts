/** Functions of which no line was counted: all that is known is where each begins. */
import {
  Kind,
  PLUMBING,
  type FunctionIndex,
  type IProfile
} from '../model/profile';
import { countsRuns, hasExactLines } from './exactLines';

/** A function with what it cost as a whole. */
export interface IDefinition {
  readonly func: FunctionIndex;
  readonly line: number;
  readonly self: number;
  /** With all that it called. */
  readonly inclusive: number;
}

/**
 * The Python functions without a line of their own, by file (a row of
 * `profile.strings`), costliest first: Callgrind counts lines of native code
 * alone. None where no lines were counted, or how often they ran.
 */
export function definitions(
  profile: IProfile,
  value: number
): ReadonlyMap<number, readonly IDefinition[]> {
  const found = new Map<number, IDefinition[]>();
  const { functions, lines } = profile;
  const self = functions.self?.[value];
  if (
    !lines ||
    !self ||
    !hasExactLines(profile) ||
    countsRuns(profile, value)
  ) {
    return found;
  }
  const inclusive = functions.inclusive?.[value] ?? self;
  const hasLines = new Uint8Array(functions.length);
  lines.function.forEach((func, row) => {
    if (func >= 0 && lines.file[row] >= 0 && lines.line[row] > 0) {
      hasLines[func] = 1;
    }
  });
  const { file, flags, kind, line } = functions;
  for (let func = 0; func < functions.length; func++) {
    if (
      kind[func] === Kind.Python &&
      hasLines[func] === 0 &&
      file[func] >= 0 &&
      line[func] > 0 &&
      inclusive[func] > 0 &&
      (flags[func] & PLUMBING) === 0
    ) {
      const inFile = found.get(file[func]) ?? [];
      found.set(file[func], inFile);
      inFile.push({
        func,
        line: line[func],
        self: self[func],
        inclusive: inclusive[func]
      });
    }
  }
  found.forEach(inFile =>
    inFile.sort((a, b) => b.self - a.self || b.inclusive - a.inclusive)
  );
  return found;
}
