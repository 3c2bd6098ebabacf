/** What functions and lines cost in each of several profiles. */
import { CATEGORIES } from '../../format/types';
import type { IProfile } from '../../model/profile';
import { exactTotal } from '../exactTotal';
import type { IStackView } from '../stackView';
import type { IExactCosts, IPrecision } from '../intervals';
import { isFolded } from '../functionTable';
import { linePlaces } from '../lines';
import { majority } from '../majority';
import { outermost, subtreeSums, sumByKey } from '../paths';
import type { IMatched } from './functions';

/** One of the profiles compared, as it is shown. */
export interface ISide {
  readonly profile: IProfile;
  readonly view: IStackView;
}

/** What the rows of a comparison cost in one profile. */
export interface ISideCosts {
  readonly self: Float64Array;
  /** With what it called; recursion counts once. */
  readonly inclusive: Float64Array;
  /** The parts that were measured, not sampled; null: none. */
  readonly measured: IExactCosts | null;
  /** Exact numbers of calls, null where they were not counted. */
  readonly calls: Float64Array | null;
  readonly category: Uint8Array;
}

/** The rows of a comparison: functions, or lines. */
export interface IComparedRows {
  readonly length: number;
  /** For each profile. */
  readonly costs: readonly ISideCosts[];
}

/** How sure the costs of a side are, and of how much they are a part. */
export function precisionOf({ profile, view }: ISide): IPrecision {
  if (view.available) {
    return view.precision;
  }
  return {
    samples: 0,
    estimated: 0,
    total: exactTotal(profile, view.valueIndex)
  };
}

/** The costs of the matched functions. */
export function functionCosts(
  sides: readonly ISide[],
  matched: IMatched
): IComparedRows {
  const { length } = matched;
  return {
    length,
    costs: sides.map((side, at) => {
      const { profile, view } = side;
      const rowOf = matched.rows[at];
      if (!view.available) {
        return exactCosts(side, rowOf, length);
      }
      const { functions } = profile;
      const key = view.function.map(func => rowOf[func]);
      const usual = new Uint8Array(length);
      rowOf.forEach((row, func) => (usual[row] = functions.category[func]));
      return {
        ...keyedCosts(view, key, key, length),
        calls: callsOf(side, rowOf, length),
        category: majority(view, key, usual)
      };
    })
  };
}

/** The cost of a side by category, of what is compared alone. */
export function categoryCosts({ profile, view }: ISide): Float64Array {
  const { functions } = profile;
  return view.available
    ? sumByKey(view.category, CATEGORIES.length, view.weight)
    : sumByKey(
        functions.category,
        CATEGORIES.length,
        functions.self?.[view.valueIndex] ?? new Float64Array(functions.length)
      );
}

/** A line of the source in several profiles. */
export interface IComparedLines extends IComparedRows {
  /** For each profile the line's number, -1: it has none. */
  readonly line: readonly Int32Array[];
  /** For each profile a function of the line, -1: it has none. */
  readonly func: readonly Int32Array[];
}

/**
 * The costs of Python lines. Lines of a cell are matched by their text, others
 * by their distance from the beginning of their function.
 */
export function lineCosts(
  sides: readonly ISide[],
  matched: IMatched
): IComparedLines {
  const numbers = new Map<string, number>();
  const found = sides.map(({ profile, view }, at) => {
    const { places, functionOf, key, owner } = linePlaces(profile, view);
    const { functions, strings } = profile;
    const row = Int32Array.from({ length: places.length }, (_, place) => {
      const line = places.second[place];
      const func = functionOf[place];
      const file = strings[places.first[place]];
      const cell = matched.cells[at].get(file);
      const there = cell?.lines[line - 1] ?? -1;
      const name = cell
        ? `${cell.name}\0${there >= 0 ? there : `new ${at} ${line}`}`
        : `${matched.rows[at][func]}\0${line - functions.line[func]}`;
      const number = numbers.get(name) ?? numbers.size;
      numbers.set(name, number);
      return number;
    });
    return { places, functionOf, key, owner, row };
  });
  const length = numbers.size;
  const column = (): Int32Array => new Int32Array(length).fill(-1);
  const line = sides.map(column);
  const func = sides.map(column);
  const costs = found.map(({ places, functionOf, key, owner, row }, at) => {
    row.forEach((number, place) => {
      line[at][number] = places.second[place];
      func[at][number] = functionOf[place];
    });
    const rows = (of: Int32Array): Int32Array =>
      of.map(place => (place < 0 ? -1 : row[place]));
    const { view } = sides[at];
    return {
      ...keyedCosts(view, rows(owner), rows(key), length),
      calls: null,
      category: majority(view, rows(owner), new Uint8Array(length))
    };
  });
  return { length, costs, line, func };
}

/** Sums the stacks of a view: what is in a key itself, and what goes through it. */
function keyedCosts(
  { prefix, weight, measured }: IStackView,
  owner: Int32Array,
  key: Int32Array,
  length: number
): Pick<ISideCosts, 'self' | 'inclusive' | 'measured'> {
  const first = outermost(prefix, key, length);
  const self = (cost: Float64Array): Float64Array =>
    sumByKey(owner, length, cost);
  const inclusive = (cost: Float64Array): Float64Array =>
    sumByKey(key, length, subtreeSums(prefix, cost), first);
  return {
    self: self(weight),
    inclusive: inclusive(weight),
    measured: measured && {
      self: self(measured),
      inclusive: inclusive(measured)
    }
  };
}

/** From the columns of an engine that measured functions instead of stacks. */
function exactCosts(
  side: ISide,
  rowOf: Int32Array,
  length: number
): ISideCosts {
  const { profile, view } = side;
  const { functions } = profile;
  const shown = rowOf.map((row, func) =>
    isFolded(profile, view, func) ? -1 : row
  );
  const none = new Float64Array(functions.length);
  const sum = (cost: Float64Array | undefined): Float64Array =>
    sumByKey(shown, length, cost ?? none);
  const category = new Uint8Array(length);
  rowOf.forEach((row, func) => (category[row] = functions.category[func]));
  return {
    self: sum(functions.self?.[view.valueIndex]),
    inclusive: sum(functions.inclusive?.[view.valueIndex]),
    measured: null,
    calls: callsOf(side, rowOf, length),
    category
  };
}

/** Calls where an engine counted them; of functions without any, -1. */
function callsOf(
  { profile }: ISide,
  rowOf: Int32Array,
  length: number
): Float64Array | null {
  const { calls } = profile.functions;
  const sums = calls && new Float64Array(length).fill(-1);
  calls?.forEach((count, func) => {
    if (count >= 0) {
      const row = rowOf[func];
      sums![row] = Math.max(0, sums![row]) + count;
    }
  });
  return sums;
}
