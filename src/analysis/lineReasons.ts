/** The costliest lines with the causes of their cost; the rules are in docs/reasons.md. */
import { CATEGORIES } from '../format/types';
import { Kind, type FunctionIndex, type IProfile } from '../model/profile';
import { isWaiting } from './breakdown';
import { CAUSES, type Cause, type CauseIndex } from './causeRules';
import { stackView, type IStackView } from './filter';
import { isWhole } from './functionTable';
import type { IPrecision } from './intervals';
import { firstLane } from './lanes';
import { cellLines } from './lines';
import { isInLoop } from './loops';
import { PairTable } from './pairs';
import { stackCauses, type IPlaces, type IStackCauses } from './stackCauses';

/** A part of a line's cost. */
export interface ICauseCost {
  readonly cause: Cause;
  readonly cost: number;
  /** The function that shows it best, -1: none; and its share (0 to 1). */
  readonly func: FunctionIndex;
  readonly funcShare: number;
  /** The thread that it cost most (row of `threads`); -1: not known. */
  readonly thread: number;
}

/** A place in the source, with a function of it. */
export interface IReasonedPlace {
  readonly func: FunctionIndex;
  /** Row of `profile.strings`. */
  readonly file: number;
  readonly line: number;
  /** The line as typed; null where the text is not known. */
  readonly text: string | null;
}

/** A line, and why it cost what it did. */
export interface IReasonedLine extends IReasonedPlace {
  readonly cost: number;
  /** The part of it that was measured, not sampled. */
  readonly measured: number;
  /** The cost in the order of `CATEGORIES`. */
  readonly byCategory: Float64Array;
  /** Costliest first, `queued` last; they add up to the cost. */
  readonly causes: readonly ICauseCost[];
  /** The native function that called its function most, and for how much. */
  readonly caller: FunctionIndex;
  readonly callerCost: number;
  /** The line of a cell that it mostly ran for, where it is in no cell itself. */
  readonly cell: IReasonedPlace | null;
  readonly threads: number;
  readonly tasks: number;
  /** True: the text shows that it stands in a loop. */
  readonly inLoop: boolean;
  /** What other threads than those counted waited for the GIL here. */
  readonly othersGil: number;
}

/** The costliest lines of what is shown. */
export interface IReasonedLines {
  readonly lines: readonly IReasonedLine[];
  /** What the costs are shares of, and how sure they are. */
  readonly precision: IPrecision;
  /** True: waiting of the cell's own thread is counted beside CPU time. */
  readonly withWaiting: boolean;
}

/** One of the views whose costs are charged. */
interface IPart {
  readonly view: IStackView;
  /** Which rows of it count. */
  readonly counts: (category: number) => boolean;
}

/**
 * The `count` costliest lines of a view. Beside CPU time that is shown whole
 * stands what the cell's own thread waited, as in the split of the header,
 * where the profile has it as wall time.
 */
export function lineReasons(
  profile: IProfile,
  view: IStackView,
  count: number
): IReasonedLines {
  const places: IPlaces = { pairs: new PairTable(), functionOf: [] };
  const fold = view.filter.foldPlumbing;
  const unfolded = (value: number, own: boolean): IStackView => {
    const lane = own ? firstLane(profile, value) : view.filter.lane;
    return stackView(
      profile,
      { ...view.filter, lane, foldPlumbing: false },
      value
    );
  };
  const wall = waitingValue(profile, view);
  const parts: IPart[] = [
    { view: unfolded(view.valueIndex, false), counts: () => true }
  ];
  if (wall >= 0) {
    parts.push({ view: unfolded(wall, true), counts: isWaiting });
  }
  const read = parts.map(part => ({
    ...part,
    causes: stackCauses(profile, part.view, fold, places)
  }));
  const cost = sumOwned(read, places);
  const order = [...cost.keys()]
    .sort((a, b) => cost[b] - cost[a])
    .filter(place => cost[place] > 0)
    .slice(0, count);
  const tallies = new Map(order.map(place => [place, new Tally()]));
  for (const part of read) {
    tally(profile, part, tallies);
  }
  const others =
    wall >= 0 ? gilOfAll(profile, unfolded(wall, false), fold, places) : null;
  const waited = read.slice(1).reduce((sum, part) => sum + costOf(part), 0);
  const source = cellLines(profile);
  const placeOf = (place: number): IReasonedPlace => {
    const file = places.pairs.first[place];
    const line = places.pairs.second[place];
    const text = source.get(profile.strings[file])?.[line - 1] ?? null;
    return { func: places.functionOf[place], file, line, text };
  };
  return {
    lines: order.map((place): IReasonedLine => {
      const found = tallies.get(place)!;
      const at = placeOf(place);
      const lines = source.get(profile.strings[at.file]) ?? [];
      const [caller, callerCost] = largest(found.callers);
      const [cell, cellCost] = largest(found.cells);
      const causes = found.causeCosts();
      const own = causes.find(({ cause }) => cause === 'gil')?.cost ?? 0;
      return {
        ...at,
        cost: cost[place],
        measured: found.measured,
        byCategory: found.byCategory,
        causes,
        caller,
        callerCost,
        cell: cellCost > cost[place] / 2 ? placeOf(cell) : null,
        threads: found.threads.size,
        tasks: found.tasks.size,
        inLoop: isInLoop(lines, at.line),
        othersGil: Math.max(0, (others?.[place] ?? 0) - own)
      };
    }),
    precision: { ...view.precision, total: view.precision.total + waited },
    withWaiting: waited > 0
  };
}

/** The wall time that holds the waiting beside CPU time that is shown whole, -1: none. */
function waitingValue({ values }: IProfile, view: IStackView): number {
  const whole = isWhole({ ...view, filter: { ...view.filter, time: null } });
  return values[view.valueIndex]?.name === 'cpu' && whole
    ? values.findIndex(({ name }) => name === 'wall')
    : -1;
}

type IRead = IPart & { readonly causes: IStackCauses };

function costOf({ view, counts }: IPart): number {
  let sum = 0;
  for (let row = 0; row < view.length; row++) {
    sum += counts(view.category[row]) ? view.weight[row] : 0;
  }
  return sum;
}

function sumOwned(parts: readonly IRead[], { pairs }: IPlaces): Float64Array {
  const sums = new Float64Array(pairs.length);
  for (const { view, counts, causes } of parts) {
    for (let row = 0; row < view.length; row++) {
      if (causes.owner[row] >= 0 && counts(view.category[row])) {
        sums[causes.owner[row]] += view.weight[row];
      }
    }
  }
  return sums;
}

/** By place how long all threads waited for the GIL. */
function gilOfAll(
  profile: IProfile,
  view: IStackView,
  fold: boolean,
  places: IPlaces
): Float64Array {
  const gil = CATEGORIES.indexOf('gil');
  const causes = stackCauses(profile, view, fold, places);
  return sumOwned(
    [{ view, causes, counts: category => category === gil }],
    places
  );
}

/** What is added up for one line. */
class Tally {
  measured = 0;
  readonly byCategory = new Float64Array(CATEGORIES.length);
  readonly callers = new Map<number, number>();
  readonly cells = new Map<number, number>();
  readonly threads = new Set<number>();
  readonly tasks = new Set<number>();

  /** Cost, functions and threads of one cause. */
  of(cause: CauseIndex) {
    let found = this._causes.get(cause);
    if (!found) {
      found = { cost: 0, named: 0, funcs: new Map(), threads: new Map() };
      this._causes.set(cause, found);
    }
    return found;
  }

  /** Waiting for a CPU comes last: it is no doing of the line's. */
  causeCosts(): ICauseCost[] {
    return Array.from(this._causes, ([code, found]) => {
      const [func, cost] = largest(found.funcs);
      const [thread] = largest(found.threads);
      return {
        cause: CAUSES[code],
        cost: found.cost,
        func,
        funcShare: found.named > 0 ? cost / found.named : 0,
        thread
      };
    }).sort(
      (a, b) =>
        Number(a.cause === 'queued') - Number(b.cause === 'queued') ||
        b.cost - a.cost
    );
  }

  private readonly _causes = new Map<
    CauseIndex,
    {
      cost: number;
      /** Cost of what was not charged to the line from another thread. */
      named: number;
      readonly funcs: Map<number, number>;
      readonly threads: Map<number, number>;
    }
  >();
}

function tally(
  profile: IProfile,
  { view, counts, causes }: IRead,
  tallies: ReadonlyMap<number, Tally>
): void {
  const { functions, samples } = profile;
  const wanted = (row: number): Tally | undefined =>
    row >= 0 && view.weight[row] > 0 && counts(view.category[row])
      ? tallies.get(causes.owner[row])
      : undefined;
  for (let row = 0; row < view.length; row++) {
    const found = wanted(row);
    if (!found) {
      continue;
    }
    const weight = view.weight[row];
    const cause = found.of(causes.cause[row]);
    cause.cost += weight;
    found.measured += view.measured?.[row] ?? 0;
    found.byCategory[view.category[row]] += weight;
    add(found.cells, causes.cell[row], weight);
    const caller = causes.caller[row];
    if (caller >= 0 && functions.kind[caller] !== Kind.Python) {
      add(found.callers, caller, weight);
    }
  }
  const values = samples?.values[view.valueIndex];
  for (let i = 0; samples && values && i < samples.length; i++) {
    const row = view.rowOf(i);
    const found = wanted(row);
    if (found) {
      const thread = samples.thread[i];
      const cause = found.of(causes.cause[row]);
      add(cause.threads, thread, values[i]);
      if ((samples.own?.[i] ?? -1) < 0) {
        cause.named += values[i];
        add(cause.funcs, causes.evidence[row], values[i]);
      }
      found.threads.add(thread);
      const task = samples.task?.[i] ?? -1;
      if (task >= 0) {
        found.tasks.add(task);
      }
    }
  }
}

function add(costs: Map<number, number>, key: number, cost: number): void {
  if (key >= 0) {
    costs.set(key, (costs.get(key) ?? 0) + cost);
  }
}

/** The key that cost most, -1 for none, and its cost. */
function largest(costs: ReadonlyMap<number, number>): [number, number] {
  let best: [number, number] = [-1, 0];
  for (const entry of costs) {
    best = entry[1] > best[1] ? entry : best;
  }
  return best;
}
