/** The source files that a profile's stacks go through. */
import type { IProfile } from '../model/profile';
import type { ILineRows, Language } from './lines';

/** A file with lines that cost something, or a cell. */
export interface ISourceFile {
  /** Row of `profile.strings`: a path or `In[n]`. */
  readonly file: number;
  readonly language: Language;
  /** What its lines cost themselves. */
  readonly self: number;
  /** Its cell's place in `profile.cells`; -1: a file. */
  readonly cell: number;
  /** Its rows in the table of lines, in the order of the lines. */
  readonly rows: readonly number[];
}

/** The files of both tables of lines, costliest first. */
export function sourceFiles(
  profile: IProfile,
  python: ILineRows,
  native: ILineRows
): ISourceFile[] {
  return [
    ...filesOf(profile, python, 'python'),
    ...filesOf(profile, native, 'native')
  ].sort((a, b) => b.self - a.self);
}

function filesOf(
  { cells, strings }: IProfile,
  lines: ILineRows,
  language: Language
): ISourceFile[] {
  const rowsOf = new Map<number, number[]>();
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
    self: rows.reduce((sum, row) => sum + lines.self[row], 0),
    cell:
      language === 'python'
        ? cells.findIndex(({ name }) => name === strings[file])
        : -1,
    rows: rows.sort((a, b) => lines.line[a] - lines.line[b])
  }));
}
