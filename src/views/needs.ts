/** What a view reads of `Derived`, so that it can be computed beforehand. */
import type { Derived } from './derived';

/** A member of `Derived`: a getter by its name, a method with its arguments. */
export type Need =
  | keyof Derived
  | readonly [name: keyof Derived, ...args: (string | number | boolean)[]];

/** What the frame around the views reads. */
export const FRAME_NEEDS: readonly Need[] = [
  'precision',
  'whole',
  'categories',
  'breakdown',
  'lanes'
];

/** Computes what is needed, unless `data` has it already. */
export function fulfil(data: Derived, need: Need): void {
  const [name, ...args] = typeof need === 'string' ? [need] : need;
  const member: unknown = data[name];
  if (typeof member === 'function') {
    member.apply(data, args);
  }
}
