/** The columns of the table: what they say and how they order. */
import {
  functionLabel,
  moduleLabel,
  placeLabel,
  sourceLabel
} from '../../analysis/names';
import { formatValue } from '../../analysis/units';
import { CATEGORIES, type IValue } from '../../format/types';
import { Kind } from '../../model/profile';
import { categoryStyle } from '../categories';
import { valueTitle } from '../values';
import type { IViewContext } from '../view';
import type { ITableChoice } from './choice';
import { numbers, words, type IColumn } from './column';
import type { ITableRows } from './rows';

/** What stands where calls were not counted. */
const NOT_COUNTED = '–';
/** Of more values than these only the one that is shown has columns at first. */
const FEW = 5;

/**
 * The columns for these rows: what, beside it the costs in the value that is
 * shown and calls where they were counted, where, the costs in each other value.
 */
export function makeColumns(
  context: IViewContext,
  rows: ITableRows
): IColumn[] {
  const [name, ...where] = wordColumns(context, rows);
  return [
    name,
    ...costColumns(context, rows),
    ...callColumns(context, rows),
    ...where,
    ...otherColumns(context, rows)
  ];
}

/** Those of the columns that are shown: always the first, which says what a row is. */
export function shownColumns(
  columns: readonly IColumn[],
  { columns: chosen, sandwich }: ITableChoice
): IColumn[] {
  return columns.filter(
    ({ id, usual, beside }, at) =>
      at === 0 || (chosen[id] ?? (sandwich ? beside : usual))
  );
}

function wordColumns(
  { profile, trans }: IViewContext,
  rows: ITableRows
): IColumn[] {
  const { kind } = profile.functions;
  const members = (count: number): string =>
    count === 1
      ? trans.__(rows.kind === 'lines' ? '1 line' : '1 function')
      : `${formatValue(count, 'count')} ${trans.__(rows.kind)}`;
  /** Of a group nothing but how many it has can be said. */
  const of =
    (text: (func: number, row: number) => string) =>
    (row: number): string =>
      rows.func[row] < 0 ? '' : text(rows.func[row], row);
  const where = of((func, row) =>
    kind[func] === Kind.Python
      ? placeLabel(profile, func, rows.line[row])
      : sourceLabel(profile, func)
  );
  const place = (row: number): string =>
    rows.groups && rows.func[row] < 0
      ? members(rows.groups.size(row))
      : where(row);
  const label = rows.kind === 'lines' ? trans.__('Line') : trans.__('Function');
  return [
    words(rows.kind === 'lines' ? 'text' : 'function', label, [170, 4], row =>
      rows.text(row)
    ),
    words('place', trans.__('Place'), [92, 2], place),
    rows.kind === 'lines'
      ? words(
          'in',
          trans.__('Function'),
          [64, 1],
          of(func => functionLabel(profile, func))
        )
      : words(
          'module',
          trans.__('Module'),
          [64, 1],
          of(func => moduleLabel(profile, func))
        ),
    {
      ...words('category', trans.__('Category'), [108, 1], row =>
        trans.__(categoryStyle(rows.category[row]).label)
      ),
      cell: row => CATEGORIES[rows.category[row]]
    }
  ];
}

function costColumns(
  { data, profile, trans }: IViewContext,
  rows: ITableRows
): IColumn[] {
  const { total, value } = data;
  const of = profile.values.length > 1 ? valueTitle(value, trans) : '';
  const share = (
    id: 'self' | 'inclusive',
    label: string,
    column: Float64Array
  ): IColumn => {
    const exact = rows.measured?.[id];
    const part = (row: number): number => (total > 0 ? column[row] / total : 0);
    return numbers({
      id: `${id}Share`,
      beside: true,
      label,
      of,
      fileLabel: `${id}_share`,
      least: data.precision.estimated > 0 ? 92 : 58,
      order: row => column[row],
      text: row => data.estimate(column[row], exact?.[row]),
      cell: part,
      fill: part
    });
  };
  const { self, inclusive } = rows;
  return [
    { ...amounts('self', trans.__('Self'), of, value, self), beside: true },
    share('self', trans.__('Self %'), self),
    amounts('inclusive', trans.__('Inclusive'), of, value, inclusive),
    share('inclusive', trans.__('Incl. %'), inclusive)
  ];
}

/** Calls, where they were counted, and what each took; samples, where there are any. */
function callColumns(
  { data, trans }: IViewContext,
  { calls, count, inclusive, self }: ITableRows
): IColumn[] {
  const { unit } = data;
  const each = (id: string, label: string, cost: Float64Array): IColumn => {
    const order = (row: number): number =>
      calls![row] > 0 ? cost[row] / calls![row] : -1;
    return numbers({
      id,
      label,
      fileLabel: (id === 'perCall' ? 'per_call_' : 'self_per_call_') + unit,
      least: 84,
      usual: id === 'perCall',
      order,
      text: row => (order(row) < 0 ? '' : formatValue(order(row), unit)),
      cell: row => (order(row) < 0 ? null : order(row))
    });
  };
  const counts = (
    id: string,
    label: string,
    column: Float64Array,
    usual: boolean
  ): IColumn =>
    numbers({
      id,
      label,
      least: 84,
      usual,
      order: row => column[row],
      text: row =>
        column[row] < 0 ? NOT_COUNTED : formatValue(column[row], 'count'),
      cell: row => (column[row] < 0 ? null : column[row])
    });
  return [
    ...(calls
      ? [
          counts('calls', trans.__('Calls'), calls, true),
          each('perCall', trans.__('Per call'), inclusive),
          each('selfPerCall', trans.__('Self per call'), self)
        ]
      : []),
    ...(count ? [counts('samples', trans.__('Samples'), count, false)] : [])
  ];
}

/** The costs in the values that are not shown, and what follows of them. */
function otherColumns(
  { profile, state, trans }: IViewContext,
  rows: ITableRows
): IColumn[] {
  const { values } = profile;
  const usual = values.length <= FEW;
  const columns = values.flatMap((value, at) => {
    const of = valueTitle(value, trans);
    const pair = [
      amounts(
        `self ${value.name}`,
        trans.__('Self'),
        of,
        value,
        row => rows.costsIn(at).self[row]
      ),
      amounts(
        `inclusive ${value.name}`,
        trans.__('Inclusive'),
        of,
        value,
        row => rows.costsIn(at).inclusive[row]
      )
    ];
    return at === state.value.value
      ? []
      : pair.map(column => ({ ...column, usual }));
  });
  const instructions = values.findIndex(({ name }) => name === 'instructions');
  const cycles = values.findIndex(({ name }) => name === 'cycles');
  if (instructions >= 0 && cycles >= 0) {
    const rate = (row: number): number => {
      const spent = rows.costsIn(cycles).self[row];
      return spent > 0 ? rows.costsIn(instructions).self[row] / spent : -1;
    };
    columns.push(
      numbers({
        id: 'ipc',
        label: trans.__('Instr./cycle'),
        fileLabel: 'instructions_per_cycle',
        least: 84,
        order: rate,
        text: row => (rate(row) < 0 ? '' : rate(row).toFixed(2)),
        cell: row => (rate(row) < 0 ? null : rate(row))
      })
    );
  }
  return columns;
}

/** A column of costs in a value. */
function amounts(
  id: string,
  label: string,
  of: string,
  { name, unit }: IValue,
  costs: Float64Array | ((row: number) => number)
): IColumn {
  const cost =
    typeof costs === 'function' ? costs : (row: number) => costs[row];
  const [kind] = id.split(' ');
  return numbers({
    id,
    label,
    of,
    fileLabel: [kind, name, unit === 'count' ? '' : unit]
      .filter(Boolean)
      .join('_'),
    least: 76,
    order: cost,
    text: row => (cost(row) === 0 ? '0' : formatValue(cost(row), unit))
  });
}
