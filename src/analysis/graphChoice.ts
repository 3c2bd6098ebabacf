/** Which nodes of a call graph are shown: the costly ones, and those asked for. */
import type { FunctionIndex } from '../model/profile';
import type { ICallGraphOptions, IGroupCosts, IGraphEdges } from './graphCosts';
import type { IPartition } from './partition';

/** The nodes of a graph, as keys of its costs. */
export interface INodeChoice {
  /** Those shown, costliest first. */
  readonly kept: readonly number[];
  /** By key: 1 where it is shown. */
  readonly shown: Uint8Array;
  /** By key: 1 where it could be shown. */
  readonly known: Uint8Array;
  /** How many could be shown. */
  readonly candidates: number;
  /** The edges of those shown, and if all were shown. */
  readonly edges: IGraphEdges;
  readonly every: IGraphEdges;
  /** The share below which nodes are hidden. */
  readonly threshold: number;
}

/** Shares to choose a threshold from, and how many nodes can be taken in. */
const CHOICES = [0.01, 0.02, 0.03, 0.05];
const LARGEST_CHOICE = 0.1;
const COMFORTABLE = 30;

/** Callees of one expanded node; more would bury the others. */
const MOST_CALLEES = 30;

/** Chooses the nodes; those of functions that `shows` denies never stand alone. */
export function chooseNodes(
  costs: IGroupCosts,
  partition: IPartition,
  options: ICallGraphOptions,
  shows: (func: FunctionIndex) => boolean
): INodeChoice {
  const order = byCost(costs).filter(key => shows(costs.func[key]));
  const known = marked(costs.func.length, order);
  const every = costs.edges(known);
  const threshold = options.threshold ?? comfortable(costs);
  const smallest = threshold * costs.total;
  const most = Math.max(0, options.maxNodes);
  const costly = order
    .filter(key => costs.inclusive[key] >= smallest)
    .slice(0, most);
  const shown = marked(costs.func.length, costly);
  for (const func of options.expanded ?? []) {
    const from = partition.home[func];
    if (shown[from]) {
      calleesOf(every, from)
        .slice(0, MOST_CALLEES)
        .forEach(key => (shown[key] = 1));
    }
  }
  const kept = order.filter(key => shown[key]);
  return {
    kept,
    shown,
    known,
    candidates: order.length,
    edges: kept.length === order.length ? every : costs.edges(shown),
    every,
    threshold
  };
}

function marked(keys: number, chosen: readonly number[]): Uint8Array {
  const marks = new Uint8Array(keys);
  for (const key of chosen) {
    marks[key] = 1;
  }
  return marks;
}

/** What a node calls, costliest first. */
function calleesOf(edges: IGraphEdges, key: number): number[] {
  const found: number[] = [];
  for (let edge = 0; edge < edges.length; edge++) {
    if (edges.from[edge] === key) {
      found.push(edge);
    }
  }
  return found
    .sort((a, b) => edges.cost[b] - edges.cost[a])
    .map(edge => edges.to[edge]);
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
