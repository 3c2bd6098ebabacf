/**
 * The call graph: who called whom, at what cost.
 */
import type { FunctionIndex, IProfile } from '../model/profile';
import type { IStackView } from './filter';
import { exactCosts } from './exactGraph';
import { isFolded } from './functionTable';
import type { Group } from './groups';
import type { IExactCosts } from './intervals';
import { sampledCosts } from './sampledGraph';

/** How to build a call graph. */
export interface ICallGraphOptions {
  /**
   * Nodes with a smaller share of the total are hidden; 0 to 1. Null: the
   * smallest of a few shares that leaves a graph which can be taken in.
   */
  readonly threshold: number | null;
  /** At most so many nodes, the costliest. */
  readonly maxNodes: number;
  /** Only what calls this function or is called by it. */
  readonly focus?: FunctionIndex | null;
  /** What a node is; default: `function`. */
  readonly group?: Group;
}

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
}

/** Edges of a call graph, by descending cost. */
export interface IGraphEdges {
  readonly length: number;
  /** Rows of the nodes. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Cost of the callee when called from there; recursion counts once. */
  readonly cost: Float64Array;
  readonly calls: Float64Array | null;
  /** 1: hidden functions stand between the two on some way. */
  readonly indirect: Uint8Array;
}

/** A call graph. */
export interface ICallGraph {
  readonly nodes: IGraphNodes;
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
}

/** Costs by group, before anything is hidden. */
export interface IGroupCosts {
  /** A function that stands for each group; -1: the group is not there. */
  readonly func: Int32Array;
  readonly self: Float64Array;
  readonly inclusive: Float64Array;
  readonly measured: IExactCosts | null;
  readonly calls: Float64Array | null;
  readonly category: Uint8Array;
  readonly total: number;
  /** The edges between groups when only those with `shown` are shown. */
  edges(shown: Uint8Array): IGroupEdges;
}

/** Edges between groups. */
export interface IGroupEdges {
  readonly length: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly cost: Float64Array;
  readonly calls: Float64Array | null;
  readonly indirect: Uint8Array;
}

/** Edges are hidden below this part of the nodes' threshold. */
const EDGE_THRESHOLD = 0.2;

/** Shares to choose a threshold from, and how many nodes can be taken in. */
const CHOICES = [0.01, 0.02, 0.03, 0.05];
const LARGEST_CHOICE = 0.1;
const COMFORTABLE = 30;

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
  const group = options.group ?? 'function';
  const costs = view.available
    ? sampledCosts(profile, view, group, focus)
    : exactCosts(profile, group, focus);
  const order = byCost(costs).filter(
    key => view.available || !isFolded(profile, view, costs.func[key])
  );
  const threshold = options.threshold ?? comfortable(costs);
  const smallest = threshold * costs.total;
  const kept = order
    .filter(key => costs.inclusive[key] >= smallest)
    .slice(0, Math.max(0, options.maxNodes));
  const shown = new Uint8Array(costs.func.length);
  const row = new Int32Array(costs.func.length).fill(-1);
  kept.forEach((key, at) => {
    shown[key] = 1;
    row[key] = at;
  });
  const all = costs.edges(shown);
  const everyEdge =
    kept.length < order.length
      ? costs.edges(new Uint8Array(shown.length).fill(1)).length
      : all.length;
  const edges = visibleEdges(all, smallest * EDGE_THRESHOLD);
  const pick = (column: Float64Array) =>
    Float64Array.from(kept, key => column[key]);
  const pickEdges = (column: Float64Array) =>
    Float64Array.from(edges, edge => column[edge]);
  const from = Int32Array.from(edges, edge => row[all.from[edge]]);
  const to = Int32Array.from(edges, edge => row[all.to[edge]]);
  const spent = kept.reduce((sum, key) => sum + costs.self[key], 0);
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
      category: Uint8Array.from(kept, key => costs.category[key])
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
      nodes: order.length - kept.length,
      edges: Math.max(0, everyEdge - edges.length),
      share:
        costs.total > 0 ? Math.min(1, Math.max(0, 1 - spent / costs.total)) : 0
    },
    threshold,
    total: costs.total,
    roots: roots(kept.length, from, to)
  };
}

/** The smallest threshold that leaves few enough nodes. */
function comfortable({ func, inclusive, total }: IGroupCosts): number {
  const fits = (share: number): boolean => {
    const left = inclusive.filter(
      (cost, key) => func[key] >= 0 && cost >= share * total
    );
    return left.length <= COMFORTABLE;
  };
  return CHOICES.find(fits) ?? LARGEST_CHOICE;
}

/** The groups that are there, costliest first; callers before callees. */
function byCost({ func, self, inclusive }: IGroupCosts): number[] {
  return Array.from(func.keys())
    .filter(key => func[key] >= 0)
    .sort((a, b) => inclusive[b] - inclusive[a] || self[a] - self[b] || a - b);
}

/** The edges worth showing: large ones, and the largest into each node. */
function visibleEdges(edges: IGroupEdges, smallest: number): number[] {
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
