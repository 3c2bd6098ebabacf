/** A map of the interpreter: what its parts cost, and the functions in each. */
import { CATEGORIES } from '../format/types';
import {
  Kind,
  type CategoryIndex,
  type FunctionIndex,
  type IProfile
} from '../model/profile';
import { isWaiting } from './breakdown';
import { interpreterOf, type IInterpreter } from './interpreter';
import { BELOW, COLLECTOR, EVALUATOR, THREADS } from './interpreterParts';
import type { IStackView } from './stackView';

const GC = CATEGORIES.indexOf('gc');
const GIL = CATEGORIES.indexOf('gil');

/** A part of the interpreter, or a function in one, with its own cost. */
export interface IMapCost {
  readonly value: number;
  /** The part of it that was measured, not sampled. */
  readonly measured: number;
  /** In the order of `CATEGORIES`. */
  readonly byCategory: readonly number[];
}

/** A function's cost as far as it is of this part. */
export interface IMapFunction extends IMapCost {
  readonly func: FunctionIndex;
}

/** A part with its functions, costliest first. */
export interface IMapPart extends IMapCost {
  readonly label: string;
  readonly functions: readonly IMapFunction[];
}

/** All parts that cost anything, costliest first. */
export interface IInterpreterMap extends IMapCost {
  readonly parts: readonly IMapPart[];
}

/**
 * Cost in CPython's own C code by part and function. What the C library and the
 * kernel do for it is a part of its own; what Python runs elsewhere (numpy, its
 * BLAS) is not in it, nor is time off the CPU, but for the GIL's. Garbage
 * collection and the GIL have all that runs below them. What stands in a Python
 * function itself is the evaluator that runs it, where an engine folds that.
 *
 * @param view Stacks with the machinery in them: it is what this is about.
 */
export function interpreterMap(
  profile: IProfile,
  view: IStackView
): IInterpreterMap {
  const tally = new Tally();
  const interpreter = interpreterOf(profile);
  if (view.available) {
    chargeStacks(view, interpreter, tally);
  } else {
    chargeFunctions(view, interpreter, tally);
  }
  return tally.finish();
}

class Cost implements IMapCost {
  constructor(readonly func: FunctionIndex) {}

  value = 0;
  measured = 0;
  readonly byCategory = CATEGORIES.map(() => 0);

  add(category: CategoryIndex, value: number, measured: number): void {
    this.value += value;
    this.measured += measured;
    this.byCategory[category] += value;
  }
}

/** Costs by part and function. */
class Tally {
  charge(
    label: string,
    func: FunctionIndex,
    category: CategoryIndex,
    value: number,
    measured = 0
  ): void {
    const functions = this._parts.get(label) ?? new Map<number, Cost>();
    const cost = functions.get(func) ?? new Cost(func);
    this._parts.set(label, functions.set(func, cost));
    cost.add(category, value, measured);
  }

  finish(): IInterpreterMap {
    const parts = Array.from(this._parts, ([label, costs]) => {
      const functions = sorted([...costs.values()]);
      return { label, functions, ...sum(functions) };
    });
    return { parts: sorted(parts), ...sum(parts) };
  }

  private readonly _parts = new Map<string, Map<number, Cost>>();
}

function sorted<T extends IMapCost>(costs: T[]): T[] {
  return costs.sort((a, b) => b.value - a.value);
}

function sum(costs: readonly IMapCost[]): IMapCost {
  const { value, measured, byCategory } = new Cost(-1);
  return costs.reduce<IMapCost>(
    (all, cost) => ({
      value: all.value + cost.value,
      measured: all.measured + cost.measured,
      byCategory: all.byCategory.map((of, at) => of + cost.byCategory[at])
    }),
    { value, measured, byCategory }
  );
}

/** A sample is of its leaf, if that is the interpreter's or is run by nobody but it. */
function chargeStacks(
  view: IStackView,
  { part, labels, below }: IInterpreter,
  tally: Tally
): void {
  const { length, prefix, function: functions, weight, measured } = view;
  const { kind } = view.profile.functions;
  const isInside = new Uint8Array(length);
  for (let row = 0; row < length; row++) {
    const func = functions[row];
    const above = prefix[row];
    const isPython = kind[func] === Kind.Python;
    isInside[row] =
      isPython ||
      part[func] >= 0 ||
      (below[func] && above >= 0 && isInside[above])
        ? 1
        : 0;
    const category = view.category[row];
    const isOff = isWaiting(category) && category !== GIL;
    if (isInside[row] && weight[row] > 0 && !isOff) {
      const own = isPython
        ? EVALUATOR
        : part[func] < 0
          ? BELOW
          : labels[part[func]];
      const label =
        category === GC ? COLLECTOR : category === GIL ? THREADS : own;
      tally.charge(label, func, category, weight[row], measured?.[row]);
    }
  }
}

/** The same where an exact engine counted functions: their own cost, and what they call below. */
function chargeFunctions(
  { profile, valueIndex }: IStackView,
  { part, labels, below }: IInterpreter,
  tally: Tally
): void {
  const { functions, edges } = profile;
  const isPython = (func: FunctionIndex): boolean =>
    functions.kind[func] === Kind.Python;
  functions.self?.[valueIndex]?.forEach((value, func) => {
    const label = isPython(func) ? EVALUATOR : labels[part[func]];
    if (label && value > 0) {
      tally.charge(label, func, functions.category[func], value);
    }
  });
  const leaves = edges && leadsOut(profile, below);
  edges?.caller.forEach((caller, edge) => {
    const callee = edges.callee[edge];
    const value = edges.inclusive[valueIndex]?.[edge] ?? 0;
    const isFor =
      caller >= 0 &&
      (part[caller] >= 0 || isPython(caller)) &&
      below[callee] === 1;
    if (isFor && !leaves![callee] && value > 0) {
      tally.charge(BELOW, callee, functions.category[callee], value);
    }
  });
}

/**
 * By function, 1: other code is reached from it, as from `qsort`. What such a
 * function costs with its callees is not the system's alone.
 */
function leadsOut({ edges }: IProfile, below: Uint8Array): Uint8Array {
  const { length, caller, callee } = edges!;
  const out = Uint8Array.from(below, of => 1 - of);
  for (let grows = true; grows;) {
    grows = false;
    for (let edge = 0; edge < length; edge++) {
      const from = caller[edge];
      if (from >= 0 && !out[from] && out[callee[edge]]) {
        out[from] = 1;
        grows = true;
      }
    }
  }
  return out;
}
