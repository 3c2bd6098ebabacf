/**
 * What a profile measured, and the columns of its derived values.
 */
import { FormatError } from './errors';
import { isObject } from './messages';
import { printable } from './text';
import type { IValue } from './types';

/** `values`; throws FormatError where a derived one is no sum of stored ones. */
export function decodeValues(wire: unknown): IValue[] {
  if (!Array.isArray(wire)) {
    throw new FormatError('This profile does not say what it measured.');
  }
  const values = wire.map((value: unknown) => {
    if (!isObject(value) || typeof value.unit !== 'string') {
      throw new FormatError('This profile does not say what it measured.');
    }
    const name = typeof value.name === 'string' ? value.name : value.unit;
    return {
      name: printable(name),
      unit: printable(value.unit),
      ...(value.exact === true ? { exact: true } : {}),
      ...(typeof value.title === 'string'
        ? { title: printable(value.title) }
        : {}),
      ...(value.terms !== undefined ? { terms: decodeTerms(value.terms) } : {})
    };
  });
  const stored = storedValues(values);
  values.forEach(({ name, terms }, at) => {
    const isSum = terms?.every(([, of]) => of >= 0 && of < stored);
    if (isSum ?? at < stored) {
      return;
    }
    throw new FormatError(
      terms
        ? `The value ${name} is a sum of what was not measured.`
        : `The value ${name} stands behind derived ones.`
    );
  });
  return values;
}

/** How many of the values have columns on the wire; they stand before the others. */
export function storedValues(values: readonly IValue[]): number {
  return values.filter(({ terms }) => !terms).length;
}

/**
 * A column for each value, those of derived ones computed.
 *
 * @param stored The columns of the stored values, all of one length.
 */
export function withDerived(
  values: readonly IValue[],
  stored: readonly Float64Array[]
): Float64Array[] {
  return values.map(({ terms }, at) => {
    if (!terms) {
      return stored[at];
    }
    const sum = new Float64Array(stored[0]?.length ?? 0);
    for (const [factor, of] of terms) {
      stored[of].forEach((amount, row) => (sum[row] += factor * amount));
    }
    return sum;
  });
}

function decodeTerms(wire: unknown): [number, number][] {
  if (!Array.isArray(wire)) {
    throw noSum();
  }
  return wire.map((term: unknown) => {
    const [factor, of] = Array.isArray(term) ? (term as unknown[]) : [];
    if (!Number.isSafeInteger(factor) || !Number.isSafeInteger(of)) {
      throw noSum();
    }
    return [factor as number, of as number];
  });
}

function noSum(): FormatError {
  return new FormatError('A derived value does not say what it is a sum of.');
}
