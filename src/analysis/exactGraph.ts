import type { FunctionIndex, IEdgeTable, IProfile } from '../model/profile';
import { exactTotal } from './exactTotal';
import type { IGroupCosts, IGraphEdges } from './graphCosts';
import { PairTable } from './pairs';
import type { IPartition } from './partition';

/**
 * The costs of a call graph from exact columns and edges, in one of the profile's values.
 *
 * The inclusive cost of several functions in one node is what enters it: that
 * of its edges from elsewhere, and its functions that nobody called. Calls that
 * come back to a node by way of others are counted again, though never to more
 * than all: without stacks it is not known what is below what.
 */
export function exactCosts(
  profile: IProfile,
  value: number,
  partition: IPartition,
  focus: FunctionIndex | null
): IGroupCosts {
  const { functions, edges } = profile;
  const ownCosts = functions.self?.[value];
  const allCosts = functions.inclusive?.[value];
  const { key, keys, home, joined } = partition;
  const near = focus === null ? null : reachable(profile, home, home[focus]);
  const self = new Float64Array(keys);
  const inclusive = new Float64Array(keys);
  const calls = functions.calls && new Float64Array(keys).fill(-1);
  const func = new Int32Array(keys).fill(-1);
  const holder = new Int32Array(functions.length).fill(-1);
  const category = new Uint8Array(keys);
  const called = new Uint8Array(functions.length);
  for (let edge = 0; edges && edge < edges.length; edge++) {
    called[edges.callee[edge]] ||= edges.caller[edge] >= 0 ? 1 : 0;
  }
  for (let of = 0; of < functions.length; of++) {
    const own = ownCosts?.[of] ?? 0;
    const all = allCosts?.[of] ?? 0;
    if (near && !near[of]) {
      continue;
    }
    const at = key[of];
    holder[of] = at;
    self[at] += own;
    if (!joined[at] || !called[of]) {
      inclusive[at] += all;
    }
    if (home[of] !== at) {
      continue;
    }
    const count = functions.calls?.[of] ?? -1;
    if (calls && count >= 0) {
      calls[at] = Math.max(calls[at], 0) + count;
    }
    const known = func[at];
    if (known < 0 || all > (allCosts?.[known] ?? 0)) {
      func[at] = of;
      category[at] = functions.category[of];
    }
  }
  const between = edgesBetween(edges, value, partition, near);
  for (let edge = 0; edge < between.length; edge++) {
    if (joined[between.to[edge]]) {
      inclusive[between.to[edge]] += between.cost[edge];
    }
  }
  const total = exactTotal(profile, value);
  return {
    func,
    holder,
    self,
    inclusive: inclusive.map((cost, at) =>
      joined[at] ? Math.min(cost, total) : cost
    ),
    measured: null,
    calls,
    category,
    total,
    edges: shown => withBothEnds(between, shown)
  };
}

/** Functions from which those of node `key` can be reached, or that they can reach. */
function reachable(
  profile: IProfile,
  home: Int32Array,
  key: number
): Uint8Array {
  const near = new Uint8Array(profile.functions.length);
  const { edges } = profile;
  const starts = Array.from(home.keys()).filter(func => home[func] === key);
  for (const start of starts) {
    near[start] = 1;
  }
  if (edges) {
    spread(near, starts, edges.caller, edges.callee);
    spread(near, starts, edges.callee, edges.caller);
  }
  return near;
}

/** Marks what follows from `starts` along the edges. */
function spread(
  near: Uint8Array,
  starts: readonly FunctionIndex[],
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
  const seen = new Set(starts);
  // A set can grow while it is walked: it is the queue as well.
  for (const func of seen) {
    near[func] = 1;
    next.get(func)?.forEach(to => to >= 0 && seen.add(to));
  }
}

/** The edges between nodes, those of one pair added up. */
function edgesBetween(
  edges: IEdgeTable | null,
  value: number,
  { key, joined }: IPartition,
  near: Uint8Array | null
): IGraphEdges {
  const pairs = new PairTable(edges?.length);
  const cost: number[] = [];
  const calls: number[] = [];
  for (let edge = 0; edges && edge < edges.length; edge++) {
    const from = edges.caller[edge];
    const to = edges.callee[edge];
    if (from < 0 || (near && !(near[from] && near[to]))) {
      continue;
    }
    if (joined[key[to]] && key[from] === key[to]) {
      continue;
    }
    const pair = pairs.add(key[from], key[to]);
    cost[pair] = (cost[pair] ?? 0) + edges.inclusive[value][edge];
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
function withBothEnds(edges: IGraphEdges, shown: Uint8Array): IGraphEdges {
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
