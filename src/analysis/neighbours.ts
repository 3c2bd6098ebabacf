/** Who calls a function and what it calls, at what cost. */
import type { FunctionIndex, IProfile } from '../model/profile';
import type { IStackView } from './stackView';
import { isFolded, isWhole } from './functionTable';
import { descending } from './order';
import { outermost, subtreeSums, sumByKey } from './paths';

/** Callers or callees of one function, by descending cost. */
export interface INeighbours {
  readonly length: number;
  /** -1 among callers: nobody, the stacks begin there. */
  readonly func: Int32Array;
  /** Cost of the callee when called from the caller; recursion counts once. */
  readonly cost: Float64Array;
  /** The part that was measured, not sampled; null: none. */
  readonly measured: Float64Array | null;
  /** Exact counts, null where calls were not counted. */
  readonly calls: Float64Array | null;
}

/** What stands above and below a function. */
export interface ICallersAndCallees {
  readonly callers: INeighbours;
  readonly callees: INeighbours;
}

/** One step of a call in the stacks, or an edge of an exact engine. */
interface IDraft {
  readonly func: readonly number[];
  readonly cost: readonly number[];
  readonly measured: readonly number[] | null;
  readonly calls: readonly number[] | null;
}

/** The callers and callees of a function in the stacks of a view, or from exact edges. */
export function callersAndCallees(
  profile: IProfile,
  view: IStackView,
  func: FunctionIndex
): ICallersAndCallees {
  if (!view.available) {
    return exactNeighbours(profile, view, func);
  }
  const counts = isWhole(view) ? edgeCounts(profile, func) : null;
  const costs = {
    sums: subtreeSums(view.prefix, view.weight),
    measured: view.measured && subtreeSums(view.prefix, view.measured)
  };
  const { entered, left } = callsOf(view, func);
  return {
    callers: sorted(pairsOf(entered, costs, counts && counts.callers)),
    callees: sorted(pairsOf(left, costs, counts && counts.callees))
  };
}

/** Rows of a view that are calls between a function and its neighbours. */
interface ICalls {
  readonly rows: number[];
  readonly neighbour: number[];
  /** Which of these calls is the next one above, -1: none. */
  readonly above: number[];
}

/** The rows in which a function is called, and those in which it calls. */
function callsOf(
  { prefix, function: of, length }: IStackView,
  func: FunctionIndex
): { readonly entered: ICalls; readonly left: ICalls } {
  const entered: ICalls = { rows: [], neighbour: [], above: [] };
  const left: ICalls = { rows: [], neighbour: [], above: [] };
  // For each row the last of these calls on the way to it.
  const lastEntered = new Int32Array(length);
  const lastLeft = new Int32Array(length);
  for (let row = 0; row < length; row++) {
    const above = prefix[row];
    const caller = above < 0 ? -1 : of[above];
    lastEntered[row] = above < 0 ? -1 : lastEntered[above];
    lastLeft[row] = above < 0 ? -1 : lastLeft[above];
    if (of[row] === func) {
      lastEntered[row] = addCall(entered, row, caller, lastEntered[row]);
    }
    if (caller === func) {
      lastLeft[row] = addCall(left, row, of[row], lastLeft[row]);
    }
  }
  return { entered, left };
}

function addCall(
  { rows, neighbour, above }: ICalls,
  row: number,
  other: FunctionIndex,
  last: number
): number {
  neighbour.push(other);
  above.push(last);
  return rows.push(row) - 1;
}

/**
 * Sums over calls by neighbour. The calls are few among all rows: which of
 * them repeat a pair further up is asked of the tree that they form.
 */
function pairsOf(
  { rows, neighbour, above }: ICalls,
  costs: {
    readonly sums: Float64Array;
    readonly measured: Float64Array | null;
  },
  calls: ReadonlyMap<number, number> | null
): IDraft {
  const numbers = new Map<number, number>();
  const key = Int32Array.from(neighbour, func => {
    const number = numbers.get(func) ?? numbers.size;
    numbers.set(func, number);
    return number;
  });
  const first = outermost(Int32Array.from(above), key, numbers.size);
  const sum = (column: Float64Array): number[] => {
    const values = Float64Array.from(rows, row => column[row]);
    return Array.from(sumByKey(key, numbers.size, values, first));
  };
  const func = [...numbers.keys()];
  return {
    func,
    cost: sum(costs.sums),
    measured: costs.measured && sum(costs.measured),
    calls: calls && func.map(of => calls.get(of) ?? -1)
  };
}

/** The exact calls of a function by caller and by callee, where they were counted. */
function edgeCounts(profile: IProfile, func: FunctionIndex) {
  const { edges } = profile;
  if (!edges) {
    return null;
  }
  const callers = new Map<number, number>();
  const callees = new Map<number, number>();
  const add = (to: Map<number, number>, key: number, calls: number): void =>
    void to.set(key, (to.get(key) ?? 0) + calls);
  for (let edge = 0; edge < edges.length; edge++) {
    if (edges.callee[edge] === func) {
      add(callers, edges.caller[edge], edges.calls[edge]);
    }
    if (edges.caller[edge] === func) {
      add(callees, edges.callee[edge], edges.calls[edge]);
    }
  }
  return { callers, callees };
}

function exactNeighbours(
  profile: IProfile,
  view: IStackView,
  func: FunctionIndex
): ICallersAndCallees {
  const { edges } = profile;
  const counts = edgeCounts(profile, func);
  const inclusive = edges?.inclusive[view.valueIndex];
  const side = (
    own: Int32Array | undefined,
    other: Int32Array | undefined,
    calls: ReadonlyMap<number, number> | undefined
  ): INeighbours => {
    const costs = new Map<number, number>();
    for (let edge = 0; own && other && edge < own.length; edge++) {
      const to = other[edge];
      if (own[edge] === func && (to < 0 || !isFolded(profile, view, to))) {
        costs.set(to, (costs.get(to) ?? 0) + (inclusive?.[edge] ?? 0));
      }
    }
    const found = [...costs.keys()];
    return sorted({
      func: found,
      cost: [...costs.values()],
      measured: null,
      calls: found.map(of => calls?.get(of) ?? -1)
    });
  };
  return {
    callers: side(edges?.callee, edges?.caller, counts?.callers),
    callees: side(edges?.caller, edges?.callee, counts?.callees)
  };
}

/** By descending cost, without what has neither cost nor calls. */
function sorted({ func, cost, measured, calls }: IDraft): INeighbours {
  const order = descending(Float64Array.from(cost)).filter(
    at => cost[at] > 0 || (calls?.[at] ?? 0) > 0
  );
  const pick = (column: readonly number[]): Float64Array =>
    Float64Array.from(order, at => column[at]);
  return {
    length: order.length,
    func: Int32Array.from(order, at => func[at]),
    cost: pick(cost),
    measured: measured && pick(measured),
    calls: calls && pick(calls)
  };
}
