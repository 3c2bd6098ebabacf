/** How much of each file, function and directory ran. */
import type { FunctionIndex, IProfile } from '../model/profile';
import { fileKey } from './names';

/** The value that says how often source lines ran. */
const EXECUTIONS = 'executions';

/** What a row stands for. */
export const COVERAGE_BY = ['file', 'function', 'directory'] as const;
export type CoverageBy = (typeof COVERAGE_BY)[number];

/** Of how many there are, how many ran; by row. */
export interface IShares {
  readonly found: Float64Array;
  readonly hit: Float64Array;
}

/** A line of the source; rows of `functions` and `strings`, -1: none. */
export interface ICoveredPlace {
  readonly func: FunctionIndex;
  readonly file: number;
  readonly line: number;
}

/** One row a file, function or directory. */
export interface ICoverageRows {
  readonly by: CoverageBy;
  readonly length: number;
  /** Paths of files and directories; of functions those of their files. */
  readonly path: readonly string[];
  readonly lines: IShares;
  readonly functions: IShares;
  readonly branches: IShares;
  /** Of functions how often they were called (-1: not counted), else null. */
  readonly calls: Float64Array | null;
  /** The first line that never ran, or else the first with code. */
  readonly place: readonly ICoveredPlace[];
  /** The functions of each row. */
  readonly members: readonly (readonly FunctionIndex[])[];
}

/** Whether a profile says how often each line ran. */
export function hasCoverage({ values, lines }: IProfile): boolean {
  return values.at(0)?.name === EXECUTIONS && !!lines?.length;
}

/** The rows, in the order of the tables; of a profile without coverage none. */
export function coverageRows(profile: IProfile, by: CoverageBy): ICoverageRows {
  const { functions } = profile;
  const keys = keysOf(profile, by);
  const rows = new Map<number, number>();
  const members: FunctionIndex[][] = [];
  const path: string[] = [];
  const firsts: ICoveredPlace[] = [];
  const nevers: (ICoveredPlace | undefined)[] = [];
  const rowOf = (key: number, place: ICoveredPlace): number => {
    let row = rows.get(key);
    if (row === undefined) {
      rows.set(key, (row = path.length));
      members.push([]);
      path.push(keys.path(place.file));
    }
    return row;
  };
  const counted = {
    lines: new Tally(),
    functions: new Tally(),
    branches: new Tally()
  };
  eachLine(profile, (place, hits) => {
    const key = keys.of(place);
    if (key >= 0) {
      const row = rowOf(key, place);
      counted.lines.add(row, hits > 0);
      firsts[row] = earlier(place, firsts[row]);
      if (hits === 0) {
        nevers[row] = earlier(place, nevers[row]);
      }
    }
  });
  for (let func = 0; func < functions.length; func++) {
    const file = fileKey(profile, func);
    const place = { func, file, line: functions.line[func] };
    const key = file < 0 ? -1 : keys.of(place);
    if (key >= 0) {
      const row = rowOf(key, place);
      members[row].push(func);
      firsts[row] ??= place;
      const calls = functions.calls?.[func] ?? -1;
      if (calls >= 0) {
        counted.functions.add(row, calls > 0);
      }
    }
  }
  eachBranch(profile, by === 'function', (place, taken) => {
    const row = rows.get(keys.of(place));
    if (row !== undefined) {
      counted.branches.add(row, taken > 0);
    }
  });
  const { length } = path;
  return {
    by,
    length,
    path,
    lines: counted.lines.shares(length),
    functions: counted.functions.shares(length),
    branches: counted.branches.shares(length),
    calls:
      by === 'function'
        ? Float64Array.from(members, ([func]) => functions.calls?.[func] ?? -1)
        : null,
    place: firsts.map((first, row) => {
      const place = nevers[row] ?? first;
      // What no function has is shown with any of the same row.
      return place.func < 0 && members[row].length > 0
        ? { ...place, func: members[row][0] }
        : place;
    }),
    members
  };
}

function earlier(a: ICoveredPlace, b?: ICoveredPlace): ICoveredPlace {
  return !b || (a.file === b.file && a.line < b.line) ? a : b;
}

/** What rows come to together: `found` and `hit`. */
export function sumOf({ found, hit }: IShares): readonly [number, number] {
  const sum = (column: Float64Array): number =>
    column.reduce((total, part) => total + part, 0);
  return [sum(found), sum(hit)];
}

/** `64 %`, rounded down, so that 100 % is all of it and 0 % nothing; empty: there is none. */
export function shareText(found: number, hit: number): string {
  if (!(found > 0)) {
    return '';
  }
  const percent = Math.floor((100 * hit) / found);
  return percent === 0 && hit > 0 ? '<1 %' : `${percent} %`;
}

/** The folder that all paths are in, with a slash at its end; empty: there is none. */
export function commonFolder(paths: readonly string[]): string {
  const [first = '', ...others] = paths;
  let end = first.lastIndexOf('/') + 1;
  for (const path of others) {
    while (end > 0 && !path.startsWith(first.slice(0, end))) {
      end = first.lastIndexOf('/', end - 2) + 1;
    }
  }
  return end > 1 ? first.slice(0, end) : '';
}

/** Counts by row. */
class Tally {
  add(row: number, hit: boolean): void {
    this._found[row] = (this._found[row] ?? 0) + 1;
    this._hit[row] = (this._hit[row] ?? 0) + Number(hit);
  }

  shares(length: number): IShares {
    return {
      found: Float64Array.from({ length }, (_, row) => this._found[row] ?? 0),
      hit: Float64Array.from({ length }, (_, row) => this._hit[row] ?? 0)
    };
  }

  private readonly _found: number[] = [];
  private readonly _hit: number[] = [];
}

/** To what a line, a function or a branch belongs: a number, -1 for nothing; and its path. */
function keysOf(
  { strings }: IProfile,
  by: CoverageBy
): {
  of(place: ICoveredPlace): number;
  path(file: number): string;
} {
  if (by === 'function') {
    return { of: ({ func }) => func, path: file => strings[file] };
  }
  if (by === 'file') {
    return { of: ({ file }) => file, path: file => strings[file] };
  }
  const folders = new Map<string, number>();
  const known = new Map<number, number>();
  const folderOf = (file: number): string =>
    strings[file].slice(0, Math.max(0, strings[file].lastIndexOf('/')));
  return {
    of: ({ file }) => {
      let key = known.get(file);
      if (key === undefined) {
        const folder = folderOf(file);
        key = folders.get(folder) ?? folders.size;
        folders.set(folder, key);
        known.set(file, key);
      }
      return key;
    },
    path: folderOf
  };
}

function eachLine(
  { lines }: IProfile,
  visit: (place: ICoveredPlace, hits: number) => void
): void {
  for (let row = 0; row < (lines?.length ?? 0); row++) {
    const { function: func, file, line, values } = lines!;
    if (file[row] >= 0) {
      visit(
        { func: func[row], file: file[row], line: line[row] },
        values[0][row]
      );
    }
  }
}

/** Branches, with the function of their line if `owned`. */
function eachBranch(
  profile: IProfile,
  owned: boolean,
  visit: (place: ICoveredPlace, taken: number) => void
): void {
  const { branches, strings } = profile;
  if (!branches) {
    return;
  }
  const at = (file: number, line: number): number =>
    line * strings.length + file;
  const owner = new Map<number, FunctionIndex>();
  if (owned) {
    eachLine(profile, ({ func, file, line }) =>
      owner.set(at(file, line), func)
    );
  }
  for (let row = 0; row < branches.length; row++) {
    const file = branches.file[row];
    const line = branches.line[row];
    if (file >= 0) {
      const func = owner.get(at(file, line)) ?? -1;
      visit({ func, file, line }, branches.taken[row]);
    }
  }
}
