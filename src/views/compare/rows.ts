/** The rows of the comparison's table: functions, or source lines. */
import type { IComparedRows } from '../../analysis/compare/costs';
import { functionLabel, placeLabel } from '../../analysis/names';
import type { FunctionIndex } from '../../model/profile';
import type { IViewContext } from '../view';
import type { Compared, IExample } from './data';

/** What the table shows. */
export interface ITableRows {
  /** What the rows are. */
  readonly label: string;
  readonly costs: IComparedRows;
  name(row: number): string;
  place(row: number): string;
  /** True for source text. */
  readonly code: boolean;
  /** The row of the matched functions that a row belongs to, -1: none. */
  matched(row: number): number;
  /** The function of the viewer's own profile, -1: it is not there. */
  own(row: number): FunctionIndex;
  /** A profile that has the row, the viewer's own first, and the function there. */
  example(row: number): IExample;
}

/** The rows for what is shown. */
export function tableRows(
  context: IViewContext,
  compared: Compared
): ITableRows {
  return compared.shows === 'lines'
    ? lineRows(context, compared)
    : functionRows(context, compared);
}

function functionRows({ trans }: IViewContext, compared: Compared): ITableRows {
  const own = compared.matched.func[compared.own];
  return {
    costs: compared.functions,
    code: false,
    label: trans.__('Function'),
    name: row => compared.names(row)[0],
    place: row => compared.names(row)[1],
    matched: row => row,
    own: row => own[row],
    example: row => compared.example(row)
  };
}

function lineRows({ trans }: IViewContext, compared: Compared): ITableRows {
  const { lines, profiles, matched, own } = compared;
  const sideOf = (row: number): number =>
    lines.func[own][row] >= 0 ? own : lines.func.findIndex(of => of[row] >= 0);
  const sources = profiles.map(
    ({ cells }) =>
      new Map(cells.map(({ name, source }) => [name, source.split('\n')]))
  );
  return {
    costs: lines,
    code: true,
    label: trans.__('Line'),
    name: row => {
      const at = sideOf(row);
      const profile = profiles[at];
      const func = lines.func[at][row];
      const file = profile.strings[profile.functions.file[func]];
      const text = sources[at].get(file)?.[lines.line[at][row] - 1]?.trim();
      return text || functionLabel(profile, func);
    },
    place: row => {
      const at = sideOf(row);
      return placeLabel(profiles[at], lines.func[at][row], lines.line[at][row]);
    },
    matched: row => {
      const at = sideOf(row);
      return matched.rows[at][lines.func[at][row]];
    },
    own: row => lines.func[own][row],
    example: row => {
      const at = sideOf(row);
      return { profile: profiles[at], func: lines.func[at][row] };
    }
  };
}
