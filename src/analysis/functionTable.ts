import { PLUMBING, type FunctionIndex, type IProfile } from '../model/profile';
import type { IStackView } from './filter';
import { majority } from './majority';
import { outermost, subtreeSums, sumByKey } from './paths';

/** Functions by descending self cost. */
export interface IFunctionRows {
  readonly length: number;
  readonly func: Int32Array;
  readonly self: Float64Array;
  /** With what it called; a recursive function counts once a sample. */
  readonly inclusive: Float64Array;
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
    return chosen(
      func => isFolded(profile, view, func),
      functions.self ?? none,
      functions.inclusive ?? none,
      calls ?? none,
      calls,
      functions.category
    );
  }
  const key = view.function;
  const first = outermost(view.prefix, key, length);
  return chosen(
    () => false,
    sumByKey(key, length, view.weight),
    sumByKey(key, length, subtreeSums(view.prefix, view.weight), first),
    sumByKey(key, length, subtreeSums(view.prefix, view.count), first),
    isWhole(view) ? functions.calls : null,
    majority(view, key, functions.category)
  );
}

/** Whether the view shows all samples, so that exact counts apply to it. */
export function isWhole(view: IStackView): boolean {
  const { thread, root, search } = view.filter;
  return thread === null && root === null && !search;
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
  self: Float64Array,
  inclusive: Float64Array,
  count: Float64Array,
  calls: Float64Array | null,
  category: Uint8Array
): IFunctionRows {
  const rows: number[] = [];
  for (let func = 0; func < self.length; func++) {
    const any = inclusive[func] > 0 || self[func] > 0 || count[func] > 0;
    if (any && !left(func)) {
      rows.push(func);
    }
  }
  rows.sort(
    (a, b) => self[b] - self[a] || inclusive[b] - inclusive[a] || a - b
  );
  const pick = (column: Float64Array) =>
    Float64Array.from(rows, func => column[func]);
  return {
    length: rows.length,
    func: Int32Array.from(rows),
    self: pick(self),
    inclusive: pick(inclusive),
    count: pick(count),
    calls: calls && pick(calls),
    category: Uint8Array.from(rows, func => category[func])
  };
}
