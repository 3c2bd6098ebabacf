/** What the expressions of a line cost: the places within it that ran. */
import type { IProfile } from '../model/profile';
import type { IStackView } from './filter';
import type { ILinePlaces } from './lines';
import { PairTable } from './pairs';
import { outermost, subtreeSums, sumByKey } from './paths';

/** A part of a line; no sample is in two of one line at a time. */
export interface IExpression {
  /** Columns as the wire has them (docs/wire-format.md), the end excluded. */
  readonly start: number;
  readonly end: number;
  /** Cost while it ran, with all that it called; recursion counts once. */
  readonly inclusive: number;
  /** Cost while its line was the innermost one. */
  readonly self: number;
  /** The part of `inclusive` that was measured, not sampled. */
  readonly measured: number;
}

/** Columns are below this: a longer line has no expressions. */
const WIDEST = 1 << 15;

/**
 * The expressions of each line of one file, costliest first. Where an
 * expression goes on in another line, its end is not known (-1).
 *
 * @param file Row of `profile.strings`.
 */
export function expressionsOf(
  profile: IProfile,
  view: IStackView,
  { places, key, owner }: ILinePlaces,
  file: number
): ReadonlyMap<number, readonly IExpression[]> {
  const frames = profile.frames;
  if (!frames) {
    return new Map();
  }
  const { first: fileOf, second: lineOf } = places;
  const parts = new PairTable();
  const part = new Int32Array(view.length).fill(-1);
  const innermost = new Int32Array(view.length).fill(-1);
  for (let row = 0; row < view.length; row++) {
    const above = view.prefix[row];
    const start = frames.column[view.frame[row]];
    if (key[row] >= 0) {
      if (fileOf[key[row]] === file && start >= 0 && start < WIDEST) {
        const end = Math.min(frames.endColumn[view.frame[row]], WIDEST - 1);
        const span = start * WIDEST + (end > start ? end : 0);
        part[row] = innermost[row] = parts.add(key[row], span);
      }
    } else if (above >= 0 && owner[row] === owner[above]) {
      innermost[row] = innermost[above];
    }
  }
  const { length } = parts;
  const self = sumByKey(innermost, length, view.weight);
  const first = outermost(view.prefix, part, length);
  const total = (weight: Float64Array): Float64Array =>
    sumByKey(part, length, subtreeSums(view.prefix, weight), first);
  const inclusive = total(view.weight);
  const measured = view.measured && total(view.measured);
  const { first: placeOf, second: spanOf } = parts;
  const found = new Map<number, IExpression[]>();
  for (let at = 0; at < length; at++) {
    const line = lineOf[placeOf[at]];
    const end = spanOf[at] % WIDEST;
    const expression = {
      start: Math.floor(spanOf[at] / WIDEST),
      end: end > 0 ? end : -1,
      inclusive: inclusive[at],
      self: self[at],
      measured: measured?.[at] ?? 0
    };
    found.set(line, [...(found.get(line) ?? []), expression]);
  }
  for (const expressions of found.values()) {
    expressions.sort((a, b) => b.inclusive - a.inclusive || a.start - b.start);
  }
  return found;
}
