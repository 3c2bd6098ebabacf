/** Formulas of events: sums of a profile's values, each with a factor, as `Ir + 10 L1m`. */
import type { IValue } from '../format/types';

/** A value that the user defined; plain data, so that a state that has some can be kept. */
export interface IFormula {
  readonly name: string;
  readonly text: string;
}

/** Why a text is no formula. */
export interface IFormulaProblem {
  readonly kind:
    | 'empty'
    | 'syntax'
    | 'unknown'
    | 'units'
    | 'name'
    | 'taken'
    | 'many'
    | 'negative';
  /** What was written there; of `units` the two values that cannot be added. */
  readonly what: string;
}

const NUMBER = /^(\d{1,9}(?:\.\d{1,9})?)\s*\*?\s*/;
const TIMES = /^\*\s*(\d{1,9}(?:\.\d{1,9})?)\s*/;
const WORD = /^[^\s+*/()]+/;

/**
 * Reads a formula: names of `values` with factors before or behind them, added
 * or subtracted. The result is the value without its name.
 */
export function parseFormula(
  text: string,
  values: readonly IValue[]
): Omit<IValue, 'name'> | IFormulaProblem {
  let rest = text.trim();
  if (!rest) {
    return { kind: 'empty', what: '' };
  }
  // `page-faults` is a name and no difference: the longest that fits is meant.
  const names = values
    .map(({ name }, row) => ({ name, row }))
    .sort((a, b) => b.name.length - a.name.length);
  const factors = new Map<number, number>();
  const rows: number[] = [];
  while (rest) {
    const sign = /^[+-]/.exec(rest)?.[0];
    if (!sign && rows.length > 0) {
      return { kind: 'syntax', what: rest };
    }
    rest = rest.slice(sign ? 1 : 0).trimStart();
    const [before, factor] = NUMBER.exec(rest) ?? ['', '1'];
    rest = rest.slice(before.length);
    const found = names.find(({ name }) => beginsWith(rest, name));
    if (!found) {
      const word = WORD.exec(rest)?.[0];
      return word
        ? { kind: 'unknown', what: word }
        : { kind: 'syntax', what: rest };
    }
    rest = rest.slice(found.name.length).trimStart();
    const [behind, times] = TIMES.exec(rest) ?? ['', '1'];
    rest = rest.slice(behind.length);
    rows.push(found.row);
    const whole = Number(`${sign === '-' ? '-' : ''}${factor}`) * Number(times);
    for (const [part, row] of values[found.row].terms ?? [[1, found.row]]) {
      factors.set(row, (factors.get(row) ?? 0) + whole * part);
    }
  }
  const [first] = rows;
  const { unit } = values[first];
  const other = rows.find(row => values[row].unit !== unit);
  if (other !== undefined) {
    const what = `${values[first].name}, ${values[other].name}`;
    return { kind: 'units', what };
  }
  return {
    unit,
    ...(rows.every(row => values[row].exact) ? { exact: true } : {}),
    terms: [...factors].map(([row, factor]) => [factor, row] as const)
  };
}

function beginsWith(text: string, name: string): boolean {
  return (
    name !== '' &&
    text.startsWith(name) &&
    !/^\w\w/.test(name.slice(-1) + text.slice(name.length))
  );
}
