/**
 * What must hold before anything reads a profile: columns of equal length,
 * indices in range, prefixes before their rows, costs that are not negative.
 * With it the analyses need no checks of their own, and cannot loop forever.
 */
import type { Amounts, IProfile } from '../model/profile';
import type { TypedColumn } from './columns';
import { FormatError } from './errors';
import { CATEGORIES } from './types';
import { storedValues } from './values';

/** Throws FormatError, naming table and column, unless the profile is sound. */
export function validate(profile: IProfile): void {
  const { threads, functions, frames, stacks, samples, tasks, edges } = profile;
  const { code, instructions, disassembly } = profile;
  const { lines, callSites, jumps, branches } = profile;
  const strings = profile.strings.length;
  const categories = CATEGORIES.length;

  lengths('threads', threads);
  lengths('functions', functions);
  lengths('frames', frames);
  lengths('stacks', stacks);
  lengths('samples', samples);
  lengths('tasks', tasks);
  lengths('edges', edges);
  lengths('code', code);
  lengths('instructions', instructions);
  lengths('disassembly', disassembly);
  lengths('lines', lines);
  lengths('callSites', callSites);
  lengths('jumps', jumps);
  lengths('branches', branches);
  lengths('snapshots', profile.snapshots);
  const stored = storedValues(profile.values);

  if (threads) {
    within('threads.name', threads.name, -1, strings);
    within('threads.process', threads.process, -1, strings);
  }
  within('functions.name', functions.name, -1, strings);
  within('functions.entry', functions.entry, -1, strings);
  within('functions.file', functions.file, -1, strings);
  within('functions.module', functions.module, -1, strings);
  within('functions.source', functions.source, -1, strings);
  within('functions.category', functions.category, 0, categories);
  within('functions.kind', functions.kind, 0, 3);
  atLeast('functions.calls', functions.calls, -1);
  amounts('functions.self', functions.self, stored);
  amounts('functions.inclusive', functions.inclusive, stored);
  if (frames) {
    within('frames.function', frames.function, 0, functions.length);
  }
  if (stacks) {
    within('stacks.frame', stacks.frame, 0, frames?.length ?? 0);
    within('stacks.category', stacks.category, 0, categories);
    prefixesBeforeRows(stacks.prefix);
  }
  if (samples) {
    within('samples.thread', samples.thread, -1, threads?.length ?? 0);
    within('samples.stack', samples.stack, -1, stacks?.length ?? 0);
    within('samples.own', samples.own, -1, stacks?.length ?? 0);
    within('samples.task', samples.task, -1, tasks?.length ?? 0);
    ascending('samples.time', samples.time);
    amounts('samples.values', samples.values, stored);
  }
  if (tasks) {
    within('tasks.name', tasks.name, -1, strings);
    within('tasks.coroutine', tasks.coroutine, -1, strings);
    within('tasks.parent', tasks.parent, -1, tasks.length);
  }
  if (edges) {
    within('edges.caller', edges.caller, -1, functions.length);
    within('edges.callee', edges.callee, 0, functions.length);
    notNegative('edges.calls', edges.calls);
    amounts('edges.self', edges.self, stored);
    amounts('edges.inclusive', edges.inclusive, stored);
  }
  if (code) {
    within('code.function', code.function, 0, functions.length);
    within('code.symbol', code.symbol, -1, strings);
    within('code.build', code.build, -1, strings);
    notNegative('code.start', code.start);
  }
  const stretches = code?.length ?? 0;
  if (instructions) {
    within('instructions.code', instructions.code, 0, stretches);
    within('instructions.file', instructions.file, -1, strings);
    notNegative('instructions.offset', instructions.offset);
    amounts('instructions.values', instructions.values, stored);
  }
  if (disassembly) {
    within('disassembly.code', disassembly.code, 0, stretches);
    within('disassembly.mnemonic', disassembly.mnemonic, -1, strings);
    within('disassembly.operands', disassembly.operands, -1, strings);
    within('disassembly.inlined', disassembly.inlined, -1, strings);
    within('disassembly.file', disassembly.file, -1, strings);
    notNegative('disassembly.offset', disassembly.offset);
    atLeast('disassembly.target', disassembly.target, -1);
  }
  if (lines) {
    within('lines.function', lines.function, -1, functions.length);
    within('lines.file', lines.file, -1, strings);
    amounts('lines.values', lines.values, stored);
  }
  if (callSites) {
    within('callSites.caller', callSites.caller, 0, functions.length);
    within('callSites.callee', callSites.callee, 0, functions.length);
    within('callSites.file', callSites.file, -1, strings);
    within('callSites.code', callSites.code, -1, stretches);
    notNegative('callSites.count', callSites.count);
    amounts('callSites.values', callSites.values, stored);
  }
  if (jumps) {
    within('jumps.function', jumps.function, -1, functions.length);
    within('jumps.file', jumps.file, -1, strings);
    within('jumps.toFile', jumps.toFile, -1, strings);
    within('jumps.code', jumps.code, -1, stretches);
    within('jumps.toCode', jumps.toCode, -1, stretches);
    notNegative('jumps.taken', jumps.taken);
    atLeast('jumps.executed', jumps.executed, -1);
  }
  if (branches) {
    within('branches.file', branches.file, -1, strings);
    atLeast('branches.taken', branches.taken, -1);
  }
  if (profile.snapshots) {
    ascending('snapshots.time', profile.snapshots.time);
    amounts('snapshots.values', profile.snapshots.values, stored);
  }
}

/** No stored amount is negative; what is derived of them may be. */
function amounts(where: string, columns: Amounts | null, stored: number): void {
  columns?.slice(0, stored).forEach((column, at) => {
    notNegative(`${where}[${at}]`, column);
  });
}

function lengths(
  name: string,
  table: ({ readonly length: number } & object) | null
): void {
  if (table) {
    const columns = Object.entries(table) as [string, unknown][];
    for (const [column, values] of columns) {
      if (
        values instanceof Int32Array ||
        values instanceof Uint8Array ||
        values instanceof Float64Array
      ) {
        sameLength(name, column, values, table.length);
      } else if (Array.isArray(values)) {
        (values as Amounts).forEach((one, at) => {
          sameLength(name, `${column}[${at}]`, one, table.length);
        });
      }
    }
  }
}

function sameLength(
  table: string,
  column: string,
  values: TypedColumn,
  length: number
): void {
  if (values.length !== length) {
    throw new FormatError(
      `The column ${table}.${column} has ${values.length} rows where its` +
        ` table has ${length}.`
    );
  }
}

/** Every value, where there are any, is at least `from` and below `end`. */
function within(
  where: string,
  values: TypedColumn | null,
  from: number,
  end: number
): void {
  for (let row = 0; values && row < values.length; row++) {
    if (!(values[row] >= from && values[row] < end)) {
      throw new FormatError(
        `The column ${where} points to ${values[row]} in row ${row}, which` +
          ' does not exist.'
      );
    }
  }
}

function prefixesBeforeRows(prefix: Int32Array): void {
  for (let row = 0; row < prefix.length; row++) {
    if (prefix[row] < -1 || prefix[row] >= row) {
      throw new FormatError(
        `The column stacks.prefix points to ${prefix[row]} in row ${row},` +
          ' which does not stand before it.'
      );
    }
  }
}

function notNegative(where: string, values: Float64Array | null): void {
  atLeast(where, values, 0);
}

function atLeast(
  where: string,
  values: Float64Array | null,
  least: number
): void {
  for (let row = 0; values && row < values.length; row++) {
    if (!(values[row] >= least)) {
      throw new FormatError(
        `The column ${where} holds a number below ${least} in row ${row}.`
      );
    }
  }
}

function ascending(where: string, values: Float64Array): void {
  for (let row = 1; row < values.length; row++) {
    if (!(values[row] >= values[row - 1])) {
      throw new FormatError(`The column ${where} goes back in row ${row}.`);
    }
  }
}
