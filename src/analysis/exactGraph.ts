import type { FunctionIndex, IEdgeTable, IProfile } from '../model/profile';
import type { IGroupCosts, IGroupEdges } from './callGraph';
import { groupKeys, type Group } from './groups';
import { PairTable } from './pairs';

/**
 * The costs of a call graph from exact columns and edges.
 *
 * The inclusive cost of a module or file is what enters it: that of its edges from
 * elsewhere, and its functions that nobody called.
 */
export function exactCosts(
  profile: IProfile,
  group: Group,
  focus: FunctionIndex | null
): IGroupCosts {
  const { functions, edges } = profile;
  const { key, keys } = groupKeys(profile, group);
  const near = focus === null ? null : reachable(profile, focus);
  const self = new Float64Array(keys);
  const inclusive = new Float64Array(keys);
  const calls = functions.calls && new Float64Array(keys);
  const func = new Int32Array(keys).fill(-1);
  const category = new Uint8Array(keys);
  const called = new Uint8Array(functions.length);
  let total = 0;
  for (let edge = 0; edges && edge < edges.length; edge++) {
    called[edges.callee[edge]] ||= edges.caller[edge] >= 0 ? 1 : 0;
  }
  for (let of = 0; of < functions.length; of++) {
    const own = functions.self?.[of] ?? 0;
    const all = functions.inclusive?.[of] ?? 0;
    total += own;
    if (near && !near[of]) {
      continue;
    }
    const at = key[of];
    self[at] += own;
    if (calls) {
      calls[at] += functions.calls[of];
    }
    if (group === 'function' || !called[of]) {
      inclusive[at] += all;
    }
    const known = func[at];
    if (known < 0 || all > (functions.inclusive?.[known] ?? 0)) {
      func[at] = of;
      category[at] = functions.category[of];
    }
  }
  const joined = joinedEdges(edges, key, near, group);
  if (group !== 'function') {
    for (let edge = 0; edge < joined.length; edge++) {
      inclusive[joined.to[edge]] += joined.cost[edge];
    }
  }
  return {
    func,
    self,
    inclusive,
    measured: null,
    calls,
    category,
    total,
    edges: shown => between(joined, shown)
  };
}

/** Functions from which `focus` can be reached, or that it can reach. */
function reachable(profile: IProfile, focus: FunctionIndex): Uint8Array {
  const near = new Uint8Array(profile.functions.length);
  const { edges } = profile;
  near[focus] = 1;
  if (edges) {
    spread(near, focus, edges.caller, edges.callee);
    spread(near, focus, edges.callee, edges.caller);
  }
  return near;
}

/** Marks what follows from `start` along the edges. */
function spread(
  near: Uint8Array,
  start: FunctionIndex,
  from: Int32Array,
  to: Int32Array
): void {
  const next = new Map<FunctionIndex, FunctionIndex[]>();
  from.forEach((of, edge) => {
    const found = next.get(of);
    if (found) {
      found.push(to[edge]);
    } else {
      next.set(of, [to[edge]]);
    }
  });
  const seen = new Set([start]);
  // A set can grow while it is walked: it is the queue as well.
  for (const func of seen) {
    near[func] = 1;
    next.get(func)?.forEach(to => to >= 0 && seen.add(to));
  }
}

/** The edges between groups, those of one pair added up. */
function joinedEdges(
  edges: IEdgeTable | null,
  key: Int32Array,
  near: Uint8Array | null,
  group: Group
): IGroupEdges {
  const pairs = new PairTable(edges?.length);
  const cost: number[] = [];
  const calls: number[] = [];
  for (let edge = 0; edges && edge < edges.length; edge++) {
    const from = edges.caller[edge];
    const to = edges.callee[edge];
    if (from < 0 || (near && !(near[from] && near[to]))) {
      continue;
    }
    if (group !== 'function' && key[from] === key[to]) {
      continue;
    }
    const pair = pairs.add(key[from], key[to]);
    cost[pair] = (cost[pair] ?? 0) + edges.inclusive[edge];
    calls[pair] = (calls[pair] ?? 0) + edges.calls[edge];
  }
  return {
    length: pairs.length,
    from: pairs.first,
    to: pairs.second,
    cost: Float64Array.from(cost),
    calls: Float64Array.from(calls),
    indirect: new Uint8Array(pairs.length)
  };
}

/** The edges with both ends shown. */
function between(edges: IGroupEdges, shown: Uint8Array): IGroupEdges {
  const rows: number[] = [];
  for (let edge = 0; edge < edges.length; edge++) {
    if (shown[edges.from[edge]] && shown[edges.to[edge]]) {
      rows.push(edge);
    }
  }
  return {
    length: rows.length,
    from: Int32Array.from(rows, edge => edges.from[edge]),
    to: Int32Array.from(rows, edge => edges.to[edge]),
    cost: Float64Array.from(rows, edge => edges.cost[edge]),
    calls: Float64Array.from(rows, edge => edges.calls![edge]),
    indirect: Uint8Array.from(rows, edge => edges.indirect[edge])
  };
}
