/** Time along a horizontal axis: places, round steps, labels in one unit. */
import type { ITimeRange } from '../analysis/spans';

/** Where times lie between two edges in pixels. */
export interface ITimeScale {
  readonly range: ITimeRange;
  readonly left: number;
  readonly width: number;
  x(time: number): number;
  time(x: number): number;
}

/** A scale from `left` on, `width` pixels wide. */
export function timeScale(
  range: ITimeRange,
  left: number,
  width: number
): ITimeScale {
  const lasts = range.to - range.from;
  return {
    range,
    left,
    width,
    x: time => left + (width * (time - range.from)) / lasts,
    time: x => range.from + (lasts * (x - left)) / Math.max(1, width)
  };
}

/** A mark of the axis. */
export interface ITick {
  readonly time: number;
  readonly label: string;
}

/** Round times within a range, at most `most` of them, in one unit. */
export function timeTicks(range: ITimeRange, most: number): ITick[] {
  const step = roundStep((range.to - range.from) / Math.max(1, most));
  const write = timeFormat(range.to, step);
  const ticks: ITick[] = [];
  const last = Math.floor(range.to / step + 1e-9);
  for (let i = Math.ceil(range.from / step - 1e-9); i <= last; i++) {
    ticks.push({ time: i * step, label: write(i * step) });
  }
  return ticks;
}

/** The smallest of 1, 2, 5, 10, 20… (or a power of ten below) not under `least`. */
export function roundStep(least: number): number {
  if (!(least > 0)) {
    return 1;
  }
  const power = 10 ** Math.floor(Math.log10(least));
  const found = [1, 2, 5].find(step => step * power >= least * (1 - 1e-9));
  return (found ?? 10) * power;
}

const UNITS = [
  [1e6, 's'],
  [1e3, 'ms'],
  [1, 'µs']
] as const;

/**
 * Writes times (microseconds) in the unit that fits `largest`, so finely that
 * times `step` apart differ: `1.25 s`, `340 ms`.
 */
export function timeFormat(
  largest: number,
  step: number
): (time: number) => string {
  const [size, unit] = UNITS.find(([size]) => Math.abs(largest) >= size) ?? [
    1,
    'µs'
  ];
  const digits = Math.ceil(-Math.log10(step / size) - 1e-9);
  const format = new Intl.NumberFormat('en-US', {
    minimumFractionDigits: Math.min(9, Math.max(0, digits)),
    maximumFractionDigits: Math.min(9, Math.max(0, digits))
  });
  // Zero has no sign.
  return time => `${format.format(time / size + 0)}\u00a0${unit}`;
}

/** A part of `within` as wide as `range`, as near to it as can be; never wider. */
export function clampRange(range: ITimeRange, within: ITimeRange): ITimeRange {
  const lasts = Math.min(range.to - range.from, within.to - within.from);
  const from = Math.min(Math.max(range.from, within.from), within.to - lasts);
  return { from, to: from + lasts };
}

/** `range` made `factor` times as long around one of its times, at least `least` long. */
export function scaleRange(
  range: ITimeRange,
  around: number,
  factor: number,
  least: number
): ITimeRange {
  const lasts = range.to - range.from;
  const now = Math.max(least, lasts * factor);
  const from = around - ((around - range.from) * now) / lasts;
  return { from, to: from + now };
}
