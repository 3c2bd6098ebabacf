/** What is said of each caller or callee. */
import type { INeighbours } from '../../analysis/neighbours';
import { functionLabel } from '../../analysis/names';
import { formatValue } from '../../analysis/units';
import type { IViewContext } from '../view';
import { numbers, words, type IColumn } from './column';

/**
 * The columns for callers or callees: name, cost, its share in the total,
 * calls where they were counted. The bar is the part of `whole`, the cost of
 * the function that stands between them.
 */
export function neighbourColumns(
  { data, profile, trans }: IViewContext,
  side: INeighbours,
  label: string,
  whole: number
): IColumn[] {
  const { func, cost, measured, calls } = side;
  const { unit } = data;
  const each = (row: number): number =>
    calls && calls[row] > 0 ? cost[row] / calls[row] : -1;
  return [
    words('function', label, [96, 1], row =>
      func[row] < 0
        ? trans.__('stacks begin here')
        : functionLabel(profile, func[row])
    ),
    numbers({
      id: 'cost',
      label: trans.__('Cost'),
      least: 64,
      order: row => cost[row],
      text: row => formatValue(cost[row], unit)
    }),
    numbers({
      id: 'share',
      label: trans.__('Share'),
      least: data.precision.estimated > 0 ? 84 : 54,
      order: row => cost[row],
      text: row => data.estimate(cost[row], measured?.[row]),
      fill: row => (whole > 0 ? cost[row] / whole : 0)
    }),
    ...(calls
      ? [
          numbers({
            id: 'calls',
            label: trans.__('Calls'),
            least: 54,
            order: row => calls[row],
            text: row =>
              calls[row] < 0 ? '–' : formatValue(calls[row], 'count')
          }),
          numbers({
            id: 'perCall',
            label: trans.__('Per call'),
            least: 62,
            order: each,
            text: row => (each(row) < 0 ? '' : formatValue(each(row), unit))
          })
        ]
      : [])
  ];
}
