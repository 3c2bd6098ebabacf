import { CATEGORIES } from '../format/types';
import { Kind, type IProfile } from '../model/profile';
import type { IStackView } from './stackView';
import type { IExactCosts } from './intervals';
import { PairTable } from './pairs';
import { outermost, sumBelowByKey, sumByKey } from './paths';

/** Source lines by descending self cost. */
export interface ILineRows {
  readonly length: number;
  /** A function of the line (a line can belong to several). */
  readonly function: Int32Array;
  /** Row of `profile.strings`. */
  readonly file: Int32Array;
  readonly line: Int32Array;
  /** The line as typed, where the profile has the cell's source. */
  readonly text: readonly (string | null)[];
  /** Cost while this was the innermost line of its language. */
  readonly self: Float64Array;
  /** With the lines that it called; recursion counts once. */
  readonly inclusive: Float64Array;
  /** 1 where `inclusive` is only the least that it can be; null: nowhere. */
  readonly atLeast: Uint8Array | null;
  /** The parts that were measured, not sampled; null: none. */
  readonly measured: IExactCosts | null;
  /** `inclusive` by category, `CATEGORIES.length` numbers a row; see `categoriesOf`. */
  readonly byCategory: Float64Array;
}

/** What a line costs with the lines that it called, by category. */
export function categoriesOf(
  { byCategory }: ILineRows,
  row: number
): Float64Array {
  const from = row * CATEGORIES.length;
  return byCategory.subarray(from, from + CATEGORIES.length);
}

/** Whose source: Python's, or that of native code with debug information. */
export type Language = 'python' | 'native';

/** Where the stacks of a view are in the source; -1: not in this language. */
export interface ILinePlaces {
  /** The pairs of a file (row of `profile.strings`) and a line. */
  readonly places: PairTable;
  /** A function of each place. */
  readonly functionOf: readonly number[];
  /** For each row of the view the place of its own frame. */
  readonly key: Int32Array;
  /** For each row the innermost place that it runs for. */
  readonly owner: Int32Array;
}

/**
 * Finds the places of a view's rows. A frame of the language without a line
 * keeps its cost to itself, so that no other line is charged for it. Whatever
 * native code does is charged to the Python line that called it, too; Python
 * called from native code is not charged to the native line.
 */
export function linePlaces(
  profile: IProfile,
  view: IStackView,
  language: Language = 'python'
): ILinePlaces {
  const { functions, frames } = profile;
  const python = language === 'python';
  const file = python ? functions.file : functions.source;
  const places = new PairTable();
  const functionOf: number[] = [];
  const key = new Int32Array(view.length).fill(-1);
  const owner = new Int32Array(view.length).fill(-1);
  for (let row = 0; file && row < view.length; row++) {
    const func = view.function[row];
    const isPython = functions.kind[func] === Kind.Python;
    const ours = isPython === python && file[func] >= 0;
    const line = frames!.line[view.frame[row]];
    if (ours && line > 0) {
      key[row] = owner[row] = places.add(file[func], line);
      functionOf[key[row]] ??= func;
    } else if (!isPython && !ours) {
      const above = view.prefix[row];
      owner[row] = above < 0 ? -1 : owner[above];
    }
  }
  return { places, functionOf, key, owner };
}

const NO_LINES: ILineRows = {
  length: 0,
  function: new Int32Array(0),
  file: new Int32Array(0),
  line: new Int32Array(0),
  text: [],
  self: new Float64Array(0),
  inclusive: new Float64Array(0),
  atLeast: null,
  measured: null,
  byCategory: new Float64Array(0)
};

/**
 * A row for each source line in the stacks of the view; none where the
 * profile has no stacks.
 */
export function lineRows(
  profile: IProfile,
  view: IStackView,
  language: Language = 'python',
  found = linePlaces(profile, view, language)
): ILineRows {
  const { places, functionOf, key, owner } = found;
  const length = places.length;
  if (length === 0) {
    return NO_LINES;
  }
  const own = (weight: Float64Array) => sumByKey(owner, length, weight);
  const self = own(view.weight);
  const first = outermost(view.prefix, key, length);
  const total = (weight: Float64Array) =>
    sumBelowByKey(view.prefix, key, length, first, weight);
  const inclusive = total(view.weight);
  const order = Array.from(self.keys()).sort(
    (a, b) => self[b] - self[a] || inclusive[b] - inclusive[a] || a - b
  );
  const pick = (column: Float64Array) =>
    Float64Array.from(order, place => column[place]);
  const byCategory = new Float64Array(length * CATEGORIES.length);
  categoriesIn(view).forEach((present, code) => {
    const costs = present ? total(ofCategory(view, code)) : null;
    for (let row = 0; costs && row < length; row++) {
      byCategory[row * CATEGORIES.length + code] = costs[order[row]];
    }
  });
  const source = cellLines(profile);
  const { first: file, second: line } = places;
  return {
    length,
    function: Int32Array.from(order, place => functionOf[place]),
    file: Int32Array.from(order, place => file[place]),
    line: Int32Array.from(order, place => line[place]),
    text: order.map(place => {
      const lines = source.get(profile.strings[file[place]]);
      return lines?.[line[place] - 1] ?? null;
    }),
    self: pick(self),
    inclusive: pick(inclusive),
    atLeast: null,
    measured: view.measured && {
      self: pick(own(view.measured)),
      inclusive: pick(total(view.measured))
    },
    byCategory
  };
}

/** By category 1 where the view has any weight in it. */
function categoriesIn({ category, weight, length }: IStackView): Uint8Array {
  const present = new Uint8Array(CATEGORIES.length);
  for (let row = 0; row < length; row++) {
    if (weight[row] > 0) {
      present[category[row]] = 1;
    }
  }
  return present;
}

/** The view's weight in one category. */
function ofCategory(view: IStackView, code: number): Float64Array {
  const weight = new Float64Array(view.length);
  for (let row = 0; row < view.length; row++) {
    if (view.category[row] === code) {
      weight[row] = view.weight[row];
    }
  }
  return weight;
}

/** The source lines of each cell, by its name. */
export function cellLines(profile: IProfile): Map<string, string[]> {
  return new Map(
    profile.cells.map(cell => [cell.name, cell.source.split('\n')])
  );
}
