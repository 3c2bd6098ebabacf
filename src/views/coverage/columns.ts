/** The columns of the view of coverage. */
import {
  commonFolder,
  shareText,
  type CoverageBy,
  type ICoverageRows,
  type IShares
} from '../../analysis/coverage';
import { functionLabel, sourceLabel } from '../../analysis/names';
import { formatValue } from '../../analysis/units';
import type { ITranslation } from '../env';
import { numbers, words, type IColumn } from '../table/column';
import type { IViewContext } from '../view';

/** What rows are called: one of them and all together, in a heading and behind their number. */
export const NAMES: Readonly<
  Record<
    CoverageBy,
    readonly [one: string, all: string, counted: string, many: string]
  >
> = {
  file: ['File', 'Files', 'file', 'files'],
  function: ['Function', 'Functions', 'function', 'functions'],
  directory: ['Directory', 'Directories', 'directory', 'directories']
};

/** Stands where there is nothing to run. */
const NONE = '\u2013';

/** Pixels: of a share's column, of a character in it, and of what stands around and between. */
const LEAST = 90;
const CHARACTER = 7.5;
const AROUND = 24;

/** Name, what ran of lines, functions and branches, and how much never did. */
export function makeColumns(
  { profile, trans }: IViewContext,
  rows: ICoverageRows
): IColumn[] {
  const { by, lines, functions, branches, calls, path, place } = rows;
  const folder = by === 'directory' ? '' : commonFolder(path);
  const shortened = (row: number): string => path[row].slice(folder.length);
  const missing = (row: number): number => lines.found[row] - lines.hit[row];
  const name =
    by === 'function'
      ? (row: number) => functionLabel(profile, place[row].func)
      : shortened;
  return [
    words('name', trans.__(NAMES[by][0]), [140, 3], name),
    share('lines', trans.__('Lines'), lines, trans),
    numbers({
      id: 'missing',
      label: trans.__('Never run'),
      title: trans.__('Lines with code that never ran'),
      least: 96,
      text: row => formatValue(missing(row), 'count'),
      order: missing
    }),
    share('branches', trans.__('Branches'), branches, trans),
    ...(calls
      ? [
          numbers({
            id: 'calls',
            label: trans.__('Calls'),
            least: 84,
            text: row =>
              calls[row] < 0 ? NONE : formatValue(calls[row], 'count'),
            order: row => calls[row],
            cell: row => (calls[row] < 0 ? null : calls[row])
          }),
          words('place', trans.__('Place'), [84, 2], row =>
            sourceLabel(profile, place[row].func)
          )
        ]
      : [share('functions', trans.__('Functions'), functions, trans)])
  ];
}

/** How many of how many ran. */
export function countText(
  hit: number,
  found: number,
  trans: ITranslation
): string {
  const [some, all] = [hit, found].map(count => formatValue(count, 'count'));
  return trans.__('%1 of %2', some, all);
}

/** How much of something ran: the share, and how many of how many. */
function share(
  id: string,
  label: string,
  { found, hit }: IShares,
  trans: ITranslation
): IColumn {
  const part = (row: number): number =>
    found[row] > 0 ? hit[row] / found[row] : -1;
  const text = (row: number): string =>
    found[row] > 0
      ? `${countText(hit[row], found[row], trans)}\u2003${shareText(found[row], hit[row])}`
      : NONE;
  // As wide as the longest, so that names have the rest.
  let longest = 0;
  for (let row = 0; row < found.length; row++) {
    longest = Math.max(longest, text(row).length);
  }
  return numbers({
    id,
    label,
    fileLabel: `${id} run (share)`,
    least: Math.max(LEAST, AROUND + CHARACTER * longest),
    grow: 1,
    text,
    order: part,
    cell: row => (found[row] > 0 ? part(row) : null),
    fill: row => Math.max(0, part(row))
  });
}
