import { CATEGORIES } from '../format/types';
import {
  Kind,
  type CategoryIndex,
  type FunctionIndex,
  type IProfile
} from '../model/profile';
import type { IStackView } from './stackView';
import { isFolded, isWhole } from './functionTable';
import { functionLabel, moduleKey, moduleLabel } from './names';
import { sumByKey } from './paths';
import { portionsIn } from './spans';

/** A cost. */
interface IAmount {
  readonly value: number;
  /** The part of it that was measured, not sampled. */
  readonly measured: number;
}

const NOTHING: IAmount = { value: 0, measured: 0 };

/** A part of the whole; its children add up to its value. */
export interface IBreakdown extends IAmount {
  readonly label: string;
  readonly category: CategoryIndex;
  /** The function that a leaf is; -1: the part is not one function. */
  readonly func: FunctionIndex;
  readonly children: readonly IBreakdown[];
}

/** What a thread does while it is off the CPU. */
const OFF_CPU = (
  ['gil', 'waiting', 'io', 'sleep', 'lock', 'queued'] as const
).map(name => CATEGORIES.indexOf(name));

const IS_OFF_CPU = Uint8Array.from(CATEGORIES, (_, code) =>
  OFF_CPU.includes(code) ? 1 : 0
);

/** Whether a category is of time off the CPU. */
export function isWaiting(category: CategoryIndex): boolean {
  return IS_OFF_CPU[category] === 1;
}

/** How many children of a part are shown; the rest is `other`. */
const TOP = 12;

/** Costs by category. */
export interface ICategoryTotals {
  readonly cost: Float64Array;
  /** The part of it that was measured, not sampled. */
  readonly measured: Float64Array;
}

/**
 * Cost by category: of the stacks in the view, of an exact engine's functions
 * otherwise. Waiting of the cell's own thread that was measured beside the CPU
 * time is added when the view shows all of that.
 */
export function categoryTotals(
  profile: IProfile,
  view: IStackView
): ICategoryTotals {
  const { cost, category } = costs(profile, view);
  const totals = sumByKey(category, CATEGORIES.length, cost);
  const measured = view.measured
    ? sumByKey(category, CATEGORIES.length, view.measured)
    : new Float64Array(CATEGORIES.length);
  const waited = measuredApart(profile, view);
  for (const code of OFF_CPU) {
    const apart = Math.max(0, waited[code] - totals[code]);
    totals[code] += apart;
    measured[code] += apart;
  }
  return { cost: totals, measured };
}

/**
 * The whole by category, then module or library, then function (by self
 * cost), each in descending order with small parts joined as `other`.
 */
export function breakdown(profile: IProfile, view: IStackView): IBreakdown {
  const { cost, category } = costs(profile, view);
  const waited = measuredApart(profile, view);
  const { length } = profile.functions;
  // By category and function, all that there can be side by side.
  const keyOf = new Int32Array(cost.length).fill(-1);
  for (let row = 0; row < cost.length; row++) {
    if (cost[row] > 0) {
      const func = view.available ? whoRan(profile, view, row) : row;
      keyOf[row] = category[row] * length + func;
    }
  }
  const keys = CATEGORIES.length * length;
  const value = sumByKey(keyOf, keys, cost);
  const measured = view.measured && sumByKey(keyOf, keys, view.measured);
  const parts: IBreakdown[] = [];
  CATEGORIES.forEach((name, code) => {
    const modules = new Map<number, { func: number; leaves: ILeaf[] }>();
    let machinery = NOTHING;
    for (let func = 0; func < length; func++) {
      const at = code * length + func;
      if (value[at] === 0) {
        continue;
      }
      const leaf = { func, value: value[at], measured: measured?.[at] ?? 0 };
      if (!view.available && isFolded(profile, view, func)) {
        machinery = sumParts([machinery, leaf]);
      } else {
        const key = moduleKey(profile, func);
        const module = modules.get(key) ?? { func, leaves: [] };
        module.leaves.push(leaf);
        modules.set(key, module);
      }
    }
    const children = Array.from(modules.values(), ({ func, leaves }) =>
      part(moduleLabel(profile, func), code, leaves, leaf => ({
        ...part(functionLabel(profile, leaf.func), code, [], same, leaf),
        func: leaf.func
      }))
    );
    if (machinery.value > 0) {
      children.push(part('notebook', code, [], same, machinery));
    }
    const known = sumParts(children);
    const apart = Math.max(0, waited[code] - known.value);
    const all = sumParts([known, { value: apart, measured: apart }]);
    if (all.value > 0) {
      parts.push(part(name, code, children, same, all));
    }
  });
  parts.sort((a, b) => b.value - a.value);
  return {
    label: profile.meta.name,
    ...sumParts(parts),
    category: parts[0]?.category ?? 0,
    func: -1,
    children: parts
  };
}

/** Rows of cost with their category: of the stacks, or of functions. */
function costs(
  profile: IProfile,
  view: IStackView
): { cost: Float64Array; category: Uint8Array } {
  const { self, category } = profile.functions;
  return view.available
    ? { cost: view.weight, category: view.category }
    : { cost: self?.[view.valueIndex] ?? new Float64Array(0), category };
}

/**
 * The function of a row; off the CPU the Python function that waits: that it
 * does so in the system's kernel says nothing.
 */
function whoRan(
  profile: IProfile,
  { category, prefix, function: functions }: IStackView,
  row: number
): FunctionIndex {
  const { kind } = profile.functions;
  let at = isWaiting(category[row]) ? row : -1;
  while (at >= 0 && kind[functions[at]] !== Kind.Python) {
    at = prefix[at];
  }
  return functions[at < 0 ? row : at];
}

/**
 * By category how long the cell's own thread waited, which CPU time does not
 * tell; nothing where that does not belong to what is shown.
 */
function measuredApart(profile: IProfile, view: IStackView): Float64Array {
  const waited = new Float64Array(CATEGORIES.length);
  const { time } = view.filter;
  if (
    view.valueIndex !== 0 ||
    !isWhole({ ...view, filter: { ...view.filter, time: null } })
  ) {
    return waited;
  }
  const { samples, stacks, threads, values } = profile;
  const wall = values.findIndex(({ name }) => name === 'wall');
  if (!time) {
    for (const code of OFF_CPU) {
      waited[code] = profile.summary.categories[CATEGORIES[code]] ?? 0;
    }
  } else if (samples && stacks && threads && wall >= 0) {
    const portions = portionsIn(profile, wall, time);
    for (let sample = 0; sample < samples.length; sample++) {
      const stack = samples.stack[sample];
      const thread = samples.thread[sample];
      if (stack < 0 || thread < 0 || !threads.main[thread]) {
        continue;
      }
      const code = stacks.category[stack];
      if (isWaiting(code)) {
        waited[code] += samples.values[wall][sample] * portions[sample];
      }
    }
  }
  return waited;
}

/** A function's part, not named yet: most are joined with others. */
interface ILeaf extends IAmount {
  readonly func: FunctionIndex;
}

/** @param name Makes a child of a part that is shown. */
function part<T extends IAmount>(
  label: string,
  category: CategoryIndex,
  parts: readonly T[],
  name: (part: T) => IBreakdown,
  { value, measured }: IAmount = sumParts(parts)
): IBreakdown {
  const sorted = Array.from(parts).sort((a, b) => b.value - a.value);
  const rest = sorted.length > TOP ? sorted.splice(TOP - 1) : [];
  const children = sorted.map(name);
  if (rest.length > 0) {
    children.push(part('other', category, [], same, sumParts(rest)));
  }
  return { label, value, measured, category, func: -1, children };
}

/** A child that is named already. */
function same(part: IBreakdown): IBreakdown {
  return part;
}

/** What parts cost together. */
export function sumParts(parts: readonly IAmount[]): IAmount {
  let { value, measured } = NOTHING;
  for (const part of parts) {
    value += part.value;
    measured += part.measured;
  }
  return { value, measured };
}
