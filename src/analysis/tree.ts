/** A call tree as tables. */
import type { IExactCosts } from './intervals';

/** The threads that stand side by side in a tree, from left to right. */
export interface IThreadParts {
  /** Rows of the table of threads. */
  readonly thread: Int32Array;
  /** Where each part ends, in cost from the left. */
  readonly end: Float64Array;
}

/**
 * A call tree in preorder: a parent stands before its children, the children
 * of one parent by descending cost.
 */
export interface ICallTree {
  readonly length: number;
  /** -1: a root. */
  readonly parent: Int32Array;
  /** The function (of a module: the first one met). */
  readonly func: Int32Array;
  /** What was merged: no two children of one parent have the same. */
  readonly key: Int32Array;
  /** The line, when merged by line; else -1. */
  readonly line: Int32Array;
  /** 0: a root. */
  readonly depth: Int32Array;
  /** The function's category, or the one of most of the node's own cost. */
  readonly category: Uint8Array;
  /** Cost in the node itself: `inclusive` less that of its children. */
  readonly self: Float64Array;
  /** Cost in the node and below. */
  readonly inclusive: Float64Array;
  /** Number of samples in the node and below. */
  readonly count: Float64Array;
  /** The parts that were measured, not sampled; null: none. */
  readonly measured: IExactCosts | null;
  /** -1: a leaf. */
  readonly firstChild: Int32Array;
  /** -1: the last. */
  readonly nextSibling: Int32Array;
  /** Cost of all roots together. */
  readonly total: number;
  /**
   * Where each node begins, in cost from the left, where children stand in
   * the order in which they ran (see `timeTree`); null: they stand side by side.
   */
  readonly start: Float64Array | null;
  /** Whose the parts from left to right are; absent where threads do not stand apart. */
  readonly threads?: IThreadParts;
  /** Whether callers were left out (inverted trees), or what was too short. */
  readonly cut: boolean;
}
