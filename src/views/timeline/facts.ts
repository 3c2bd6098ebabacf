/** What a place of the timeline says: as a tooltip, and in one breath. */
import { isWaiting } from '../../analysis/breakdown';
import { functionLabel, placeLabel } from '../../analysis/names';
import type { ITimeRange } from '../../analysis/spans';
import { stacksIn, type ITimeline, type ITrack } from '../../analysis/timeline';

import { formatShare, formatValue } from '../../analysis/units';
import { CATEGORIES } from '../../format/types';
import { Kind, PLUMBING, type FunctionIndex } from '../../model/profile';
import { categoryStyle } from '../categories';
import type { ITip } from '../tooltip';
import type { IViewContext } from '../view';
import type { IRow } from './rows';

/** What ran on a track within a stretch of time. */
export interface IMoment {
  /** Share of the stretch (of time) or of the events there, largest first. */
  readonly categories: readonly {
    readonly category: number;
    readonly share: number;
  }[];
  readonly amount: number;
  /** The innermost function of most of it, -1: nothing was recorded. */
  readonly innermost: FunctionIndex;
  /** The innermost Python function of that, with its line. */
  readonly python: FunctionIndex;
  readonly line: number;
}

/** Categories shown of one place. */
const MOST = 4;

/** Looks at a stretch of a track. */
export function momentAt(
  { profile, state }: IViewContext,
  timeline: ITimeline,
  track: ITrack,
  range: ITimeRange
): IMoment {
  const stacks = profile.stacks!;
  const frames = profile.frames!;
  const { flags, kind } = profile.functions;
  const amounts = stacksIn(timeline, track, range);
  const byCategory = new Float64Array(CATEGORIES.length);
  let amount = 0;
  let dearest = -1;
  let most = 0;
  for (const [stack, cost] of amounts) {
    byCategory[stacks.category[stack]] += cost;
    amount += cost;
    if (cost > most) {
      most = cost;
      dearest = stack;
    }
  }
  const funcOf = (stack: number): FunctionIndex =>
    frames.function[stacks.frame[stack]];
  let at = dearest;
  if (at >= 0 && isWaiting(stacks.category[at]) && stacks.prefix[at] >= 0) {
    // The leaf of an absence only repeats the category.
    at = stacks.prefix[at];
  }
  const folded = state.value.foldPlumbing ? PLUMBING : 0;
  while (at >= 0 && flags[funcOf(at)] & folded && stacks.prefix[at] >= 0) {
    at = stacks.prefix[at];
  }
  let python = at;
  while (python >= 0 && kind[funcOf(python)] !== Kind.Python) {
    python = stacks.prefix[python];
  }
  const whole = timeline.isTime
    ? Math.max(amount, 1000 * (range.to - range.from))
    : amount;
  return {
    categories: Array.from(byCategory, (cost, category) => ({
      category,
      share: cost / (whole || 1)
    }))
      .filter(({ share }) => share > 0.005)
      .sort((a, b) => b.share - a.share)
      .slice(0, MOST),
    amount,
    innermost: at < 0 ? -1 : funcOf(at),
    python: python < 0 ? -1 : funcOf(python),
    line: python < 0 ? -1 : frames.line[stacks.frame[python]]
  };
}

/** The tooltip of a moment; `when` names it. */
export function momentTip(
  { profile, trans }: IViewContext,
  timeline: ITimeline,
  row: IRow,
  moment: IMoment,
  when: string
): ITip {
  const { innermost, python, line } = moment;
  const rows: [string, string][] = moment.categories.map(
    ({ category, share }) => [
      trans.__(categoryStyle(category).label),
      formatShare(share, 1)
    ]
  );
  if (moment.amount === 0) {
    rows.push([trans.__('nothing'), trans.__('was recorded here')]);
  } else if (!timeline.isTime) {
    const { unit } = profile.values[timeline.value];
    rows.unshift([trans.__('amount'), formatValue(moment.amount, unit)]);
  }
  if (innermost >= 0) {
    rows.push([trans.__('innermost'), functionLabel(profile, innermost)]);
  }
  if (python >= 0) {
    const label = functionLabel(profile, python);
    const place = placeLabel(profile, python, line);
    rows.push([
      trans.__('Python'),
      place.startsWith(label) ? place : `${label}, ${place}`
    ]);
  }
  return { title: `${when} · ${row.name}`, rows };
}

/** The same for a screen reader. */
export function momentSentence(
  { profile, trans }: IViewContext,
  moment: IMoment,
  when: string
): string {
  if (moment.amount === 0) {
    return trans.__('%1: nothing was recorded', when);
  }
  const shares = moment.categories.map(
    ({ category, share }) =>
      `${trans.__(categoryStyle(category).label)} ${formatShare(share, 1)}`
  );
  const { innermost } = moment;
  return trans.__(
    '%1: %2; innermost %3',
    when,
    shares.join(', '),
    innermost < 0 ? '–' : functionLabel(profile, innermost)
  );
}
