/** The source files that a profile has lines or functions of. */
import type { IProfile } from '../model/profile';
import type { IDefinition } from './definitions';
import type { ILineRows, Language } from './lines';

/** A file with lines or functions that cost something, or a cell. */
export interface ISourceFile {
  /** Row of `profile.strings`: a path or `In[n]`. */
  readonly file: number;
  readonly language: Language;
  /** What its lines cost themselves, and functions of which no line was counted. */
  readonly self: number;
  /** Its cell's place in `profile.cells`; -1: a file. */
  readonly cell: number;
  /** Its rows in the table of lines, in the order of the lines. */
  readonly rows: readonly number[];
}

/**
 * The files of both tables of lines, costliest first.
 *
 * @param begun Python functions without lines, by file.
 */
export function sourceFiles(
  profile: IProfile,
  python: ILineRows,
  native: ILineRows,
  begun: ReadonlyMap<number, readonly IDefinition[]>
): ISourceFile[] {
  return [
    ...filesOf(profile, python, 'python', begun),
    ...filesOf(profile, native, 'native', new Map())
  ].sort((a, b) => b.self - a.self);
}

function filesOf(
  { cells, strings }: IProfile,
  lines: ILineRows,
  language: Language,
  begun: ReadonlyMap<number, readonly IDefinition[]>
): ISourceFile[] {
  const rowsOf = new Map<number, number[]>(
    [...begun.keys()].map(file => [file, []])
  );
  for (let row = 0; row < lines.length; row++) {
    const rows = rowsOf.get(lines.file[row]);
    if (rows) {
      rows.push(row);
    } else {
      rowsOf.set(lines.file[row], [row]);
    }
  }
  return [...rowsOf].map(([file, rows]) => ({
    file,
    language,
    self: (begun.get(file) ?? []).reduce(
      (sum, { self }) => sum + self,
      rows.reduce((sum, row) => sum + lines.self[row], 0)
    ),
    cell: cells.findIndex(({ name }) => name === strings[file]),
    rows: rows.sort((a, b) => lines.line[a] - lines.line[b])
  }));
}
