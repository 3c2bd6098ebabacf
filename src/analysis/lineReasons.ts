/** The costliest lines with the causes of their cost; the rules are in docs/reasons.md. */
import { CATEGORIES } from '../format/types';
import type { FunctionIndex, IProfile } from '../model/profile';
import { CAUSES, type Cause, type CauseIndex } from './causeRules';
import type { IStackView } from './filter';
import type { IPrecision } from './intervals';
import { cellLines } from './lines';
import { isInLoop } from './loops';
import { PART, sampleCosts, type ISampleCosts } from './sampleCosts';
import { CauseFinder } from './stackCauses';
import type { IStackLines } from './stackLines';

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
  /** The line of a library that most of it was spent in; null: none. */
  readonly library: IReasonedPlace | null;
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

/**
 * The `count` costliest lines of a view. Beside CPU time that is shown whole
 * stands what the cell's own thread waited, as in the split of the header,
 * where the profile has it as wall time.
 *
 * @param lines What stacks are charged to, for the folding of the view.
 */
export function lineReasons(
  profile: IProfile,
  view: IStackView,
  lines: IStackLines,
  count: number
): IReasonedLines {
  const { functionOf, owner } = lines;
  const cost = new Float64Array(functionOf.length);
  const othersGil = new Float64Array(functionOf.length);
  let waited = 0;
  const costs = sampleCosts(profile, view);
  for (let at = 0; at < costs.length; at++) {
    const place = owner[costs.stack[at]];
    const amount = costs.amount[at];
    const part = costs.part[at];
    waited += part === PART.waiting ? amount : 0;
    if (place >= 0) {
      (part === PART.others ? othersGil : cost)[place] += amount;
    }
  }
  const order = [...cost.keys()]
    .sort((a, b) => cost[b] - cost[a])
    .filter(place => cost[place] > 0)
    .slice(0, count);
  const tallies = tally(profile, costs, lines, order);
  const source = cellLines(profile);
  const placeOf = (place: number): IReasonedPlace => {
    const file = lines.file[place];
    const line = lines.line[place];
    const text = source.get(profile.strings[file])?.[line - 1] ?? null;
    return { func: functionOf[place], file, line, text };
  };
  return {
    lines: order.map((place): IReasonedLine => {
      const found = tallies.get(place)!;
      const at = placeOf(place);
      const text = source.get(profile.strings[at.file]) ?? [];
      const [caller, callerCost] = largest(found.callers);
      const mostly = (costs: ReadonlyMap<number, number>) => {
        const [other, part] = largest(costs);
        return part > cost[place] / 2 ? placeOf(other) : null;
      };
      return {
        ...at,
        cost: cost[place],
        measured: found.measured,
        byCategory: found.byCategory,
        causes: found.causeCosts(),
        caller,
        callerCost,
        cell: mostly(found.cells),
        library: mostly(found.libraries),
        threads: found.threads.size,
        tasks: found.tasks.size,
        inLoop: isInLoop(text, at.line),
        othersGil: othersGil[place]
      };
    }),
    precision: { ...view.precision, total: view.precision.total + waited },
    withWaiting: waited > 0
  };
}

/** What is added up for one line. */
class Tally {
  measured = 0;
  readonly byCategory = new Float64Array(CATEGORIES.length);
  readonly callers = new Map<number, number>();
  readonly cells = new Map<number, number>();
  readonly libraries = new Map<number, number>();
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

/** Adds up the causes of the lines of `places`. */
function tally(
  profile: IProfile,
  costs: ISampleCosts,
  lines: IStackLines,
  places: readonly number[]
): Map<number, Tally> {
  const { samples, stacks } = profile;
  const tallies = new Map(places.map(place => [place, new Tally()]));
  const finder = new CauseFinder(profile, lines);
  for (let at = 0; at < costs.length; at++) {
    const stack = costs.stack[at];
    const found = tallies.get(lines.owner[stack]);
    const part = costs.part[at];
    if (!found || part === PART.others) {
      continue;
    }
    const sample = costs.sample[at];
    const amount = costs.amount[at];
    const { cause, evidence, caller } = finder.of(stack);
    const thread = samples!.thread[sample];
    const task = samples!.task?.[sample] ?? -1;
    const of = found.of(cause);
    of.cost += amount;
    if ((samples!.own?.[sample] ?? -1) < 0) {
      of.named += amount;
      add(of.funcs, evidence, amount);
    }
    add(of.threads, thread, amount);
    found.measured += part === PART.estimated ? 0 : amount;
    found.byCategory[stacks!.category[stack]] += amount;
    add(found.cells, lines.cell[stack], amount);
    add(found.libraries, lines.library[stack], amount);
    add(found.callers, caller, amount);
    found.threads.add(thread);
    if (task >= 0) {
      found.tasks.add(task);
    }
  }
  return tallies;
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
