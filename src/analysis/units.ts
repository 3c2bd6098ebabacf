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

/** `2.31 s`, `412 ms`, `1.50 KiB`, `1,234`. */
export function formatValue(value: number, unit: string): string {
  if (!Number.isFinite(value)) {
    return '\u2013';
  }
  const scale = SCALES[unit];
  if (!scale) {
    const number = thousands(Math.round(value).toString());
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
 * Half the width of the 95 % interval of a share seen in `samples` samples:
 * Wilson's score interval, which stays sound near 0 and 1 (E. B. Wilson,
 * J. Am. Stat. Assoc. 22, 1927).
 */
export function interval(share: number, samples: number): number {
  if (samples <= 0) {
    return 1;
  }
  const z = 1.96;
  const spread = (share * (1 - share)) / samples;
  const inner = Math.sqrt(spread + (z * z) / (4 * samples * samples));
  return (z * inner) / (1 + (z * z) / samples);
}

function threeDigits(value: number): string {
  const size = Math.abs(value);
  if (size >= 99.95) {
    return thousands(Math.round(value).toString());
  }
  return value.toFixed(size >= 9.995 ? 1 : 2);
}

function thousands(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}
