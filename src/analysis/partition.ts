/**
 * What the nodes of a call graph stand for: a function, a module, functions
 * that call each other in a cycle, a function with all that it calls.
 */
import type { FunctionIndex, IProfile } from '../model/profile';
import type { IComponents } from './components';
import type { IStackView } from './stackView';
import { groupKeys, type Group } from './groups';

/** Functions put together; keys number the nodes that there can be. */
export interface IPartition {
  readonly keys: number;
  /** By function: the key of the node that bears its name. */
  readonly home: Int32Array;
  /**
   * The key of the node that bears the cost: by row of the stacks, for an
   * exact engine by function.
   */
  readonly key: Int32Array;
  /** By key, 1: calls inside the node are no edges. */
  readonly joined: Uint8Array;
  /** True if some nodes hold what their functions call. */
  readonly collapsed: boolean;
}

/** A partition of stacks: what `collapsed` functions call goes into them. */
export function partitionOfStacks(
  profile: IProfile,
  view: IStackView,
  group: Group,
  collapsed: readonly FunctionIndex[] = []
): IPartition {
  const { key: home, keys } = groupKeys(profile, group);
  const closed = marked(keys, home, collapsed);
  const key = new Int32Array(view.length);
  for (let row = 0; row < view.length; row++) {
    const above = view.prefix[row];
    key[row] =
      above >= 0 && closed[key[above]] ? key[above] : home[view.function[row]];
  }
  return {
    keys,
    home,
    key,
    joined: joinedKeys(closed, group),
    collapsed: collapsed.length > 0
  };
}

/**
 * The same of exact edges, which know no stacks: into a collapsed function
 * goes what is called by way of it alone.
 */
export function partitionOfEdges(
  profile: IProfile,
  group: Group,
  collapsed: readonly FunctionIndex[] = []
): IPartition {
  const { key: home, keys } = groupKeys(profile, group);
  const closed = marked(keys, home, collapsed);
  const key = home.slice();
  closed.forEach((yes, at) => {
    if (yes) {
      onlyBelow(profile, home, at).forEach((below, func) => {
        if (below) {
          key[func] = at;
        }
      });
    }
  });
  return {
    keys,
    home,
    key,
    joined: joinedKeys(closed, group),
    collapsed: collapsed.length > 0
  };
}

/** The same with each component in one node. */
export function joinCycles(
  partition: IPartition,
  { length, of, size }: IComponents
): IPartition {
  const joined = Uint8Array.from(size, count => (count > 1 ? 1 : 0));
  partition.joined.forEach((yes, key) => {
    joined[of[key]] ||= yes;
  });
  return {
    keys: length,
    home: partition.home.map(key => of[key]),
    key: partition.key.map(key => of[key]),
    joined,
    collapsed: partition.collapsed
  };
}

function marked(
  keys: number,
  home: Int32Array,
  functions: readonly FunctionIndex[]
): Uint8Array {
  const marks = new Uint8Array(keys);
  for (const func of functions) {
    marks[home[func]] = 1;
  }
  return marks;
}

function joinedKeys(closed: Uint8Array, group: Group): Uint8Array {
  return group === 'function' ? closed : new Uint8Array(closed.length).fill(1);
}

/** Functions that are called by way of node `key` alone. */
function onlyBelow(
  profile: IProfile,
  home: Int32Array,
  key: number
): Uint8Array {
  const { functions, edges } = profile;
  const callees = new Map<FunctionIndex, FunctionIndex[]>();
  const called = new Uint8Array(functions.length);
  const entered = new Uint8Array(functions.length);
  for (let edge = 0; edges && edge < edges.length; edge++) {
    const caller = edges.caller[edge];
    const callee = edges.callee[edge];
    if (caller < 0) {
      entered[callee] = 1;
    } else {
      called[callee] = 1;
      const known = callees.get(caller);
      if (known) {
        known.push(callee);
      } else {
        callees.set(caller, [callee]);
      }
    }
  }
  const isNode = (func: FunctionIndex): boolean => home[func] === key;
  const all = Array.from(home.keys());
  const below = reached(callees, all.filter(isNode), () => false);
  const otherwise = reached(
    callees,
    all.filter(func => !called[func] || entered[func]),
    isNode
  );
  return Uint8Array.from(all, func =>
    below.has(func) && !otherwise.has(func) && !isNode(func) ? 1 : 0
  );
}

/** What follows from `starts` along the calls, not going beyond `end`. */
function reached(
  callees: ReadonlyMap<FunctionIndex, readonly FunctionIndex[]>,
  starts: readonly FunctionIndex[],
  end: (func: FunctionIndex) => boolean
): Set<FunctionIndex> {
  const seen = new Set(starts);
  // A set can grow while it is walked: it is the queue as well.
  for (const func of seen) {
    if (!end(func)) {
      callees.get(func)?.forEach(callee => seen.add(callee));
    }
  }
  return seen;
}
