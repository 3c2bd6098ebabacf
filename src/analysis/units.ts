/**
 * Numbers as people read them: three significant digits, a unit always,
 * thousands separated.
 */

const SPACE = '\u00a0';

/** Steps of a unit, largest first. */
const SCALES: Readonly<Record<string, readonly [number, string][]>> = {
  ns: [
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, '\u00b5s'],
    [1, 'ns']
  ],
  bytes: [
    [2 ** 40, 'TiB'],
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
    [1, 'B']
  ]
};

/** `2.31 s`, `412 ms`, `1.50 KiB`, `1,234`, `12.3 M`. */
export function formatValue(value: number, unit: string): string {
  if (!Number.isFinite(value)) {
    return '\u2013';
  }
  const scale = SCALES[unit];
  if (!scale) {
    const number = count(value);
    return unit === 'count' || unit === '' ? number : number + SPACE + unit;
  }
  const size = Math.abs(value);
  // A number that would round up to a thousand belongs to the next step.
  const [step, name] =
    scale.find(([step]) => Number((size / step).toPrecision(3)) >= 1) ??
    scale[scale.length - 1];
  const digits = step === 1 ? thousands(Math.round(value).toString()) : '';
  return (digits || threeDigits(value / step)) + SPACE + name;
}

/** `44 %`, `4.2 %`, `< 0.1 %`; nothing of nothing is `0 %`. */
export function formatShare(value: number, total: number): string {
  const percent = total > 0 ? (100 * value) / total : 0;
  if (!Number.isFinite(percent)) {
    return '\u2013';
  }
  if (percent > 0 && percent < 0.1) {
    return `<${SPACE}0.1${SPACE}%`;
  }
  const digits = percent > 0 && percent < 9.95 ? 1 : 0;
  return percent.toFixed(digits).replace(/\.0$/, '') + SPACE + '%';
}

/**
 * `±2`, `±0.4`: half the width of an interval (0 to 1) in points; empty where
 * there is none.
 */
export function formatUncertainty(half: number): string {
  const points = 100 * half;
  if (!(points > 0)) {
    return '';
  }
  return `±${points < 0.95 ? Math.max(0.1, points).toFixed(1) : Math.round(points)}`;
}

/** A share with its interval, with a decimal where that is known. */
export function formatEstimate(
  value: number,
  total: number,
  half: number
): string {
  const uncertainty = formatUncertainty(half);
  if (!uncertainty) {
    return formatShare(value, total);
  }
  const percent = (100 * value) / total;
  const share =
    percent >= 9.95 && 100 * half < 0.95
      ? percent.toFixed(1) + SPACE + '%'
      : formatShare(value, total);
  return share + SPACE + uncertainty;
}

/** All digits of a whole number: `12,345,678`. The browser's own way takes 15 ms when first used. */
export function formatWhole(value: number): string {
  return thousands(Math.round(value).toString());
}

/** Whole numbers; of ten million and more the first three digits. */
function count(value: number): string {
  const step = Math.abs(value) >= 1e10 ? 1e9 : 1e6;
  return Math.abs(value) < 1e7
    ? formatWhole(value)
    : threeDigits(value / step) + SPACE + (step === 1e9 ? 'G' : 'M');
}

function threeDigits(value: number): string {
  const size = Math.abs(value);
  if (size >= 99.95) {
    return formatWhole(value);
  }
  return value.toFixed(size >= 9.995 ? 1 : 2);
}

function thousands(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}
