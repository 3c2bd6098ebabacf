/** A stretch of time in words. */
import type { ITimeRange } from '../analysis/spans';
import { formatValue } from '../analysis/units';
import { roundStep, timeFormat } from '../layout/timeAxis';

/** `1.20 s – 1.85 s`, as finely as its length asks for. */
export function rangeText({ from, to }: ITimeRange): string {
  const write = timeFormat(to, roundStep((to - from) / 100));
  return `${write(from)} – ${write(to)}`;
}

/** `650 ms`. */
export function lengthText({ from, to }: ITimeRange): string {
  return formatValue(1000 * (to - from), 'ns');
}
