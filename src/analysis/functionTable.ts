import { PLUMBING, type FunctionIndex, type IProfile } from '../model/profile';
import type { IStackView } from './stackView';
import type { IExactCosts } from './intervals';
import { majority } from './majority';
import { descending } from './order';
import { outermost, sumBelowByKey, sumByKey } from './paths';

/** Functions by descending self cost. */
export interface IFunctionRows {
  readonly length: number;
  readonly func: Int32Array;
  readonly self: Float64Array;
  /** With what it called; a recursive function counts once a sample. */
  readonly inclusive: Float64Array;
  /** The parts that were measured, not sampled; null: none. */
  readonly measured: IExactCosts | null;
  /** Number of samples that it is in; of calls where only they are known. */
  readonly count: Float64Array;
  /** Exact numbers of calls, null where they were not counted. */
  readonly calls: Float64Array | null;
  /** Where most of its own cost went. */
  readonly category: Uint8Array;
}

/**
 * A row for each function with any cost: from the stacks of the view, or
 * where there are none from the exact columns (which no filter can divide).
 */
export function functionRows(
  profile: IProfile,
  view: IStackView
): IFunctionRows {
  const { functions } = profile;
  const length = functions.length;
  if (!view.available) {
    const none = new Float64Array(length);
    const calls = functions.calls;
    return chosen(func => isFolded(profile, view, func), {
      self: functions.self?.[view.valueIndex] ?? none,
      inclusive: functions.inclusive?.[view.valueIndex] ?? none,
      measured: null,
      count: calls ?? none,
      calls,
      category: functions.category
    });
  }
  const key = view.function;
  const first = outermost(view.prefix, key, length);
  const own = (cost: Float64Array) => sumByKey(key, length, cost);
  const all = (cost: Float64Array) =>
    sumBelowByKey(view.prefix, key, length, first, cost);
  const { weight, measured } = view;
  return chosen(() => false, {
    self: own(weight),
    inclusive: all(weight),
    measured: measured && { self: own(measured), inclusive: all(measured) },
    count: all(view.count),
    calls: isWhole(view) ? functions.calls : null,
    category: majority(view, key, functions.category)
  });
}

/** Whether the view shows all samples, so that exact counts apply to it. */
export function isWhole(view: IStackView): boolean {
  const { lane, time, root, conditions } = view.filter;
  return lane === null && !time && root === null && !conditions?.length;
}

/**
 * Whether a function without stacks is left out: exact costs of machinery
 * cannot be charged to its callers without a guess, so it is only hidden.
 */
export function isFolded(
  profile: IProfile,
  view: IStackView,
  func: FunctionIndex
): boolean {
  const { flags } = profile.functions;
  return view.filter.foldPlumbing && (flags[func] & PLUMBING) !== 0;
}

/** The rows with any cost or call, sorted, without those to be left out. */
function chosen(
  left: (func: FunctionIndex) => boolean,
  costs: Omit<IFunctionRows, 'length' | 'func'>
): IFunctionRows {
  const { self, inclusive, measured, count, calls, category } = costs;
  const rows: number[] = [];
  for (let func = 0; func < self.length; func++) {
    const any = inclusive[func] > 0 || self[func] > 0 || count[func] > 0;
    if (any && !left(func)) {
      rows.push(func);
    }
  }
  const by = (order: ArrayLike<number>, column: Float64Array): Uint32Array => {
    const keys = Float64Array.from(order, func => column[func]);
    return descending(keys).map(at => order[at]);
  };
  // The order of equal rows is kept: by inclusive cost where own costs are equal.
  const order = by(by(rows, inclusive), self);
  const pick = (column: Float64Array) =>
    Float64Array.from(order, func => column[func]);
  return {
    length: order.length,
    func: Int32Array.from(order),
    self: pick(self),
    inclusive: pick(inclusive),
    measured: measured && {
      self: pick(measured.self),
      inclusive: pick(measured.inclusive)
    },
    count: pick(count),
    calls: calls && pick(calls),
    category: Uint8Array.from(order, func => category[func])
  };
}
