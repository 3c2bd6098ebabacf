/** The causes of lines, added up over their samples. */
import { CATEGORIES } from '../format/types';
import type { FunctionIndex, IProfile } from '../model/profile';
import { CAUSES, type Cause, type CauseIndex } from './causeRules';
import { PairTable } from './pairs';
import {
  PART,
  sumByStack,
  type ISampleCosts,
  type IStackSums
} from './sampleCosts';
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

/** What is added up for one line. */
export class Tally {
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
export function tally(
  profile: IProfile,
  costs: ISampleCosts,
  lines: IStackLines,
  places: readonly number[]
): Map<number, Tally> {
  const tallies = new Map(places.map(place => [place, new Tally()]));
  const isChosen = new Uint8Array(lines.functionOf.length);
  for (const place of places) {
    isChosen[place] = 1;
  }
  // What a stack says is the same for all its samples: these are added up first.
  const chosen = new Uint8Array(lines.owner.length);
  for (let stack = 0; stack < chosen.length; stack++) {
    const place = lines.owner[stack];
    chosen[stack] = place < 0 ? 0 : isChosen[place];
  }
  const sums = sumByStack(profile, costs, chosen);
  const causeOf = tallyStacks(profile, lines, sums, tallies);
  tallyThreads(profile, costs, lines, chosen, causeOf, tallies);
  return tallies;
}

/** Adds up what stacks say; returns the cause of each that cost anything. */
function tallyStacks(
  profile: IProfile,
  lines: IStackLines,
  { amount, named, measured }: IStackSums,
  tallies: ReadonlyMap<number, Tally>
): Int8Array {
  const finder = new CauseFinder(profile, lines);
  const causeOf = new Int8Array(amount.length);
  for (let stack = 0; stack < amount.length; stack++) {
    const cost = amount[stack];
    if (cost === 0) {
      continue;
    }
    const found = tallies.get(lines.owner[stack])!;
    const { cause, evidence, caller } = finder.of(stack);
    causeOf[stack] = cause;
    const of = found.of(cause);
    of.cost += cost;
    of.named += named[stack];
    add(of.funcs, evidence, named[stack]);
    found.measured += measured[stack];
    found.byCategory[profile.stacks!.category[stack]] += cost;
    add(found.cells, lines.cell[stack], cost);
    add(found.libraries, lines.library[stack], cost);
    add(found.callers, caller, cost);
  }
  return causeOf;
}

/** Adds up the threads of each cause, and the tasks of each line. */
function tallyThreads(
  { samples }: IProfile,
  costs: ISampleCosts,
  { owner }: IStackLines,
  chosen: Uint8Array,
  causeOf: Int8Array,
  tallies: ReadonlyMap<number, Tally>
): void {
  const threads = new PairTable();
  const ofThread: number[] = [];
  for (let at = 0; at < costs.length; at++) {
    const stack = costs.stack[at];
    if (!chosen[stack] || costs.part[at] === PART.others) {
      continue;
    }
    const sample = costs.sample[at];
    const key = owner[stack] * CAUSES.length + causeOf[stack];
    const pair = threads.add(key, samples!.thread[sample]);
    ofThread[pair] = (ofThread[pair] ?? 0) + costs.amount[at];
    const task = samples!.task ? samples!.task[sample] : -1;
    if (task >= 0) {
      tallies.get(owner[stack])!.tasks.add(task);
    }
  }
  const { first, second } = threads;
  ofThread.forEach((cost, pair) => {
    const found = tallies.get(Math.floor(first[pair] / CAUSES.length))!;
    add(found.of(first[pair] % CAUSES.length).threads, second[pair], cost);
    found.threads.add(second[pair]);
  });
}

function add(costs: Map<number, number>, key: number, cost: number): void {
  if (key >= 0) {
    costs.set(key, (costs.get(key) ?? 0) + cost);
  }
}

/** The key that cost most, -1 for none, and its cost. */
export function largest(costs: ReadonlyMap<number, number>): [number, number] {
  let best: [number, number] = [-1, 0];
  for (const entry of costs) {
    best = entry[1] > best[1] ? entry : best;
  }
  return best;
}
