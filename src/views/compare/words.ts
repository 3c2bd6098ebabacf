/** Differences in words and numbers. */
import {
  Verdict,
  verdictOf,
  type IChanges,
  type Unit
} from '../../analysis/compare/changes';
import { formatShare, formatValue } from '../../analysis/units';
import type { ITranslation } from '../env';

const MINUS = '\u2212';
const SPACE = '\u00a0';

/** A difference from here on is large, or middling, in parts of the whole. */
const LARGE = 0.05;
const MIDDLING = 0.01;

/** `+4.2 ±1.1` (points of a share), `−410 ±30 ms`, `0`. */
export function changeText(
  change: number,
  half: number,
  unit: Unit,
  valueUnit: string
): string {
  const sign = change > 0 ? '+' : change < 0 ? MINUS : '';
  const size = Math.abs(change);
  if (unit === 'share') {
    const interval = half > 0 ? `${SPACE}±${points(half)}` : '';
    return sign + points(size) + interval;
  }
  if (half === 0) {
    return size === 0 ? '0' : sign + formatValue(size, valueUnit);
  }
  // Both in the unit of the larger one.
  const larger = Math.max(size, half);
  const [digits, ...name] = formatValue(larger, valueUnit).split(SPACE);
  const step = larger / Number(digits.replace(/,/g, ''));
  const decimals = half / step < 9.95 ? 1 : 0;
  const number = (value: number): string => (value / step).toFixed(decimals);
  return [`${sign}${number(size)}`, `±${number(half)}`, ...name].join(SPACE);
}

function points(share: number): string {
  const value = 100 * share;
  const digits = value > 0 && value < 9.95 ? 1 : 0;
  return value > 0 && value < 0.05 ? '<0.1' : value.toFixed(digits);
}

/** What a change is called: `more`, `less`, `within noise`, `same`… */
export function verdictText(
  changes: IChanges,
  row: number,
  several: boolean,
  trans: ITranslation
): string {
  switch (verdictOf(changes, row)) {
    case Verdict.Same:
      return trans.__('same');
    case Verdict.Noise:
      return trans.__('within noise');
    case Verdict.Unseen:
      return trans.__('seen by one');
    case Verdict.Real:
    case Verdict.Measured:
      return several
        ? trans.__('unlike')
        : changes.change[row] > 0
          ? trans.__('▲ more')
          : trans.__('▼ less');
  }
}

/** A cost as it is compared: `44 %`, `410 ms`. */
export function costText(
  cost: number,
  total: number,
  unit: Unit,
  valueUnit: string
): string {
  if (cost === 0) {
    return '0';
  }
  return unit === 'share'
    ? formatShare(cost, total)
    : formatValue(cost, valueUnit);
}

/** How large a change is, from 1 to 3, in parts of `whole`. */
export function levelOf(change: number, whole: number): 1 | 2 | 3 {
  const part = whole > 0 ? Math.abs(change) / whole : 0;
  return part >= LARGE ? 3 : part >= MIDDLING ? 2 : 1;
}
