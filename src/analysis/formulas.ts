/** A profile with the values that the user defined, as if they had been measured. */
import type { IValue } from '../format/types';
import type { Amounts, IProfile } from '../model/profile';
import { parseFormula, type IFormula, type IFormulaProblem } from './formula';

/** More than anyone defines. */
const MOST = 20;
const LONGEST_NAME = 40;
const LONGEST_TEXT = 400;

/** What was made of a profile last: the same formulas are asked for again and again. */
const made = new WeakMap<
  IProfile,
  { readonly key: string; readonly profile: IProfile }
>();

/** The profile with a value more for each formula; one that does not fit it is passed over. */
export function withFormulas(
  profile: IProfile,
  formulas: readonly IFormula[]
): IProfile {
  if (formulas.length === 0) {
    return profile;
  }
  const key = JSON.stringify(formulas);
  const known = made.get(profile);
  if (known?.key === key) {
    return known.profile;
  }
  const values = [...profile.values];
  for (const { name, text } of formulas) {
    const value = parseFormula(text, values);
    if (!('kind' in value) && !values.some(other => other.name === name)) {
      values.push({ name, ...value });
    }
  }
  const found = extended(profile, values);
  made.set(profile, { key, profile: found });
  return found;
}

/** Why a formula cannot be added to a profile's values; null: it can. */
export function formulaProblem(
  profile: IProfile,
  { name, text }: IFormula
): IFormulaProblem | null {
  const { values } = profile;
  if (!name.trim() || name !== name.trim() || name.length > LONGEST_NAME) {
    return { kind: 'name', what: name };
  }
  if (values.some(value => value.name === name)) {
    return { kind: 'taken', what: name };
  }
  if (text.length > LONGEST_TEXT) {
    return { kind: 'syntax', what: text.slice(LONGEST_TEXT) };
  }
  const value = parseFormula(text, values);
  if ('kind' in value) {
    return value;
  }
  const { functions, samples } = withFormulas(profile, [{ name, text }]);
  const columns = [functions.self, functions.inclusive, samples?.values];
  return columns.some(all => all?.at(-1)?.some(amount => amount < 0))
    ? { kind: 'negative', what: text }
    : null;
}

/**
 * Those of some formulas that can be added, one after the other; what they are
 * comes from a browser's store or from whoever sent a link.
 */
export function soundFormulas(profile: IProfile, wire: unknown): IFormula[] {
  const sound: IFormula[] = [];
  for (const one of Array.isArray(wire) ? wire.slice(0, MOST) : []) {
    const { name, text } = (one ?? {}) as Partial<Record<string, unknown>>;
    if (typeof name === 'string' && typeof text === 'string') {
      const formula = { name, text };
      if (!formulaProblem(withFormulas(profile, sound), formula)) {
        sound.push(formula);
      }
    }
  }
  return sound;
}

/** Whether there is room for one more. */
export function isFull(formulas: readonly IFormula[]): boolean {
  return formulas.length >= MOST;
}

/** The profile with columns for all `values`, of which it has the first. */
function extended(profile: IProfile, values: readonly IValue[]): IProfile {
  const added = values.slice(profile.values.length);
  const more = (columns: Amounts): Amounts => [
    ...columns,
    ...added.map(({ terms }) => sum(columns, terms ?? []))
  ];
  const wider = <T extends { readonly values: Amounts }>(table: T | null) =>
    table && { ...table, values: more(table.values) };
  const { functions, edges } = profile;
  return {
    ...profile,
    values,
    functions: {
      ...functions,
      self: functions.self && more(functions.self),
      inclusive: functions.inclusive && more(functions.inclusive)
    },
    edges: edges && {
      ...edges,
      self: edges.self && more(edges.self),
      inclusive: more(edges.inclusive)
    },
    samples: wider(profile.samples),
    instructions: wider(profile.instructions),
    lines: wider(profile.lines),
    callSites: wider(profile.callSites),
    snapshots: wider(profile.snapshots)
  };
}

/** The sum of columns, each times a factor. */
function sum(
  columns: Amounts,
  terms: NonNullable<IValue['terms']>
): Float64Array {
  const total = new Float64Array(columns[0]?.length ?? 0);
  for (const [factor, row] of terms) {
    columns[row].forEach((amount, at) => (total[at] += factor * amount));
  }
  return total;
}
