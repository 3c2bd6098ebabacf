/** What the profile's values are called. */
import { formatValue } from '../analysis/units';
import type { IValue } from '../format/types';
import type { ITranslation } from './env';

const LABELS: Readonly<Record<string, string>> = {
  cpu: 'CPU time',
  wall: 'wall time'
};

/** `CPU time`, `wall time`, `page faults`; what has a title or a formula is called as it is: `Ir`. */
export function valueLabel(value: IValue, trans: ITranslation): string {
  return isSymbol(value)
    ? value.name
    : trans.__(LABELS[value.name] ?? value.name.replace(/[-_]/g, ' '));
}

/** The same as the first words of a line. */
export function valueTitle(value: IValue, trans: ITranslation): string {
  const label = valueLabel(value, trans);
  return isSymbol(value)
    ? label
    : label.charAt(0).toUpperCase() + label.slice(1);
}

/** The same in words where there are any: `Instruction Fetch`. */
export function valueWords(value: IValue, trans: ITranslation): string {
  return value.title ?? valueTitle(value, trans);
}

/** Whether a value's name is a symbol, to be written as it is. */
function isSymbol({ title, terms }: IValue): boolean {
  return title !== undefined || terms !== undefined;
}

/** What a share is a share of: `2.31 s on CPUs`, `1,234 page faults`. */
export function wholeLabel(
  value: IValue,
  total: number,
  sampled: boolean,
  trans: ITranslation
): string {
  const amount = formatValue(total, value.unit);
  if (value.name === 'cpu' && sampled) {
    return trans.__('%1 on CPUs', amount);
  }
  return value.name === 'cpu' || value.unit === 'bytes'
    ? amount
    : `${amount} ${valueLabel(value, trans)}`;
}
