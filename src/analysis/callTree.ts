/**
 * The stacks merged into a tree: top-down, or inverted (leaves first).
 */
import type { IStackView } from './stackView';
import { majority } from './majority';
import { moduleKey } from './names';
import { sortPart } from './order';
import { PairTable } from './pairs';
import { sumByKey } from './paths';
import { topDownTree } from './topDown';
import type { ICallTree } from './tree';

/** What becomes one node. */
export type Merge = 'function' | 'line' | 'module';

/** How to build a call tree. */
export interface ICallTreeOptions {
  /** Leaves first, callers below them. */
  readonly invert?: boolean;
  /** Which frames below one parent are one node; default: `function`. */
  readonly merge?: Merge;
  /**
   * Inverted trees only: the callers of nodes with a smaller share of the
   * total are left out, since there can be as many as samples times depth.
   * Default: 1e-4.
   */
  readonly minShare?: number;
}

/** Merges the stacks of a view into a tree. */
export function callTree(
  view: IStackView,
  options: ICallTreeOptions = {}
): ICallTree {
  const keys = mergeKeys(view, options.merge ?? 'function');
  const byLine = options.merge === 'line';
  return options.invert
    ? finish(
        view,
        inverted(view, keys, (options.minShare ?? 1e-4) * view.total),
        byLine
      )
    : topDownTree(view, keys, { chain: options.merge === 'module', byLine });
}

/** A tree being built: nodes as they come, parents first. */
export interface IDraft {
  readonly nodes: PairTable;
  /** A row of the view that the node came from, for its function. */
  readonly example: Int32Array;
  readonly self: Float64Array;
  readonly count: Float64Array;
  readonly measured: Float64Array | null;
  /** The cost of the samples that end in a node. */
  readonly ending: Float64Array;
  /** For each row of the view the node that its samples end in. */
  readonly leaf: Int32Array;
  readonly cut: boolean;
}

/** For each row a number that says what it merges with below one parent. */
export function mergeKeys(view: IStackView, merge: Merge): Int32Array {
  const { profile } = view;
  if (merge === 'function') {
    return view.function;
  }
  const ofFrame = new Int32Array(profile.frames?.length ?? 0);
  const lines = new PairTable(merge === 'line' ? ofFrame.length : 0);
  for (let frame = 0; frame < ofFrame.length; frame++) {
    const func = profile.frames!.function[frame];
    ofFrame[frame] =
      merge === 'line'
        ? lines.add(func, profile.frames!.line[frame])
        : moduleKey(profile, func);
  }
  return view.frame.map(frame => ofFrame[frame]);
}

/** The prefix tree of merged rows; `chain`: also of a row and the one above. */
export function topDown(
  view: IStackView,
  keys: Int32Array,
  chain: boolean
): IDraft {
  const nodes = new PairTable(view.length);
  const node = new Int32Array(view.length);
  const example = new Int32Array(view.length);
  for (let row = 0; row < view.length; row++) {
    const above = view.prefix[row];
    if (chain && above >= 0 && keys[above] === keys[row]) {
      // Calls within one module are one box.
      node[row] = node[above];
      continue;
    }
    const before = nodes.length;
    node[row] = nodes.add(above < 0 ? -1 : node[above], keys[row]);
    if (nodes.length > before) {
      example[node[row]] = row;
    }
  }
  const self = new Float64Array(nodes.length);
  const count = new Float64Array(nodes.length);
  for (let row = 0; row < view.length; row++) {
    self[node[row]] += view.weight[row];
    count[node[row]] += view.count[row];
  }
  const measured = view.measured && sumByKey(node, nodes.length, view.measured);
  return {
    nodes,
    example,
    self,
    count,
    measured,
    ending: self,
    leaf: node,
    cut: false
  };
}

/**
 * Level by level: all stacks start at their leaf and go up together, those
 * at one node whose next callers are equal go on as one child.
 */
function inverted(
  view: IStackView,
  keys: Int32Array,
  smallest: number
): IDraft {
  const nodes = new PairTable();
  const example: number[] = [];
  const inclusive: number[] = [];
  const self: number[] = [];
  const count: number[] = [];
  const measured: number[] | null = view.measured && [];
  // The stacks that still climb: where each is, what it weighs, its node.
  let leaf: number[] = [];
  for (let row = 0; row < view.length; row++) {
    if (view.count[row] > 0) {
      leaf.push(row);
    }
  }
  let at = Int32Array.from(leaf);
  let node = new Int32Array(leaf.length).fill(-1);
  const leafNode = new Int32Array(view.length).fill(-1);
  let cut = false;
  for (let level = 0; leaf.length > 0; level++) {
    for (let item = 0; item < leaf.length; item++) {
      const row = at[item];
      const child = nodes.add(node[item], keys[row]);
      node[item] = child;
      if (child === inclusive.length) {
        example.push(row);
        inclusive.push(0);
        self.push(0);
        count.push(0);
        measured?.push(0);
      }
      inclusive[child] += view.weight[leaf[item]];
      if (level === 0) {
        leafNode[leaf[item]] = child;
      }
    }
    const stay: number[] = [];
    const nextAt: number[] = [];
    const nextNode: number[] = [];
    for (let item = 0; item < leaf.length; item++) {
      const above = view.prefix[at[item]];
      if (above >= 0 && inclusive[node[item]] >= smallest) {
        stay.push(leaf[item]);
        nextAt.push(above);
        nextNode.push(node[item]);
      } else {
        cut ||= above >= 0;
        self[node[item]] += view.weight[leaf[item]];
        count[node[item]] += view.count[leaf[item]];
        if (measured) {
          measured[node[item]] += view.measured![leaf[item]];
        }
      }
    }
    leaf = stay;
    at = Int32Array.from(nextAt);
    node = Int32Array.from(nextNode);
  }
  return {
    nodes,
    example: Int32Array.from(example),
    self: Float64Array.from(self),
    count: Float64Array.from(count),
    measured: measured && Float64Array.from(measured),
    ending: sumByKey(leafNode, nodes.length, view.weight),
    leaf: leafNode,
    cut
  };
}

/** Adds up the costs, sorts the children and renumbers in preorder. */
function finish(view: IStackView, draft: IDraft, byLine: boolean): ICallTree {
  const { nodes, example, ending } = draft;
  const { functions, frames } = view.profile;
  const length = nodes.length;
  const { first: above, second: keys } = nodes;
  const sums = draft.self.slice(0, length);
  const counts = draft.count.slice(0, length);
  const measured = draft.measured?.slice(0, length);
  for (let node = length - 1; node >= 0; node--) {
    if (above[node] >= 0) {
      sums[above[node]] += sums[node];
      counts[above[node]] += counts[node];
      if (measured) {
        measured[above[node]] += measured[node];
      }
    }
  }
  const usual = Uint8Array.from(
    { length },
    (_, node) => functions.category[view.function[example[node]]]
  );
  const category = majority(view, draft.leaf, usual);
  const order = preorder(above, sums);
  const place = new Int32Array(length);
  const tree = {
    length,
    parent: new Int32Array(length),
    func: new Int32Array(length),
    key: new Int32Array(length),
    line: new Int32Array(length).fill(-1),
    depth: new Int32Array(length),
    category: new Uint8Array(length),
    self: new Float64Array(length),
    inclusive: new Float64Array(length),
    count: new Float64Array(length),
    measured: measured
      ? { self: new Float64Array(length), inclusive: new Float64Array(length) }
      : null,
    firstChild: new Int32Array(length).fill(-1),
    nextSibling: new Int32Array(length).fill(-1)
  };
  const lastChild = new Int32Array(length).fill(-1);
  let lastRoot = -1;
  let total = 0;
  for (let at = 0; at < length; at++) {
    const node = order[at];
    place[node] = at;
    const parent = above[node] < 0 ? -1 : place[above[node]];
    const row = example[node];
    tree.parent[at] = parent;
    tree.func[at] = view.function[row];
    tree.key[at] = keys[node];
    tree.self[at] = draft.self[node];
    tree.inclusive[at] = sums[node];
    tree.count[at] = counts[node];
    if (tree.measured) {
      tree.measured.self[at] = draft.measured![node];
      tree.measured.inclusive[at] = measured![node];
    }
    if (byLine) {
      tree.line[at] = frames!.line[view.frame[row]];
    }
    // The samples that end here decide, unless more of them pass through.
    tree.category[at] =
      2 * ending[node] < sums[node] ? usual[node] : category[node];
    let previous: number;
    if (parent < 0) {
      previous = lastRoot;
      lastRoot = at;
      total += sums[node];
    } else {
      tree.depth[at] = tree.depth[parent] + 1;
      previous = lastChild[parent];
      lastChild[parent] = at;
      if (previous < 0) {
        tree.firstChild[parent] = at;
      }
    }
    if (previous >= 0) {
      tree.nextSibling[previous] = at;
    }
  }
  return { ...tree, total, start: null, cut: draft.cut };
}

/**
 * The nodes in preorder, siblings by descending cost, equal ones in the
 * order in which they were made. Parents have smaller numbers.
 */
export function preorder(above: Int32Array, cost: Float64Array): Int32Array {
  const length = above.length;
  // Children side by side: those of node n from start[n + 1].
  const start = new Int32Array(length + 3);
  for (let node = 0; node < length; node++) {
    start[above[node] + 3]++;
  }
  for (let slot = 2; slot < start.length; slot++) {
    start[slot] += start[slot - 1];
  }
  const children = new Int32Array(length);
  for (let node = 0; node < length; node++) {
    children[start[above[node] + 2]++] = node;
  }
  const costliestFirst = (a: number, b: number): number =>
    cost[b] - cost[a] || a - b;
  for (let node = -1; node < length; node++) {
    sortPart(children, start[node + 1], start[node + 2], costliestFirst);
  }
  const order = new Int32Array(length);
  const pending = new Int32Array(length);
  let open = 0;
  let done = 0;
  const push = (node: number) => {
    for (let at = start[node + 2] - 1; at >= start[node + 1]; at--) {
      pending[open++] = children[at];
    }
  };
  push(-1);
  while (open > 0) {
    const node = pending[--open];
    order[done++] = node;
    push(node);
  }
  return order;
}
