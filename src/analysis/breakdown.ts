import { CATEGORIES } from '../format/types';
import type { CategoryIndex, FunctionIndex, IProfile } from '../model/profile';
import type { IStackView } from './filter';
import { isFolded, isWhole } from './functionTable';
import { functionLabel, moduleKey, moduleLabel } from './names';
import { PairTable } from './pairs';

/** A part of the whole; its children add up to its value. */
export interface IBreakdown {
  readonly label: string;
  readonly value: number;
  readonly category: CategoryIndex;
  /** The function that a leaf is; -1: the part is not one function. */
  readonly func: FunctionIndex;
  readonly children: readonly IBreakdown[];
}

const WAITING = CATEGORIES.indexOf('waiting');

/** How many children of a part are shown; the rest is `other`. */
const TOP = 12;

/**
 * Cost by category: of the stacks in the view, of an exact engine's functions
 * otherwise. Waiting that was measured by clocks instead of sampled is added
 * when the view shows everything.
 */
export function categoryTotals(
  profile: IProfile,
  view: IStackView
): Float64Array {
  const totals = new Float64Array(CATEGORIES.length);
  const { cost, category } = costs(profile, view);
  for (let row = 0; row < cost.length; row++) {
    totals[category[row]] += cost[row];
  }
  if (totals[WAITING] === 0) {
    totals[WAITING] = clockedWaiting(profile, view);
  }
  return totals;
}

/**
 * The whole by category, then module or library, then function (by self
 * cost), each in descending order with small parts joined as `other`.
 */
export function breakdown(profile: IProfile, view: IStackView): IBreakdown {
  const { cost, category, func } = costs(profile, view);
  const pairs = new PairTable();
  const values: number[] = [];
  for (let row = 0; row < cost.length; row++) {
    if (cost[row] > 0) {
      const pair = pairs.add(category[row], func[row]);
      values[pair] = (values[pair] ?? 0) + cost[row];
    }
  }
  const parts: IBreakdown[] = [];
  CATEGORIES.forEach((name, code) => {
    const modules = new Map<number, { func: number; leaves: IBreakdown[] }>();
    let machinery = 0;
    for (let pair = 0; pair < pairs.length; pair++) {
      const of = pairs.second[pair];
      if (pairs.first[pair] !== code) {
        continue;
      }
      if (!view.available && isFolded(profile, view, of)) {
        machinery += values[pair];
      } else {
        const key = moduleKey(profile, of);
        const module = modules.get(key) ?? { func: of, leaves: [] };
        const label = functionLabel(profile, of);
        module.leaves.push(part(label, code, [], values[pair], of));
        modules.set(key, module);
      }
    }
    const children = Array.from(modules.values(), module =>
      part(moduleLabel(profile, module.func), code, module.leaves)
    );
    if (machinery > 0) {
      children.push(part('notebook', code, [], machinery));
    }
    if (children.length > 0) {
      parts.push(part(name, code, children));
    }
  });
  const waiting = clockedWaiting(profile, view);
  if (waiting > 0 && !parts.some(({ category }) => category === WAITING)) {
    parts.push(part('waiting', WAITING, [], waiting));
  }
  parts.sort((a, b) => b.value - a.value);
  return {
    label: profile.meta.name,
    value: sum(parts),
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
    return { cost: view.weight, category: view.category, func: view.function };
  }
  return {
    cost: functions.self ?? new Float64Array(0),
    category: functions.category,
    func: Int32Array.from({ length: functions.length }, (_, func) => func)
  };
}

/** Waiting by clocks, 0 where it does not belong to what is shown. */
function clockedWaiting(profile: IProfile, view: IStackView): number {
  const { summary, values } = profile;
  const sameUnit = values[view.valueIndex]?.unit === summary.unit;
  return sameUnit && isWhole(view) ? (summary.categories.waiting ?? 0) : 0;
}

function part(
  label: string,
  category: CategoryIndex,
  children: readonly IBreakdown[],
  value = sum(children),
  func: FunctionIndex = -1
): IBreakdown {
  const sorted = Array.from(children).sort((a, b) => b.value - a.value);
  if (sorted.length > TOP) {
    const rest = sum(sorted.splice(TOP - 1));
    sorted.push(part('other', category, [], rest));
  }
  return { label, value, category, func, children: sorted };
}

function sum(parts: readonly IBreakdown[]): number {
  return parts.reduce((total, { value }) => total + value, 0);
}
