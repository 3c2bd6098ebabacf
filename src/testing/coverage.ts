/** Profiles with coverage, written as they are told by files. */
import type { IProfile } from '../model/profile';
import { TextTables } from './textTables';

/** What is known of one source file. */
export interface ICoveredFile {
  /** By name the first line, and how often it was called. */
  readonly functions: Readonly<Record<string, readonly [number, number]>>;
  /** By number the function, and how often it ran. */
  readonly lines: Readonly<Record<number, readonly [string, number]>>;
  /** By line how often each way out was taken; -1: never reached. */
  readonly branches?: Readonly<Record<number, readonly number[]>>;
}

/** A profile as `gcov` leaves it, of files by their paths. */
export function coverageProfile(
  files: Readonly<Record<string, ICoveredFile>>
): IProfile {
  const tables = new TextTables();
  for (const [path, { functions }] of Object.entries(files)) {
    for (const [name, [line, calls]] of Object.entries(functions)) {
      tables.cost(`ext!${name}@${path}:${line}`, {
        calls,
        self: [0],
        inclusive: [0]
      });
    }
  }
  const profile = tables.exactProfile({
    values: [{ name: 'executions', unit: 'count', exact: true }],
    meta: { engine: 'gcov' }
  });
  const strings = [...profile.strings];
  const { length } = profile.functions;
  const rows = Array.from({ length }, (_, func) => func);
  const funcOf = (name: string, file: number): number =>
    rows.find(
      func =>
        strings[profile.functions.name[func]] === name &&
        profile.functions.source![func] === file
    ) ?? -1;
  const lines: number[][] = [];
  const branches: number[][] = [];
  const starts = new Int32Array(length);
  for (const [path, told] of Object.entries(files)) {
    if (!strings.includes(path)) {
      strings.push(path);
    }
    const file = strings.indexOf(path);
    for (const [line, [name, hits]] of Object.entries(told.lines)) {
      lines.push([funcOf(name, file), file, Number(line), hits]);
    }
    for (const [line, ways] of Object.entries(told.branches ?? {})) {
      ways.forEach((taken, index) =>
        branches.push([file, Number(line), index, taken])
      );
    }
    for (const [name, [line]] of Object.entries(told.functions)) {
      starts[funcOf(name, file)] = line;
    }
  }
  const own = new Float64Array(length);
  lines.forEach(([func, , , hits]) => {
    if (func >= 0) {
      own[func] += hits;
    }
  });
  const column = (table: number[][], at: number): number[] =>
    table.map(row => row[at]);
  return {
    ...profile,
    strings,
    functions: {
      ...profile.functions,
      line: starts,
      self: [own],
      inclusive: [own]
    },
    edges: null,
    lines: {
      length: lines.length,
      function: Int32Array.from(column(lines, 0)),
      file: Int32Array.from(column(lines, 1)),
      line: Int32Array.from(column(lines, 2)),
      values: [Float64Array.from(column(lines, 3))]
    },
    branches: {
      length: branches.length,
      file: Int32Array.from(column(branches, 0)),
      line: Int32Array.from(column(branches, 1)),
      index: Int32Array.from(column(branches, 2)),
      taken: Float64Array.from(column(branches, 3)),
      throws: null,
      fallthrough: null
    }
  };
}

/** Two files in two folders; of three functions one never ran. */
export const COVERED = coverageProfile({
  '/w/src/a.c': {
    functions: { leaf: [3, 10], never: [9, 0] },
    lines: {
      3: ['leaf', 10],
      4: ['leaf', 10],
      5: ['leaf', 0],
      9: ['never', 0],
      10: ['never', 0]
    },
    branches: { 4: [10, 0], 9: [-1, -1] }
  },
  '/w/lib/b.c': {
    functions: { twice: [1, 200] },
    lines: { 1: ['twice', 200], 2: ['twice', 200] }
  }
});
