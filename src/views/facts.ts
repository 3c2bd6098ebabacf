/** What is known of a function, as a tooltip and as a sentence. */
import { functionLabel, functionTitle, placeLabel } from '../analysis/names';
import { formatShare, formatValue, interval } from '../analysis/units';
import type { FunctionIndex } from '../model/profile';
import { categoryStyle } from './categories';
import type { ITip } from './tooltip';
import type { IViewContext } from './view';

/** The costs of a function, or of a frame of it. */
export interface ICosts {
  readonly self: number;
  readonly inclusive: number;
  /** Samples, where they were counted. */
  readonly count?: number;
  readonly calls?: number | null;
  readonly category: number;
}

/** The whole truth about a function with these costs. */
export function functionTip(
  context: IViewContext,
  func: FunctionIndex,
  costs: ICosts
): ITip {
  const { data, profile, trans } = context;
  const { total, unit } = data;
  const rows: [string, string][] = [
    [
      trans.__('with callees'),
      `${formatShare(costs.inclusive, total)} · ${formatValue(costs.inclusive, unit)}${accuracy(context, costs.inclusive)}`
    ],
    [
      trans.__('itself'),
      `${formatShare(costs.self, total)} · ${formatValue(costs.self, unit)}`
    ],
    [trans.__('kind'), trans.__(categoryStyle(costs.category).label)]
  ];
  if (costs.count && profile.meta.kind === 'sampled') {
    rows.push([trans.__('samples'), formatValue(costs.count, 'count')]);
  }
  if (costs.calls !== undefined && costs.calls !== null && costs.calls >= 0) {
    rows.push([trans.__('calls'), formatValue(costs.calls, 'count')]);
  }
  return {
    title: functionLabel(profile, func),
    code: functionTitle(profile, func),
    rows
  };
}

function accuracy(context: IViewContext, cost: number): string {
  const { data, profile } = context;
  const samples = profile.quality.samples ?? 0;
  if (profile.meta.kind !== 'sampled' || samples === 0 || data.total === 0) {
    return '';
  }
  const half = 100 * interval(Math.min(1, cost / data.total), samples);
  return ` (±${half < 1 ? half.toFixed(1) : half.toFixed(0)} %)`;
}

/** A function with its costs in one breath, for a screen reader. */
export function functionSentence(
  context: IViewContext,
  func: FunctionIndex,
  costs: ICosts
): string {
  const { data, profile, trans } = context;
  return trans.__(
    '%1, %2: %3 with callees, %4 itself, %5',
    functionLabel(profile, func),
    placeLabel(profile, func),
    formatShare(costs.inclusive, data.total),
    formatShare(costs.self, data.total),
    trans.__(categoryStyle(costs.category).label)
  );
}
