/** The columns of the table: what they say and how they order. */
import {
  functionLabel,
  moduleLabel,
  placeLabel,
  sourceLabel
} from '../../analysis/names';
import { formatValue } from '../../analysis/units';
import { Kind } from '../../model/profile';
import { categoryStyle } from '../categories';
import { valueLabel } from '../values';
import type { IViewContext } from '../view';
import type { ITableRows } from './rows';

/** A column; `text` and `order` are of a row of the table. */
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

/**
 * The columns for these rows: what and where, the costs in the value that is
 * shown, calls where they were counted, the row's own cost in each other value.
 */
export function makeColumns(
  context: IViewContext,
  rows: ITableRows
): IColumn[] {
  return [
    ...wordColumns(context, rows),
    ...costColumns(context, rows),
    ...otherColumns(context, rows)
  ];
}

function wordColumns(
  { profile, trans }: IViewContext,
  rows: ITableRows
): IColumn[] {
  const { kind } = profile.functions;
  const func = (row: number): number => rows.func[row];
  const place = (row: number): string =>
    kind[func(row)] === Kind.Python
      ? placeLabel(profile, func(row), rows.line[row])
      : sourceLabel(profile, func(row));
  const category = (row: number): string =>
    trans.__(categoryStyle(rows.category[row]).label);
  const lines = rows.kind === 'lines';
  return [
    lines
      ? words('text', trans.__('Line'), 'minmax(140px, 4fr)', rows.text)
      : words(
          'function',
          trans.__('Function'),
          'minmax(120px, 4fr)',
          rows.text
        ),
    words('place', trans.__('Place'), 'minmax(60px, 2fr)', place),
    lines
      ? words('in', trans.__('Function'), 'minmax(50px, 1fr)', row =>
          functionLabel(profile, func(row))
        )
      : words('module', trans.__('Module'), 'minmax(50px, 1fr)', row =>
          moduleLabel(profile, func(row))
        ),
    words('category', trans.__('Category'), 'minmax(108px, 1fr)', category)
  ];
}

function costColumns(
  { data, trans }: IViewContext,
  rows: ITableRows
): IColumn[] {
  const { self, inclusive, measured, calls } = rows;
  const cost = (value: number): string =>
    value === 0 ? '0' : formatValue(value, data.unit);
  const share = (column: Float64Array, exact?: Float64Array) => (row: number) =>
    data.estimate(column[row], exact?.[row]);
  const width = data.view.precision.estimated > 0 ? '92px' : '58px';
  const at = (column: Float64Array) => (row: number) => column[row];
  return [
    number('self', trans.__('Self'), '72px', at(self), row => cost(self[row])),
    number(
      'selfShare',
      trans.__('Self %'),
      width,
      at(self),
      share(self, measured?.self)
    ),
    number('inclusive', trans.__('Inclusive'), '76px', at(inclusive), row =>
      cost(inclusive[row])
    ),
    number(
      'inclusiveShare',
      trans.__('Incl. %'),
      width,
      at(inclusive),
      share(inclusive, measured?.inclusive)
    ),
    ...(calls
      ? [
          number('calls', trans.__('Calls'), '84px', at(calls), row =>
            calls[row] < 0 ? '' : formatValue(calls[row], 'count')
          )
        ]
      : [])
  ];
}

/** The row's own cost in the values that are not shown, and what follows of them. */
function otherColumns(
  { profile, state, trans }: IViewContext,
  rows: ITableRows
): IColumn[] {
  const { values } = profile;
  const columns = values.flatMap((value, at) => {
    const cost = (row: number): number => rows.costIn(at, row);
    return at === state.value.value
      ? []
      : [
          number(
            `self ${value.name}`,
            valueLabel(value, trans),
            '84px',
            cost,
            row => (cost(row) === 0 ? '0' : formatValue(cost(row), value.unit))
          )
        ];
  });
  const instructions = values.findIndex(({ name }) => name === 'instructions');
  const cycles = values.findIndex(({ name }) => name === 'cycles');
  if (instructions >= 0 && cycles >= 0) {
    const rate = (row: number): number => {
      const spent = rows.costIn(cycles, row);
      return spent > 0 ? rows.costIn(instructions, row) / spent : -1;
    };
    columns.push(
      number('ipc', trans.__('Instr./cycle'), '84px', rate, row =>
        rate(row) < 0 ? '' : rate(row).toFixed(2)
      )
    );
  }
  return columns;
}

function words(
  id: string,
  label: string,
  width: string,
  text: (row: number) => string
): IColumn {
  const order = (row: number): string => text(row).toLowerCase();
  return { id, label, numeric: false, width, text, order };
}

function number(
  id: string,
  label: string,
  width: string,
  order: (row: number) => number,
  text: (row: number) => string
): IColumn {
  return { id, label, numeric: true, width, text, order };
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
