/** The costliest lines with the causes of their cost; the rules are in docs/reasons.md. */
import type { FunctionIndex, IProfile } from '../model/profile';
import type { IStackView } from './stackView';
import type { IPrecision } from './intervals';
import { cellLines } from './lines';
import { largest, tally, type ICauseCost } from './lineTally';
import { isInLoop } from './loops';
import { descending } from './order';
import { PART, sampleCosts } from './sampleCosts';
import type { IStackLines } from './stackLines';

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
  const order = Array.from(descending(cost).subarray(0, count)).filter(
    place => cost[place] > 0
  );
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
