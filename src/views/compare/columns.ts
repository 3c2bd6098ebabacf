/** The columns of the comparison's table. */
import { Verdict, verdictOf } from '../../analysis/compare/changes';
import { formatValue } from '../../analysis/units';
import { numbers, words, type IColumn } from '../table/column';
import type { IViewContext } from '../view';
import type { Compared } from './data';
import type { ITableRows } from './rows';
import { changeText, costText, verdictText } from './words';

/** Orders what is sure before what is not, whatever its size. */
const SURE = 1e15;

/** Stands for what an engine cannot see. */
const UNSEEN = '\u2013';

/** Name, place, the cost in each profile, calls, the difference and what it is. */
export function makeColumns(
  { trans }: IViewContext,
  compared: Compared,
  rows: ITableRows
): IColumn[] {
  const { unit, column, labels, totals, values, tableChanges } = compared;
  const { costs } = rows.costs;
  const { change, half, verdict } = tableChanges;
  const several = costs.length > 2;
  const amount = unit === 'share' ? '%' : values[0].unit;
  /** What a share, or an amount, is multiplied by to be written. */
  const written = unit === 'share' ? 100 : 1;
  const part = (cost: number, at: number): number =>
    unit === 'share' ? cost / (totals[at] || 1) : cost;
  const unseen =
    compared.shows === 'lines' ? labels.map(() => null) : compared.unseen;
  const longest = unit === 'share' ? 1 : Math.max(...totals);
  const sides = costs.flatMap((side, at): IColumn[] => {
    const { calls } = side;
    const cost = side[column];
    return [
      numbers({
        id: `cost ${at}`,
        label: labels[at],
        fileLabel: `${labels[at]} (${amount})`,
        least: 84,
        grow: 1,
        text: row =>
          unseen[at]?.[row]
            ? UNSEEN
            : costText(cost[row], totals[at], unit, values[at].unit),
        order: row => part(cost[row], at),
        cell: row => (unseen[at]?.[row] ? null : part(cost[row], at) * written),
        // As long as the numbers say, from one profile to the next.
        fill: row => part(cost[row], at) / (longest || 1)
      }),
      ...(calls
        ? [
            numbers({
              id: `calls ${at}`,
              label: trans.__('Calls'),
              title: trans.__('Calls in %1', labels[at]),
              fileLabel: `${labels[at]} calls`,
              least: 72,
              text: row =>
                calls[row] < 0 ? '' : formatValue(calls[row], 'count'),
              order: row => calls[row]
            })
          ]
        : [])
    ];
  });
  const difference = several ? trans.__('Gap') : trans.__('Difference');
  const text = (row: number): string => {
    if (verdictOf(tableChanges, row) === Verdict.Unseen) {
      return '';
    }
    const signed = changeText(change[row], half[row], unit, values[0].unit);
    // Of several none comes first: a gap has no sign.
    return several ? signed.replace(/^[+\u2212]/, '') : signed;
  };
  return [
    words('name', rows.label, [120, 3], rows.name),
    words('place', trans.__('Place'), [60, 2], rows.place),
    ...sides,
    numbers({
      id: 'change',
      label: unit === 'share' ? trans.__('%1, points', difference) : difference,
      title: several
        ? trans.__('The difference of the two that are most surely unlike')
        : trans.__('%1 less %2', labels[1], labels[0]),
      fileLabel: `difference (${amount})`,
      least: 140,
      grow: 1,
      text,
      order: row =>
        Math.abs(change[row]) + (verdict[row] >= Verdict.Real ? SURE : 0),
      cell: row => change[row] * written
    }),
    words('verdict', trans.__('Verdict'), [96, 0], row =>
      verdictText(tableChanges, row, several, trans)
    )
  ];
}
