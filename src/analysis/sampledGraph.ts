import type { FunctionIndex, IProfile } from '../model/profile';
import type { IGroupCosts, IGraphEdges } from './graphCosts';
import type { IStackView } from './stackView';
import { isWhole } from './functionTable';
import { majority } from './majority';
import { PairTable } from './pairs';
import type { IPartition } from './partition';
import { outermost, subtreeSums, sumByKey } from './paths';

/** The costs of a call graph from stacks: every sample counts once. */
export function sampledCosts(
  profile: IProfile,
  view: IStackView,
  partition: IPartition,
  focus: FunctionIndex | null
): IGroupCosts {
  const { functions } = profile;
  const { key, keys, home } = partition;
  const only = (cost: Float64Array) =>
    focus === null ? cost : through(view, home, home[focus], cost);
  const weight = only(view.weight);
  const measured = view.measured && only(view.measured);
  const sums = subtreeSums(view.prefix, weight);
  const first = outermost(view.prefix, key, keys);
  const func = representatives(view, partition, sums);
  const category = majority(
    view,
    key,
    Uint8Array.from(func, of => (of < 0 ? 0 : functions.category[of]))
  );
  const counted = focus === null && isWhole(view) && !partition.collapsed;
  return {
    func,
    holder: holders(view, partition, sums),
    self: sumByKey(key, keys, weight),
    inclusive: sumByKey(key, keys, sums, first),
    measured: measured && {
      self: sumByKey(key, keys, measured),
      inclusive: sumByKey(key, keys, subtreeSums(view.prefix, measured), first)
    },
    calls:
      counted && functions.calls ? sumByKey(home, keys, functions.calls) : null,
    category,
    total: view.total,
    edges: shown => {
      const edges = edgesBetween(view, partition, sums, shown);
      return counted ? withCalls(profile, partition, edges) : edges;
    }
  };
}

/** The cost of the samples that go through the functions of one node. */
function through(
  view: IStackView,
  home: Int32Array,
  key: number,
  cost: Float64Array
): Float64Array {
  const inside = new Uint8Array(view.length);
  const weight = new Float64Array(view.length);
  for (let row = 0; row < view.length; row++) {
    const above = view.prefix[row];
    if ((above >= 0 && inside[above]) || home[view.function[row]] === key) {
      inside[row] = 1;
      weight[row] = cost[row];
    }
  }
  return weight;
}

/** For each key the costliest of its functions, -1 where it has no cost. */
function representatives(
  view: IStackView,
  { key, keys, home }: IPartition,
  sums: Float64Array
): Int32Array {
  const functions = view.profile.functions.length;
  const ofFunction = sumByKey(view.function, functions, sums);
  const func = new Int32Array(keys).fill(-1);
  for (let row = 0; row < view.length; row++) {
    const candidate = view.function[row];
    const known = func[key[row]];
    if (
      sums[row] > 0 &&
      home[candidate] === key[row] &&
      (known < 0 || ofFunction[candidate] > ofFunction[known])
    ) {
      func[key[row]] = candidate;
    }
  }
  return func;
}

/** By function: the key that stands for it, its own one first; -1: none. */
function holders(
  view: IStackView,
  { key, home }: IPartition,
  sums: Float64Array
): Int32Array {
  const holder = new Int32Array(home.length).fill(-1);
  for (let row = 0; row < view.length; row++) {
    const of = view.function[row];
    if (sums[row] > 0 && (holder[of] < 0 || key[row] === home[of])) {
      holder[of] = key[row];
    }
  }
  return holder;
}

/** The edges from each shown row to the nearest shown row above it. */
function edgesBetween(
  view: IStackView,
  { key, joined }: IPartition,
  sums: Float64Array,
  shown: Uint8Array
): IGraphEdges {
  const pairs = new PairTable();
  const pair = new Int32Array(view.length).fill(-1);
  const indirect: number[] = [];
  const nearest = new Int32Array(view.length);
  for (let row = 0; row < view.length; row++) {
    const above = view.prefix[row];
    const caller = above < 0 ? -1 : nearest[above];
    nearest[row] = shown[key[row]] ? row : caller;
    if (!shown[key[row]] || caller < 0 || sums[row] <= 0) {
      continue;
    }
    // Within several functions calls are no edges; one may call itself.
    if (!joined[key[row]] || key[caller] !== key[row]) {
      pair[row] = pairs.add(key[caller], key[row]);
      indirect[pair[row]] ||= caller === above ? 0 : 1;
    }
  }
  const first = outermost(view.prefix, pair, pairs.length);
  return {
    length: pairs.length,
    from: pairs.first,
    to: pairs.second,
    cost: sumByKey(pair, pairs.length, sums, first),
    calls: null,
    indirect: Uint8Array.from(indirect)
  };
}

/** The same edges with exact counts, where the profile has them too. */
function withCalls(
  profile: IProfile,
  { home }: IPartition,
  edges: IGraphEdges
): IGraphEdges {
  const exact = profile.edges;
  if (!exact) {
    return edges;
  }
  const pairs = new PairTable(exact.length);
  const counts: number[] = [];
  for (let row = 0; row < exact.length; row++) {
    if (exact.caller[row] >= 0) {
      const { caller, callee } = exact;
      const pair = pairs.add(home[caller[row]], home[callee[row]]);
      counts[pair] = (counts[pair] ?? 0) + exact.calls[row];
    }
  }
  const calls = new Float64Array(edges.length);
  for (let edge = 0; edge < edges.length; edge++) {
    calls[edge] = counts[pairs.find(edges.from[edge], edges.to[edge])] ?? 0;
  }
  return { ...edges, calls };
}
