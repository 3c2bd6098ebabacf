/** The columns of the comparison's table. */
import { Verdict, type IChanges } from '../../analysis/compare/changes';
import type { IComparedRows } from '../../analysis/compare/costs';
import { formatValue } from '../../analysis/units';
import type { IViewContext } from '../view';
import type { Compared } from './data';
import type { ICompareState } from './state';
import { changeText, costText, verdictText } from './words';

/** A column; `order` is what rows are sorted by, numbers descending first. */
export interface ICompareColumn {
  readonly id: string;
  readonly label: string;
  readonly title: string;
  readonly numeric: boolean;
  readonly width: string;
  text(row: number): string;
  order(row: number): number | string;
}

/** What the rows are called, wherever they stand. */
export interface IRowNames {
  readonly label: string;
  name(row: number): string;
  place(row: number): string;
}

/** Name, place, the cost in each profile, calls, the difference and what it is. */
export function makeColumns(
  { trans }: IViewContext,
  compared: Compared,
  rows: IComparedRows,
  changes: IChanges,
  { column, unit }: Readonly<ICompareState>,
  names: IRowNames
): ICompareColumn[] {
  const several = rows.costs.length > 2;
  const valueUnit = compared.values[0].unit;
  const words = (
    id: string,
    label: string,
    width: string,
    text: (row: number) => string
  ): ICompareColumn => {
    const order = (row: number): string => text(row).toLowerCase();
    return { id, label, title: label, numeric: false, width, text, order };
  };
  const sides = rows.costs.flatMap((costs, at): ICompareColumn[] => {
    const { calls } = costs;
    const label = compared.labels[at];
    const total = compared.totals[at];
    const side = {
      id: `cost ${at}`,
      label,
      title: label,
      numeric: true,
      width: 'minmax(72px, 1fr)',
      text: (row: number) =>
        costText(costs[column][row], total, unit, compared.values[at].unit),
      order: (row: number) =>
        costs[column][row] / (unit === 'share' ? total || 1 : 1)
    };
    return calls
      ? [
          side,
          {
            id: `calls ${at}`,
            label: trans.__('Calls'),
            title: trans.__('Calls in %1', label),
            numeric: true,
            width: '72px',
            text: row =>
              calls[row] < 0 ? '' : formatValue(calls[row], 'count'),
            order: row => calls[row]
          }
        ]
      : [side];
  });
  const difference = several ? trans.__('Largest gap') : trans.__('Difference');
  const gap =
    unit === 'share' ? trans.__('%1, points', difference) : difference;
  const change = (row: number): number => changes.change[row];
  const sure = (row: number): number =>
    changes.verdict[row] >= Verdict.Real ? 1 : 0;
  return [
    words('name', names.label, 'minmax(120px, 3fr)', names.name),
    words('place', trans.__('Place'), 'minmax(60px, 2fr)', names.place),
    ...sides,
    {
      id: 'change',
      label: gap,
      title: several
        ? trans.__('Between the two that are most surely unlike')
        : trans.__('%1 less %2', compared.labels[1], compared.labels[0]),
      numeric: true,
      width: 'minmax(140px, 1fr)',
      text: row =>
        changeText(change(row), changes.half[row], unit, valueUnit).replace(
          several ? /^[+\u2212]/ : /^$/,
          ''
        ),
      // What is sure first, then by size.
      order: row => Math.abs(change(row)) + 1e15 * sure(row)
    },
    words('verdict', trans.__('Verdict'), '96px', row =>
      verdictText(changes, row, several, trans)
    )
  ];
}
