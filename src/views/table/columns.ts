/** The columns of the table: what they say and how they order. */
import type { IFunctionRows } from '../../analysis/functionTable';
import { functionLabel, moduleLabel, placeLabel } from '../../analysis/names';
import { formatShare, formatValue } from '../../analysis/units';
import { categoryStyle } from '../categories';
import type { ITranslation } from '../env';
import { Kind, type IProfile } from '../../model/profile';

/** A column; `text` and `order` are of a row of the function table. */
export interface IColumn {
  readonly id: string;
  readonly label: string;
  readonly numeric: boolean;
  /** Width in the grid. */
  readonly width: string;
  text(row: number): string;
  /** What to compare by; numbers order descending first. */
  order(row: number): number | string;
}

/** The columns for these rows; `calls` only where they were counted. */
export function makeColumns(
  profile: IProfile,
  rows: IFunctionRows,
  total: number,
  unit: string,
  trans: ITranslation
): IColumn[] {
  const func = (row: number): number => rows.func[row];
  const text = (
    id: string,
    label: string,
    width: string,
    value: (row: number) => string
  ): IColumn => ({
    id,
    label,
    numeric: false,
    width,
    text: value,
    order: row => value(row).toLowerCase()
  });
  const number = (
    id: string,
    label: string,
    width: string,
    column: Float64Array,
    show: (value: number) => string
  ): IColumn => ({
    id,
    label,
    numeric: true,
    width,
    text: row => show(column[row]),
    order: row => column[row]
  });
  const cost = (value: number): string =>
    value === 0 ? '0' : formatValue(value, unit);
  const share = (value: number): string => formatShare(value, total);
  const { calls } = rows;
  return [
    text('function', trans.__('Function'), 'minmax(120px, 4fr)', row =>
      functionLabel(profile, func(row))
    ),
    text('place', trans.__('Place'), 'minmax(60px, 2fr)', row =>
      profile.functions.kind[func(row)] === Kind.Python
        ? placeLabel(profile, func(row))
        : ''
    ),
    text('module', trans.__('Module'), 'minmax(50px, 1fr)', row =>
      moduleLabel(profile, func(row))
    ),
    text('category', trans.__('Category'), 'minmax(116px, 1fr)', row =>
      trans.__(categoryStyle(rows.category[row]).label)
    ),
    number('self', trans.__('Self'), '72px', rows.self, cost),
    number('selfShare', trans.__('Self %'), '58px', rows.self, share),
    number('inclusive', trans.__('Inclusive'), '76px', rows.inclusive, cost),
    number(
      'inclusiveShare',
      trans.__('Incl. %'),
      '58px',
      rows.inclusive,
      share
    ),
    ...(calls
      ? [
          number('calls', trans.__('Calls'), '84px', calls, value =>
            value < 0 ? '' : formatValue(value, 'count')
          )
        ]
      : [])
  ];
}

/** Row numbers in the order of a column; equal rows keep their order. */
export function sortRows(
  rows: readonly number[],
  column: IColumn,
  descending: boolean
): number[] {
  const keys = new Map(rows.map(row => [row, column.order(row)]));
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const left = keys.get(a)!;
    const right = keys.get(b)!;
    return left < right ? -sign : left > right ? sign : 0;
  });
}
