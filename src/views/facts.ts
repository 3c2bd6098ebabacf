/** What is known of a function, as a tooltip and as a sentence. */
import { functionLabel, functionTitle } from '../analysis/names';
import type { IExactCosts } from '../analysis/intervals';
import { formatShare, formatValue } from '../analysis/units';
import type { FunctionIndex } from '../model/profile';
import { categoryStyle } from './categories';
import type { ITip } from './tooltip';
import type { IViewContext } from './view';

/** The costs of a function, or of a frame of it. */
export interface ICosts {
  readonly self: number;
  readonly inclusive: number;
  /** The parts that were measured, not sampled; absent: none. */
  readonly measured?: { readonly self: number; readonly inclusive: number };
  /** Samples, where they were counted. */
  readonly count?: number;
  readonly calls?: number | null;
  readonly category: number;
}

/** The measured parts of one row of a table of costs. */
export function measuredAt(
  costs: { readonly measured: IExactCosts | null },
  row: number
): Pick<ICosts, 'measured'> {
  const { measured } = costs;
  return measured
    ? {
        measured: {
          self: measured.self[row],
          inclusive: measured.inclusive[row]
        }
      }
    : {};
}

/** The whole truth about a function with these costs. */
export function functionTip(
  context: IViewContext,
  func: FunctionIndex,
  costs: ICosts
): ITip {
  const { data, profile, trans } = context;
  const { measured } = costs;
  const amount = (cost: number, exactly = 0): string =>
    `${data.estimate(cost, exactly)} · ${formatValue(cost, data.unit)}`;
  const rows: [string, string][] = [
    [trans.__('with callees'), amount(costs.inclusive, measured?.inclusive)],
    [trans.__('itself'), amount(costs.self, measured?.self)],
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

/** Anything with a name and a place, and its costs, in one breath, for a screen reader. */
export function costSentence(
  { data, trans }: IViewContext,
  name: string,
  place: string,
  costs: ICosts
): string {
  return trans.__(
    '%1: %2 with callees, %3 itself, %4',
    place ? `${name}, ${place}` : name,
    formatShare(costs.inclusive, data.total),
    formatShare(costs.self, data.total),
    trans.__(categoryStyle(costs.category).label)
  );
}
