/**
 * The stacks in the order in which they ran: samples that follow each other
 * are one node as long as they have the same callers.
 */
import { mergeKeys, topDown, type IDraft, type Merge } from './callTree';
import type { ICallTree } from './tree';
import { portionsOf } from './filter';
import type { IStackView } from './stackView';
import { measuredSamples } from './intervals';
import { childLists } from './paths';

/** How to build a tree in the order of time. */
export interface ITimeTreeOptions {
  /** Which frames are one node; default: `function`. */
  readonly merge?: Merge;
  /**
   * Nodes with a smaller share of the total are left out, their cost stays in
   * the node above: there can be as many as samples times depth. Default: 1e-5.
   */
  readonly minShare?: number;
}

/**
 * Puts the samples of a view side by side, thread after thread, the main ones
 * first. Nothing goes on from one thread into the next. Samples without a
 * positive cost have no width and are left out.
 */
export function timeTree(
  view: IStackView,
  options: ITimeTreeOptions = {}
): ICallTree {
  const { merge = 'function', minShare = 1e-5 } = options;
  const draft = topDown(view, mergeKeys(view, merge), merge === 'module');
  const runs = new Runs(view, draft, minShare * view.total);
  const { profile, valueIndex, filter } = view;
  const values = profile.samples?.values[valueIndex];
  const portions = portionsOf(profile, valueIndex, filter);
  const isMeasured = measuredSamples(profile, valueIndex);
  for (const [thread, samples] of samplesByThread(view)) {
    for (const sample of samples) {
      const row = view.rowOf(sample);
      const cost = (values?.[sample] ?? 0) * (portions?.[sample] ?? 1);
      if (row >= 0 && cost > 0) {
        runs.add(row, cost, isMeasured?.(sample) ? cost : 0);
      }
    }
    runs.endThread(thread);
  }
  return runs.finish(merge === 'line');
}

/** Each thread with its samples in the order of time, main threads first. */
function samplesByThread({
  profile
}: IStackView): Iterable<[thread: number, samples: number[]]> {
  const { samples, threads } = profile;
  const byThread = new Map<number, number[]>();
  for (let sample = 0; sample < (samples?.length ?? 0); sample++) {
    const thread = samples!.thread[sample];
    const list = byThread.get(thread);
    if (list) {
      list.push(sample);
    } else {
      byThread.set(thread, [sample]);
    }
  }
  const isMain = (thread: number): number => threads?.main[thread] ?? 0;
  return [...byThread].sort(([a], [b]) => isMain(b) - isMain(a) || a - b);
}

/** Nodes in preorder, the open ones being those on the way to the last sample. */
class Runs {
  constructor(view: IStackView, draft: IDraft, smallest: number) {
    this._view = view;
    this._draft = draft;
    this._smallest = smallest;
    const above = draft.nodes.first;
    this._depth = new Int32Array(draft.nodes.length);
    for (let merged = 0; merged < this._depth.length; merged++) {
      if (above[merged] >= 0) {
        this._depth[merged] = this._depth[above[merged]] + 1;
      }
    }
  }

  /** Adds a sample that ends in a row of the view. */
  add(row: number, cost: number, measured: number): void {
    const leaf = this._draft.leaf[row];
    const above = this._draft.nodes.first;
    const fresh: number[] = [];
    let shared = leaf;
    while (shared >= 0 && this._open[this._depth[shared]] !== shared) {
      fresh.push(shared);
      shared = above[shared];
    }
    this.closeTo(shared < 0 ? 0 : this._depth[shared] + 1);
    for (const merged of fresh.reverse()) {
      this._begin(merged);
    }
    const node = this._nodes[this._nodes.length - 1];
    this._self[node] += cost;
    this._measuredSelf[node] += measured;
    if (cost > this._largest[node]) {
      this._largest[node] = cost;
      this._category[node] = this._view.category[row];
    }
    this._cost += cost;
    this._measured += measured;
    this._count++;
  }

  /** Ends the open nodes from a depth on. */
  closeTo(depth: number): void {
    while (this._nodes.length > depth) {
      const node = this._nodes.pop()!;
      this._open.pop();
      this._inclusive[node] = this._cost - this._start[node];
      this._counts[node] = this._count - this._counts[node];
      this._measuredAll[node] = this._measured - this._measuredAll[node];
      if (this._inclusive[node] < this._smallest) {
        // All that was begun later is below it, and shorter.
        this._merged.length = node;
        this._cut = true;
      }
    }
  }

  /** Ends all nodes: what comes now is of another thread. */
  endThread(thread: number): void {
    this.closeTo(0);
    if (this._cost > (this._ends[this._ends.length - 1] ?? 0)) {
      this._threads.push(thread);
      this._ends.push(this._cost);
    }
  }

  finish(byLine: boolean): ICallTree {
    const { profile, function: functions, frame } = this._view;
    const { nodes, example } = this._draft;
    const { second: keys } = nodes;
    const length = this._merged.length;
    const column = (values: number[]): Float64Array =>
      Float64Array.from({ length }, (_, node) => values[node]);
    const ofMerged = (value: (merged: number) => number): Int32Array =>
      Int32Array.from({ length }, (_, node) => value(this._merged[node]));
    const func = ofMerged(merged => functions[example[merged]]);
    const self = column(this._self);
    const inclusive = column(this._inclusive);
    const parent = Int32Array.from({ length }, (_, node) => this._parent[node]);
    const { firstChild, nextSibling } = childLists(parent);
    return {
      length,
      parent,
      func,
      key: ofMerged(merged => keys[merged]),
      line: ofMerged(merged =>
        byLine ? profile.frames!.line[frame[example[merged]]] : -1
      ),
      depth: ofMerged(merged => this._depth[merged]),
      // The samples that end here decide, unless more of them pass through.
      category: Uint8Array.from(func, (of, node) =>
        2 * self[node] < inclusive[node]
          ? profile.functions.category[of]
          : this._category[node]
      ),
      self,
      inclusive,
      count: column(this._counts),
      measured: this._view.measured && {
        self: column(this._measuredSelf),
        inclusive: column(this._measuredAll)
      },
      firstChild,
      nextSibling,
      total: this._cost,
      start: column(this._start),
      threads: {
        thread: Int32Array.from(this._threads),
        end: Float64Array.from(this._ends)
      },
      cut: this._cut
    };
  }

  private _begin(merged: number): void {
    const node = this._merged.length;
    this._merged.push(merged);
    this._parent[node] = this._nodes[this._nodes.length - 1] ?? -1;
    this._start[node] = this._cost;
    this._inclusive[node] = 0;
    this._self[node] = 0;
    this._largest[node] = 0;
    this._category[node] = 0;
    this._measuredSelf[node] = 0;
    // Until the node ends, what there was before it.
    this._counts[node] = this._count;
    this._measuredAll[node] = this._measured;
    this._nodes.push(node);
    this._open.push(merged);
  }

  private readonly _view: IStackView;
  private readonly _draft: IDraft;
  private readonly _smallest: number;
  /** By merged node. */
  private readonly _depth: Int32Array;
  /** The open nodes by depth, and what is merged in them. */
  private readonly _nodes: number[] = [];
  private readonly _open: number[] = [];
  /** By node; `_merged` has as many as there are. */
  private readonly _merged: number[] = [];
  private readonly _parent: number[] = [];
  private readonly _start: number[] = [];
  private readonly _inclusive: number[] = [];
  private readonly _self: number[] = [];
  private readonly _largest: number[] = [];
  private readonly _category: number[] = [];
  private readonly _measuredSelf: number[] = [];
  private readonly _measuredAll: number[] = [];
  private readonly _counts: number[] = [];
  /** By thread that has a part of the width: its row, and where the part ends. */
  private readonly _threads: number[] = [];
  private readonly _ends: number[] = [];
  /** So far. */
  private _cost = 0;
  private _measured = 0;
  private _count = 0;
  private _cut = false;
}
