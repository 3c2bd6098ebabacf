/** What a call graph is made of: the costs of groups of functions, and which of them to show. */
import type { FunctionIndex } from '../model/profile';
import type { Group } from './groups';
import type { IExactCosts } from './intervals';

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
  /** True: functions that call each other in a cycle are one node. */
  readonly cycles?: boolean;
  /** Functions whose nodes hold all that they call. */
  readonly collapsed?: readonly FunctionIndex[];
  /** Functions of which callees are shown, however little they cost. */
  readonly expanded?: readonly FunctionIndex[];
}

/** Costs by group, before anything is hidden. */
export interface IGroupCosts {
  /** A function that stands for each group; -1: the group is not there. */
  readonly func: Int32Array;
  /** By function: the group in which it stands; -1: it has no cost. */
  readonly holder: Int32Array;
  readonly self: Float64Array;
  readonly inclusive: Float64Array;
  readonly measured: IExactCosts | null;
  readonly calls: Float64Array | null;
  readonly category: Uint8Array;
  readonly total: number;
  /** The edges between groups when only those with `shown` are shown. */
  edges(shown: Uint8Array): IGraphEdges;
}

/** Edges between groups, or between the nodes that are made of them. */
export interface IGraphEdges {
  readonly length: number;
  /** The groups, or rows of the nodes. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Cost of the callee when called from there; recursion counts once. */
  readonly cost: Float64Array;
  readonly calls: Float64Array | null;
  /** 1: hidden functions stand between the two on some way. */
  readonly indirect: Uint8Array;
}
