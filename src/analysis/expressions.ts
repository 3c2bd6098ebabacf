/** What the expressions of a line cost: the places within it that ran. */
import type { IProfile } from '../model/profile';
import type { IStackView } from './stackView';
import type { ILinePlaces } from './lines';
import { PairTable } from './pairs';
import { outermost, sumBelowByKey, sumByKey } from './paths';

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

/** The expressions of all files, by file, then line, then descending cost. */
export interface IExpressionRows {
  readonly length: number;
  /** Row of `profile.strings`. */
  readonly file: Int32Array;
  readonly line: Int32Array;
  /** See `IExpression`. */
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly inclusive: Float64Array;
  readonly self: Float64Array;
  readonly measured: Float64Array | null;
}

const NONE: IExpressionRows = {
  length: 0,
  file: new Int32Array(0),
  line: new Int32Array(0),
  start: new Int32Array(0),
  end: new Int32Array(0),
  inclusive: new Float64Array(0),
  self: new Float64Array(0),
  measured: null
};

/**
 * The expressions in the lines of a view. Where one goes on in another line,
 * its end is not known (-1).
 */
export function expressionRows(
  profile: IProfile,
  view: IStackView,
  { places, key, owner }: ILinePlaces
): IExpressionRows {
  const { frames } = profile;
  if (!frames?.column.some(column => column >= 0)) {
    return NONE;
  }
  const parts = new PairTable();
  const part = new Int32Array(view.length).fill(-1);
  const innermost = new Int32Array(view.length).fill(-1);
  for (let row = 0; row < view.length; row++) {
    const above = view.prefix[row];
    const start = frames.column[view.frame[row]];
    if (key[row] >= 0) {
      if (start >= 0 && start < WIDEST) {
        const end = Math.min(frames.endColumn[view.frame[row]], WIDEST - 1);
        const span = start * WIDEST + (end > start ? end : 0);
        part[row] = innermost[row] = parts.add(key[row], span);
      }
    } else if (above >= 0 && owner[row] === owner[above]) {
      innermost[row] = innermost[above];
    }
  }
  const { length, first: placeOf, second: spanOf } = parts;
  const first = outermost(view.prefix, part, length);
  const total = (weight: Float64Array): Float64Array =>
    sumBelowByKey(view.prefix, part, length, first, weight);
  const self = sumByKey(innermost, length, view.weight);
  const inclusive = total(view.weight);
  const measured = view.measured && total(view.measured);
  const { first: fileOf, second: lineOf } = places;
  const order = Array.from(placeOf.keys()).sort(
    (a, b) =>
      fileOf[placeOf[a]] - fileOf[placeOf[b]] ||
      lineOf[placeOf[a]] - lineOf[placeOf[b]] ||
      inclusive[b] - inclusive[a] ||
      spanOf[a] - spanOf[b]
  );
  const pick = (column: Float64Array): Float64Array =>
    Float64Array.from(order, at => column[at]);
  return {
    length,
    file: Int32Array.from(order, at => fileOf[placeOf[at]]),
    line: Int32Array.from(order, at => lineOf[placeOf[at]]),
    start: Int32Array.from(order, at => Math.floor(spanOf[at] / WIDEST)),
    end: Int32Array.from(order, at => spanOf[at] % WIDEST || -1),
    inclusive: pick(inclusive),
    self: pick(self),
    measured: measured && pick(measured)
  };
}

/** Those of one file (row of `profile.strings`), by line, costliest first. */
export function expressionsOf(
  { length, file, line, ...columns }: IExpressionRows,
  of: number
): ReadonlyMap<number, readonly IExpression[]> {
  const found = new Map<number, IExpression[]>();
  for (let row = file.indexOf(of); row >= 0 && row < length; row++) {
    if (file[row] !== of) {
      break;
    }
    const expressions = found.get(line[row]) ?? [];
    found.set(line[row], expressions);
    expressions.push({
      start: columns.start[row],
      end: columns.end[row],
      inclusive: columns.inclusive[row],
      self: columns.self[row],
      measured: columns.measured?.[row] ?? 0
    });
  }
  return found;
}
