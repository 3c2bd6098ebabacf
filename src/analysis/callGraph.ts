/**
 * The call graph: who called whom, at what cost.
 */
import type { FunctionIndex, IProfile } from '../model/profile';
import { stronglyConnected } from './components';
import type { IStackView } from './stackView';
import { exactCosts } from './exactGraph';
import { isFolded } from './functionTable';
import { chooseNodes, type INodeChoice } from './graphChoice';
import type { ICallGraphOptions, IGroupCosts, IGraphEdges } from './graphCosts';
import type { IExactCosts } from './intervals';
import {
  joinCycles,
  partitionOfEdges,
  partitionOfStacks,
  type IPartition
} from './partition';
import { sampledCosts } from './sampledGraph';

/** Nodes of a call graph, by descending inclusive cost. */
export interface IGraphNodes {
  readonly length: number;
  /** The function; of a module its costliest one. */
  readonly func: Int32Array;
  readonly self: Float64Array;
  readonly inclusive: Float64Array;
  /** The parts that were measured, not sampled; null: none. */
  readonly measured: IExactCosts | null;
  /** Exact counts, null where calls were not counted. */
  readonly calls: Float64Array | null;
  readonly category: Uint8Array;
  /** How many functions stand in the node. */
  readonly size: Int32Array;
  /** How many of the nodes that it calls are hidden. */
  readonly more: Int32Array;
  /** 1: there is something to collapse. */
  readonly calling: Uint8Array;
}

/** A call graph. */
export interface ICallGraph {
  readonly nodes: IGraphNodes;
  /** By descending cost. */
  readonly edges: IGraphEdges;
  /** What is not shown; `share`: that of the total spent in hidden nodes. */
  readonly hidden: {
    readonly nodes: number;
    readonly edges: number;
    readonly share: number;
  };
  /** The share below which nodes are hidden. */
  readonly threshold: number;
  readonly total: number;
  /** Rows of the nodes that nobody shown calls, costliest first. */
  readonly roots: Int32Array;
  /** By function: the row of the node in which it stands; -1: not shown. */
  readonly nodeOf: Int32Array;
  /** How many cycles of functions there are among the nodes. */
  readonly cycles: number;
}

/** Edges are hidden below this part of the nodes' threshold. */
const EDGE_THRESHOLD = 0.2;

/**
 * The call graph of the stacks in a view, or of an exact engine's edges.
 *
 * From stacks, an edge passes over hidden functions, so that what is shown
 * stays connected; exact edges cannot be joined without a guess and are not.
 */
export function callGraph(
  profile: IProfile,
  view: IStackView,
  options: ICallGraphOptions
): ICallGraph {
  const focus = options.focus ?? null;
  const { group = 'function', collapsed = [] } = options;
  const costsOf = (partition: IPartition): IGroupCosts =>
    view.available
      ? sampledCosts(profile, view, partition, focus)
      : exactCosts(profile, view.valueIndex, partition, focus);
  const shows = (func: FunctionIndex): boolean =>
    view.available || !isFolded(profile, view, func);
  let partition = view.available
    ? partitionOfStacks(profile, view, group, collapsed)
    : partitionOfEdges(profile, group, collapsed);
  let costs = costsOf(partition);
  let choice = chooseNodes(costs, partition, options, shows);
  const { from, to } = choice.edges;
  const cycles = stronglyConnected(partition.keys, from, to);
  const cyclic = cycles.size.filter(size => size > 1).length;
  if (options.cycles && cyclic > 0) {
    partition = joinCycles(partition, cycles);
    costs = costsOf(partition);
    choice = chooseNodes(costs, partition, options, shows);
  }
  return { ...assemble(costs, choice), cycles: cyclic };
}

/** The graph of the chosen nodes. */
function assemble(
  costs: IGroupCosts,
  choice: INodeChoice
): Omit<ICallGraph, 'cycles'> {
  const { kept, threshold, candidates, edges: all } = choice;
  const row = new Int32Array(costs.func.length).fill(-1);
  kept.forEach((key, at) => {
    row[key] = at;
  });
  const edges = visibleEdges(all, threshold * costs.total * EDGE_THRESHOLD);
  const pick = (column: Float64Array) =>
    Float64Array.from(kept, key => column[key]);
  const pickEdges = (column: Float64Array) =>
    Float64Array.from(edges, edge => column[edge]);
  const from = Int32Array.from(edges, edge => row[all.from[edge]]);
  const to = Int32Array.from(edges, edge => row[all.to[edge]]);
  const spent = kept.reduce((sum, key) => sum + costs.self[key], 0);
  const nodeOf = costs.holder.map(key => (key < 0 ? -1 : row[key]));
  const size = new Int32Array(kept.length);
  for (const node of nodeOf) {
    if (node >= 0) {
      size[node]++;
    }
  }
  const callees = calleesOf(choice, row);
  return {
    nodes: {
      length: kept.length,
      func: Int32Array.from(kept, key => costs.func[key]),
      self: pick(costs.self),
      inclusive: pick(costs.inclusive),
      measured: costs.measured && {
        self: pick(costs.measured.self),
        inclusive: pick(costs.measured.inclusive)
      },
      calls: costs.calls && pick(costs.calls),
      category: Uint8Array.from(kept, key => costs.category[key]),
      size,
      ...callees
    },
    edges: {
      length: edges.length,
      from,
      to,
      cost: pickEdges(all.cost),
      calls: all.calls && pickEdges(all.calls),
      indirect: Uint8Array.from(edges, edge => all.indirect[edge])
    },
    hidden: {
      nodes: candidates - kept.length,
      edges: Math.max(0, choice.every.length - edges.length),
      share:
        costs.total > 0 ? Math.min(1, Math.max(0, 1 - spent / costs.total)) : 0
    },
    threshold,
    total: costs.total,
    roots: roots(kept.length, from, to),
    nodeOf
  };
}

/** What the nodes call, and how much of that is hidden. */
function calleesOf(
  { kept, shown, known, every }: INodeChoice,
  row: Int32Array
): Pick<IGraphNodes, 'more' | 'calling'> {
  const more = new Int32Array(kept.length);
  const calling = new Uint8Array(kept.length);
  for (let edge = 0; edge < every.length; edge++) {
    const from = row[every.from[edge]];
    const to = every.to[edge];
    if (from >= 0 && known[to] && every.from[edge] !== to) {
      calling[from] = 1;
      more[from] += shown[to] ? 0 : 1;
    }
  }
  return { more, calling };
}

/** The edges worth showing: large ones, and the largest into each node. */
function visibleEdges(edges: IGraphEdges, smallest: number): number[] {
  const order = Array.from({ length: edges.length }, (_, edge) => edge).sort(
    (a, b) => edges.cost[b] - edges.cost[a] || a - b
  );
  const reached = new Set<number>();
  return order.filter(edge => {
    const { from, to, cost } = edges;
    const first = from[edge] !== to[edge] && !reached.has(to[edge]);
    if (first) {
      reached.add(to[edge]);
    }
    return first || cost[edge] >= smallest;
  });
}

function roots(nodes: number, from: Int32Array, to: Int32Array): Int32Array {
  const called = new Uint8Array(nodes);
  for (let edge = 0; edge < to.length; edge++) {
    if (from[edge] !== to[edge]) {
      called[to[edge]] = 1;
    }
  }
  const free: number[] = [];
  called.forEach((yes, node) => yes || free.push(node));
  return Int32Array.from(free);
}
