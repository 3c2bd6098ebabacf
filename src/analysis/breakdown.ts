import { CATEGORIES } from '../format/types';
import {
  Kind,
  type CategoryIndex,
  type FunctionIndex,
  type IProfile
} from '../model/profile';
import type { IStackView } from './filter';
import { isFolded, isWhole } from './functionTable';
import { functionLabel, moduleKey, moduleLabel } from './names';
import { PairTable } from './pairs';
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

/** Whether a category is of time off the CPU. */
export function isWaiting(category: CategoryIndex): boolean {
  return OFF_CPU.includes(category);
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
  const { cost, category, func } = costs(profile, view);
  const waited = measuredApart(profile, view);
  const pairs = new PairTable();
  const pairOf = new Int32Array(cost.length).fill(-1);
  for (let row = 0; row < cost.length; row++) {
    if (cost[row] > 0) {
      pairOf[row] = pairs.add(category[row], func[row]);
    }
  }
  const value = sumByKey(pairOf, pairs.length, cost);
  const measured =
    view.measured && sumByKey(pairOf, pairs.length, view.measured);
  const amounts = Array.from(value, (value, pair): IAmount => ({
    value,
    measured: measured?.[pair] ?? 0
  }));
  const parts: IBreakdown[] = [];
  CATEGORIES.forEach((name, code) => {
    const modules = new Map<number, { func: number; leaves: IBreakdown[] }>();
    let machinery = NOTHING;
    for (let pair = 0; pair < pairs.length; pair++) {
      const of = pairs.second[pair];
      if (pairs.first[pair] !== code) {
        continue;
      }
      if (!view.available && isFolded(profile, view, of)) {
        machinery = sumParts([machinery, amounts[pair]]);
      } else {
        const key = moduleKey(profile, of);
        const module = modules.get(key) ?? { func: of, leaves: [] };
        const label = functionLabel(profile, of);
        module.leaves.push(part(label, code, [], amounts[pair], of));
        modules.set(key, module);
      }
    }
    const children = Array.from(modules.values(), module =>
      part(moduleLabel(profile, module.func), code, module.leaves)
    );
    if (machinery.value > 0) {
      children.push(part('notebook', code, [], machinery));
    }
    const known = sumParts(children);
    const apart = Math.max(0, waited[code] - known.value);
    const all = sumParts([known, { value: apart, measured: apart }]);
    if (all.value > 0) {
      parts.push(part(name, code, children, all));
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

/** Rows of cost with their category and function. */
function costs(
  profile: IProfile,
  view: IStackView
): { cost: Float64Array; category: Uint8Array; func: Int32Array } {
  const { functions } = profile;
  if (view.available) {
    const { weight, category } = view;
    return { cost: weight, category, func: whoWaited(profile, view) };
  }
  return {
    cost: functions.self ?? new Float64Array(0),
    category: functions.category,
    func: Int32Array.from({ length: functions.length }, (_, func) => func)
  };
}

/**
 * The function of each row; off the CPU the Python function that waits: that
 * it does so in the system's kernel says nothing.
 */
function whoWaited(profile: IProfile, view: IStackView): Int32Array {
  const { kind } = profile.functions;
  const func = view.function.slice();
  const python = new Int32Array(view.length).fill(-1);
  for (let row = 0; row < view.length; row++) {
    const above = view.prefix[row];
    const here = view.function[row];
    python[row] =
      kind[here] === Kind.Python ? here : above >= 0 ? python[above] : -1;
    if (isWaiting(view.category[row]) && python[row] >= 0) {
      func[row] = python[row];
    }
  }
  return func;
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

function part(
  label: string,
  category: CategoryIndex,
  children: readonly IBreakdown[],
  amount = sumParts(children),
  func: FunctionIndex = -1
): IBreakdown {
  const sorted = Array.from(children).sort((a, b) => b.value - a.value);
  if (sorted.length > TOP) {
    const rest = sumParts(sorted.splice(TOP - 1));
    sorted.push(part('other', category, [], rest));
  }
  return { label, ...amount, category, func, children: sorted };
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
