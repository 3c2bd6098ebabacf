/** What is said of snapshots. */
import type { IHeapCurve } from '../../analysis/heapCurve';
import { formatValue, formatWhole } from '../../analysis/units';
import type { ITranslation } from '../env';
import type { ITip } from '../tooltip';
import { valueWords } from '../values';
import type { IViewContext } from '../view';

/** A moment: `1,234 instructions`, `12.3 ms`, `1.20 MiB allocated or freed`. */
export function momentText(
  time: number,
  unit: string | undefined,
  trans: ITranslation
): string {
  switch (unit) {
    case 'ms':
      return formatValue(time * 1e6, 'ns');
    case 'B':
      return trans.__('%1 allocated or freed', formatValue(time, 'bytes'));
    default:
      return trans.__('%1 instructions', formatWhole(time));
  }
}

/** The same in as little room as an axis has. */
export function momentLabel(time: number, unit: string | undefined): string {
  return unit === 'ms'
    ? formatValue(time * 1e6, 'ns')
    : formatValue(time, unit === 'B' ? 'bytes' : 'count');
}

/** The names of what is marked: the peak, what is shown, what can be. */
export function marksOf(
  curve: IHeapCurve,
  row: number,
  trans: ITranslation
): string[] {
  return [
    ...(row === curve.peak ? [trans.__('peak')] : []),
    ...(row === curve.shown
      ? [trans.__('shown in the other views')]
      : curve.parts.has(row)
        ? [trans.__('who held it is known')]
        : [])
  ];
}

/** A snapshot in one breath. */
export function snapshotSentence(
  { profile, trans }: IViewContext,
  curve: IHeapCurve,
  row: number
): string {
  const { unit } = profile.values[0];
  const parts = curve.layers.map(
    ({ value, amounts }) =>
      `${valueWords(profile.values[value], trans)} ${formatValue(amounts[row], unit)}`
  );
  const when = momentText(curve.time[row], profile.meta.time_unit, trans);
  return [
    trans.__('Snapshot %1 of %2', row + 1, curve.length),
    ...(parts.length > 1 ? [formatValue(curve.total[row], unit)] : []),
    ...parts,
    trans.__('after %1', when),
    ...marksOf(curve, row, trans)
  ].join(', ');
}

/** A snapshot in a tooltip. */
export function snapshotTip(
  { profile, trans }: IViewContext,
  curve: IHeapCurve,
  row: number
): ITip {
  const { unit } = profile.values[0];
  const time = momentText(curve.time[row], profile.meta.time_unit, trans);
  const marks = marksOf(curve, row, trans).join(', ');
  return {
    title: trans.__('Snapshot %1 of %2', row + 1, curve.length),
    rows: [
      [trans.__('after'), time],
      ...curve.layers.map(({ value, amounts }): [string, string] => [
        valueWords(profile.values[value], trans),
        formatValue(amounts[row], unit)
      ]),
      [trans.__('together'), formatValue(curve.total[row], unit)],
      ...(marks ? [['', marks] as const] : [])
    ]
  };
}
