/** Which functions of several profiles are the same one. */
import { functionLabel, moduleLabel } from '../names';
import { shortSymbol } from '../symbols';
import { Kind, type FunctionIndex, type IProfile } from '../../model/profile';
import { matchCells, type ICellMatch } from './cells';

/** The functions of several profiles, each once: a row is in at least one. */
export interface IMatched {
  readonly length: number;
  /** For each profile the row of each of its functions. */
  readonly rows: readonly Int32Array[];
  /** For each profile a function of each row, -1: it has none. */
  readonly func: readonly Int32Array[];
  /** For each profile its cells as the first one knows them. */
  readonly cells: readonly Map<string, ICellMatch | null>[];
}

/**
 * Matches functions by what they are: Python functions by qualified name and
 * file (a cell counts as the same under another prompt, a file in another
 * folder of the same name), C functions by their name in Python, native ones
 * by symbol and library. Where several have the same name (lambdas), those at
 * the same line are one, the others follow each other. Engines that know no
 * qualified names are matched by name, file and line, those that know no names
 * in Python by symbol and library.
 */
export function matchFunctions(profiles: readonly IProfile[]): IMatched {
  const cells = profiles.map(profile => matchCells(profiles[0], profile));
  const rows: IRow[] = [];
  const places = profiles.map((profile, at) =>
    Array.from({ length: profile.functions.length }, (_, func) =>
      placeOf(profile, func, cells[at])
    )
  );
  const named = new Map<string, IRow[]>();
  profiles.forEach((profile, at) => {
    const groups = new Map<string, number[]>();
    places[at].forEach(({ key }, func) => append(groups, key, func));
    for (const [key, members] of groups) {
      const known = named.get(key) ?? [];
      named.set(key, known);
      const python = profile.functions.kind[members[0]] === Kind.Python;
      const added = python
        ? addPython(at, members, known, places[at])
        : addNative(at, members, known, places[at]);
      rows.push(...added);
    }
  });
  return finish(profiles, joinByAlias(profiles.length, rows), cells);
}

/** What is one function. */
interface IRow {
  /** For each profile that has it the functions that it is there. */
  readonly of: Map<number, FunctionIndex[]>;
  /** Where the first of them is. */
  readonly place: IPlace;
}

/** What equal functions share. */
interface IPlace {
  readonly key: string;
  /** As the first profile counts its lines; -1: not known, or not there. */
  readonly line: number;
  /** A second key: without the class, but with the line; of a C function its symbol. Empty: none. */
  readonly alias: string;
}

function placeOf(
  profile: IProfile,
  func: FunctionIndex,
  cells: Map<string, ICellMatch | null>
): IPlace {
  const { functions, strings } = profile;
  const text = (row: number): string => (row >= 0 ? strings[row] : '');
  const name = text(functions.name[func]);
  if (functions.kind[func] !== Kind.Python) {
    const entry = text(functions.entry[func]);
    const module = moduleLabel(profile, func);
    const parts = entry
      ? ['C', entry]
      : ['native', functionLabel(profile, func), module];
    const alias = ['symbol', shortSymbol(name), module].join('\0');
    return { key: parts.join('\0'), line: -1, alias: name ? alias : '' };
  }
  const file = text(functions.file[func]);
  const cell = cells.get(file);
  let line = functions.line[func];
  let place: string;
  if (cell) {
    place = `cell\0${cell.name}`;
    line = line > 0 ? (cell.lines[line - 1] ?? -1) + 1 || -1 : -1;
  } else if (cell === null) {
    // A cell that the first profile lacks: its name may be another's there.
    place = `new\0${profile.cells.find(of => of.name === file)?.source}`;
  } else {
    const folder = file.split(/[\\/]/).slice(-2);
    place = [text(functions.module[func]), ...folder].join('\0');
  }
  // Engines call the code of a cell itself by the cell, or `<module>`.
  const own = name === file ? '<module>' : name;
  const bare = own.slice(own.lastIndexOf('.') + 1);
  return {
    key: ['Python', own, place].join('\0'),
    line,
    alias: line > 0 ? [bare, place, line].join('\0') : ''
  };
}

/** Adds native functions of one name to their row; returns a new one. */
function addNative(
  at: number,
  members: readonly FunctionIndex[],
  known: IRow[],
  places: readonly IPlace[]
): IRow[] {
  const isNew = known.length === 0;
  if (isNew) {
    known.push({ of: new Map(), place: places[members[0]] });
  }
  members.forEach(func => append(known[0].of, at, func));
  return isNew ? [known[0]] : [];
}

/** Adds Python functions of one name to their rows; returns new ones. */
function addPython(
  at: number,
  members: readonly FunctionIndex[],
  known: IRow[],
  places: readonly IPlace[]
): IRow[] {
  const open = new Set(known);
  const added: IRow[] = [];
  const left = members.filter(func => {
    const { line } = places[func];
    const same = [...open].find(row => line > 0 && row.place.line === line);
    if (same) {
      open.delete(same);
      append(same.of, at, func);
    }
    return !same;
  });
  left.sort((a, b) => places[a].line - places[b].line);
  const next = [...open].sort((a, b) => a.place.line - b.place.line);
  left.forEach((func, i) => {
    const row = next[i] ?? { of: new Map(), place: places[func] };
    append(row.of, at, func);
    if (!next[i]) {
      added.push(row);
    }
  });
  known.push(...added);
  return added;
}

/** Joins rows of different profiles that engines know by different names. */
function joinByAlias(profiles: number, rows: readonly IRow[]): IRow[] {
  const byAlias = new Map<string, IRow>();
  return rows.filter(row => {
    const { alias } = row.place;
    if (!alias || row.of.size === profiles) {
      return true;
    }
    const other = byAlias.get(alias);
    if (!other) {
      byAlias.set(alias, row);
      return true;
    }
    const apart = [...row.of.keys()].every(at => !other.of.has(at));
    if (apart) {
      row.of.forEach((functions, at) => other.of.set(at, functions));
    }
    return !apart;
  });
}

function finish(
  profiles: readonly IProfile[],
  rows: readonly IRow[],
  cells: IMatched['cells']
): IMatched {
  const rowOf = profiles.map(({ functions }) =>
    new Int32Array(functions.length).fill(-1)
  );
  const func = profiles.map(() => new Int32Array(rows.length).fill(-1));
  rows.forEach((row, number) =>
    row.of.forEach((functions, at) => {
      functions.forEach(of => (rowOf[at][of] = number));
      func[at][number] = functions[0];
    })
  );
  return { length: rows.length, rows: rowOf, func, cells };
}

function append<K>(lists: Map<K, number[]>, key: K, value: number): void {
  const list = lists.get(key);
  if (list) {
    list.push(value);
  } else {
    lists.set(key, [value]);
  }
}
