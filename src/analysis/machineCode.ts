/** What the machine code of native functions cost, by instruction. */
import type { FunctionIndex, IProfile } from '../model/profile';
import type { IDisassembly, IInstruction } from '../model/sources';
import { countsExactly, withinCycle } from './exactLines';
import type { ILineCall } from './lineDetails';
import { effectiveSamples, samplesPerRow, squareOf } from './intervals';

/** A stretch of machine code with what was sampled or counted in it. */
export interface IStretch {
  /** Row of `profile.code`. */
  readonly row: number;
  readonly cost: number;
  /** Costs by offset in bytes from its start. */
  readonly byOffset: ReadonlyMap<number, number>;
}

/** The stretches of a function, costliest first. */
export function stretchesOf(
  { code, instructions }: IProfile,
  func: FunctionIndex,
  value: number
): IStretch[] {
  const rows = new Map<number, Map<number, number>>();
  code?.function.forEach((owner, row) => {
    if (owner === func) {
      rows.set(row, new Map());
    }
  });
  const costs = instructions?.values[value];
  instructions?.code.forEach((row, at) => {
    const offset = instructions.offset[at];
    rows.get(row)?.set(offset, costs?.[at] ?? 0);
  });
  return [...rows]
    .map(([row, byOffset]) => ({ row, cost: sum(byOffset), byOffset }))
    .sort((a, b) => b.cost - a.cost || a.row - b.row);
}

/**
 * The text of a stretch, where the profile holds it.
 *
 * @param row Row of `profile.code`.
 */
export function keptText(
  { disassembly, strings }: IProfile,
  row: number
): IDisassembly | null {
  const files: string[] = [];
  const instructions: (IInstruction & { places: [number, number][] })[] = [];
  disassembly?.code.forEach((code, at) => {
    if (code !== row) {
      return;
    }
    const text = (column: Int32Array): string => strings[column[at]] ?? '';
    const { file, inlined, line, mnemonic, offset, operands, target } =
      disassembly;
    if (mnemonic[at] >= 0) {
      instructions.push({
        offset: offset[at],
        mnemonic: text(mnemonic),
        operands: text(operands),
        target: target[at],
        places: [],
        inlined: text(inlined)
      });
    }
    if (file[at] >= 0) {
      const known = files.indexOf(text(file));
      const place = known < 0 ? files.push(text(file)) - 1 : known;
      instructions.at(-1)?.places.push([place, line[at]]);
    }
  });
  return instructions.length > 0 ? { files, instructions, note: '' } : null;
}

/** A jump of an instruction. */
export interface ICodeJump {
  /** Offset in the same stretch; -1: elsewhere. */
  readonly to: number;
  readonly taken: number;
  /** How often it was come to; -1: it is unconditional. */
  readonly executed: number;
}

/** What engines that count tell of an instruction. */
export interface ICounted {
  /** Its cost in each of the profile's values. */
  readonly values: Float64Array;
  readonly calls: ILineCall[];
  /** Those taken most often first. */
  readonly jumps: ICodeJump[];
}

/**
 * What was counted in a stretch, by offset; of sampled values nothing.
 *
 * @param row Row of `profile.code`.
 */
export function countedIn(
  profile: IProfile,
  row: number,
  value: number
): ReadonlyMap<number, ICounted> {
  const { callSites, instructions, jumps, values } = profile;
  const isExact = countsExactly(profile, value);
  const found = new Map<number, ICounted>();
  const at = (offset: number): ICounted => {
    const known = found.get(offset);
    const counted = known ?? {
      values: new Float64Array(values.length),
      calls: [],
      jumps: []
    };
    found.set(offset, counted);
    return counted;
  };
  instructions?.code.forEach((code, i) => {
    if (code === row && isExact) {
      const costs = at(instructions.offset[i]).values;
      instructions.values.forEach((column, of) => (costs[of] += column[i]));
    }
  });
  const within = withinCycle(profile);
  callSites?.code?.forEach((code, i) => {
    if (code === row) {
      const { caller, callee, count, offset, values: costs } = callSites;
      at(offset![i]).calls.push({
        callee: callee[i],
        count: count[i],
        cost: costs[value]?.[i] ?? 0,
        cyclic: within(caller[i], callee[i])
      });
    }
  });
  jumps?.code?.forEach((code, i) => {
    if (code === row) {
      const { executed, offset, taken, toCode, toOffset } = jumps;
      at(offset![i]).jumps.push({
        to: toCode?.[i] === row ? toOffset![i] : -1,
        taken: taken[i],
        executed: executed[i]
      });
    }
  });
  for (const { calls, jumps: from } of found.values()) {
    calls.sort((a, b) => b.cost - a.cost);
    from.sort((a, b) => b.taken - a.taken);
  }
  return found;
}

/** A function with machine code, and its cost there. */
export interface ICodeFunction {
  readonly func: FunctionIndex;
  readonly cost: number;
}

/** The functions with machine code, costliest first. */
export function codeFunctions(
  { code, instructions }: IProfile,
  value: number
): ICodeFunction[] {
  const costs = new Map<FunctionIndex, number>();
  code?.function.forEach(func => costs.set(func, 0));
  const column = instructions?.values[value];
  instructions?.code.forEach((row, at) => {
    const func = code!.function[row];
    costs.set(func, costs.get(func)! + (column?.[at] ?? 0));
  });
  return [...costs]
    .map(([func, cost]) => ({ func, cost }))
    .sort((a, b) => b.cost - a.cost || a.func - b.func);
}

/**
 * How many samples stand behind a cost, as equal ones; 0 where the value is
 * counted and not sampled. Instructions are sums over the whole profile, so
 * its own number is shared out.
 */
export function samplesBehind(
  profile: IProfile,
  value: number,
  cost: number
): number {
  const { samples, values } = profile;
  const column = samples?.values[value];
  if (!column || values[value]?.exact) {
    return 0;
  }
  const square = squareOf(profile, value);
  const whole = column.reduce((sum, one) => sum + one, 0);
  const squares = column.reduce((sum, one) => sum + square(one), 0);
  const effective = effectiveSamples(whole, squares) * samplesPerRow(profile);
  return whole > 0 ? (effective * cost) / whole : 0;
}

function sum(costs: ReadonlyMap<number, number>): number {
  let total = 0;
  for (const cost of costs.values()) {
    total += cost;
  }
  return total;
}
