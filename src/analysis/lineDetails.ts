/** What is known of the lines of one file beside their costs: calls, jumps, branches. */
import type { FunctionIndex, IProfile } from '../model/profile';
import { withinCycle } from './exactLines';
import { PairTable } from './pairs';

/** The calls of one function from a line, those within a cycle apart. */
export interface ILineCall {
  readonly callee: FunctionIndex;
  /** How many; -1: not counted. */
  readonly count: number;
  /** What the callee cost there with all that it called. */
  readonly cost: number;
  /** Caller and callee call each other: the cost stands elsewhere, too. */
  readonly cyclic: boolean;
}

/** Jumps from one line of a file to another. */
export interface ILineJump {
  readonly from: number;
  readonly to: number;
  readonly taken: number;
  /** How often they were come to; -1: they are unconditional. */
  readonly executed: number;
}

/** A way out of a line. */
export interface ILineBranch {
  /** How often it was taken; -1: the line never ran. */
  readonly taken: number;
  /** Only an exception goes this way. */
  readonly throws: boolean;
}

/**
 * The calls from the lines of a file, costliest first, by line.
 *
 * @param file Row of `profile.strings`.
 */
export function callsFrom(
  profile: IProfile,
  file: number,
  value: number
): ReadonlyMap<number, readonly ILineCall[]> {
  const found = new Map<number, Map<string, ILineCall>>();
  const { callSites } = profile;
  if (!callSites) {
    return new Map();
  }
  const within = withinCycle(profile);
  const costs = callSites.values[value];
  for (let row = 0; row < callSites.length; row++) {
    if (callSites.file[row] !== file) {
      continue;
    }
    const line = callSites.line[row];
    const callee = callSites.callee[row];
    const cyclic = within(callSites.caller[row], callee);
    const ofLine = found.get(line) ?? new Map<string, ILineCall>();
    found.set(line, ofLine);
    const key = `${callee} ${cyclic}`;
    const before = ofLine.get(key);
    const count = callSites.count[row];
    ofLine.set(key, {
      callee,
      count: count < 0 ? count : (before?.count ?? 0) + count,
      cost: (before?.cost ?? 0) + (costs?.[row] ?? 0),
      cyclic
    });
  }
  return new Map(
    [...found].map(([line, calls]) => [
      line,
      [...calls.values()].sort((a, b) => b.cost - a.cost || b.count - a.count)
    ])
  );
}

/** The jumps between different lines of a file, those taken most often first. */
export function jumpsIn({ jumps }: IProfile, file: number): ILineJump[] {
  const pairs = new PairTable();
  const taken: number[] = [];
  const executed: number[] = [];
  for (let row = 0; jumps && row < jumps.length; row++) {
    const from = jumps.line[row];
    const to = jumps.toLine[row];
    if (
      jumps.file[row] === file &&
      jumps.toFile[row] === file &&
      from > 0 &&
      to > 0 &&
      from !== to
    ) {
      const at = pairs.add(from, to);
      const came = jumps.executed[row];
      taken[at] = (taken[at] ?? 0) + jumps.taken[row];
      // A line may have both kinds; then how often it was come to is not one number.
      executed[at] =
        came < 0 || executed[at] < 0 ? -1 : (executed[at] ?? 0) + came;
    }
  }
  const { first, second } = pairs;
  return taken
    .map((count, at) => ({
      from: first[at],
      to: second[at],
      taken: count,
      executed: executed[at]
    }))
    .sort((a, b) => b.taken - a.taken);
}

/** The branches of the lines of a file, in their order, by line. */
export function branchesIn(
  { branches }: IProfile,
  file: number
): ReadonlyMap<number, readonly ILineBranch[]> {
  const found = new Map<number, ILineBranch[]>();
  if (!branches) {
    return found;
  }
  const { index, line, taken, throws } = branches;
  const rows = Array.from(index.keys()).filter(
    row => branches.file[row] === file
  );
  for (const row of rows.sort((a, b) => index[a] - index[b] || a - b)) {
    const ofLine = found.get(line[row]) ?? [];
    found.set(line[row], ofLine);
    ofLine.push({ taken: taken[row], throws: throws?.[row] === 1 });
  }
  return found;
}

/** What the lines of a file cost themselves in each of the profile's values, by line. */
export function valuesIn(
  { lines, values }: IProfile,
  file: number
): ReadonlyMap<number, Float64Array> {
  const found = new Map<number, Float64Array>();
  for (let row = 0; lines && row < lines.length; row++) {
    if (lines.file[row] === file) {
      const line = lines.line[row];
      const costs = found.get(line) ?? new Float64Array(values.length);
      found.set(line, costs);
      lines.values.forEach((column, value) => (costs[value] += column[row]));
    }
  }
  return found;
}
