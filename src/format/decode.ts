/**
 * A profile from the wire: upgrade, decode the columns, validate.
 */
import type { IProfile } from '../model/profile';
import {
  decodeColumn,
  decodeStrings,
  FLOAT64,
  INT32,
  UINT8,
  type IColumnType,
  type TypedColumn
} from './columns';
import { FormatError } from './errors';
import { isError, isObject, isProgress } from './messages';
import { decodeMeta, decodeQuality, decodeSummary } from './plain';
import { printable } from './text';
import type { IValue } from './types';
import { upgrade } from './upgrade';
import { validate } from './validate';

export { FormatError } from './errors';
export { isError, isProgress } from './messages';

/**
 * Reads an output of our MIME type (an object, or its JSON text).
 *
 * Strings come out printable: control and bidirectional characters are
 * replaced, all else is as it was and must be shown as text, never as HTML.
 * Throws FormatError, also for a message that holds progress or an error.
 */
export async function decode(message: unknown): Promise<IProfile> {
  const json = upgrade(typeof message === 'string' ? parse(message) : message);
  if (isError(json)) {
    throw new FormatError(json.error.message, json.error.remedy);
  }
  if (isProgress(json)) {
    throw new FormatError(
      'The cell is still running.',
      'Wait until it has ended.'
    );
  }
  if (!isObject(json.tables)) {
    throw new FormatError('This profile has no tables.');
  }
  const values = decodeValues(json.values);
  const tables = json.tables;
  const [
    strings,
    threads,
    functions,
    frames,
    stacks,
    samples,
    tasks,
    edges,
    code,
    instructions
  ] = await Promise.all([
    decodeStrings(json.strings ?? []),
    table(tables, 'threads', THREADS, THREAD_LIFE),
    table(tables, 'functions', FUNCTIONS, FUNCTION_MORE),
    table(tables, 'frames', FRAMES, { inlined: UINT8 }),
    table(tables, 'stacks', STACKS, {}),
    table(tables, 'samples', SAMPLES, { own: INT32, task: INT32 }),
    table(tables, 'tasks', TASKS, {}),
    table(tables, 'edges', EDGES, {}),
    table(tables, 'code', CODE, {}),
    table(tables, 'instructions', INSTRUCTIONS, {})
  ]);
  const meta = decodeMeta(json.meta);
  const profile: IProfile = {
    meta,
    quality: decodeQuality(json.quality),
    summary: decodeSummary(json.summary),
    values,
    cells: meta.cells,
    strings,
    threads: threads && {
      length: threads.pid.length,
      ...threads,
      process: threads.process ?? null,
      start: threads.start ?? null,
      end: threads.end ?? null
    },
    functions: functions
      ? {
          length: functions.name.length,
          ...functions,
          source: functions.source ?? null,
          calls: functions.calls ?? null,
          self: functions.self ?? null,
          inclusive: functions.inclusive ?? null
        }
      : NO_FUNCTIONS,
    frames: frames && {
      length: frames.function.length,
      ...frames,
      inlined: frames.inlined ?? null
    },
    stacks: stacks && { length: stacks.prefix.length, ...stacks },
    samples: samples && {
      length: samples.stack.length,
      ...samples,
      own: samples.own ?? null,
      task: samples.task ?? null,
      values: await valueColumns(tables, 'samples', values.length)
    },
    tasks: tasks && { length: tasks.name.length, ...tasks },
    edges: edges && { length: edges.caller.length, ...edges },
    code: code && { length: code.function.length, ...code },
    instructions: instructions && {
      length: instructions.code.length,
      ...instructions,
      values: await valueColumns(tables, 'instructions', values.length)
    }
  };
  validate(profile);
  return profile;
}

type Columns = Readonly<Record<string, IColumnType<TypedColumn>>>;
type Decoded<C extends Columns> = {
  -readonly [K in keyof C]: ReturnType<C[K]['create']>;
};

const THREADS = { pid: INT32, tid: INT32, name: INT32, main: UINT8 };
const THREAD_LIFE = { process: INT32, start: FLOAT64, end: FLOAT64 };
const FUNCTIONS = {
  name: INT32,
  entry: INT32,
  file: INT32,
  line: INT32,
  module: INT32,
  kind: UINT8,
  category: UINT8,
  flags: UINT8
};
const FUNCTION_MORE = {
  source: INT32,
  calls: FLOAT64,
  self: FLOAT64,
  inclusive: FLOAT64
};
const FRAMES = {
  function: INT32,
  line: INT32,
  column: INT32,
  endColumn: INT32
};
const STACKS = { prefix: INT32, frame: INT32, category: UINT8 };
const SAMPLES = { thread: INT32, stack: INT32, time: FLOAT64 };
const TASKS = { name: INT32, coroutine: INT32, parent: INT32 };
const EDGES = {
  caller: INT32,
  callee: INT32,
  calls: FLOAT64,
  self: FLOAT64,
  inclusive: FLOAT64
};

const CODE = {
  function: INT32,
  symbol: INT32,
  build: INT32,
  start: FLOAT64
};
const INSTRUCTIONS = { code: INT32, offset: FLOAT64 };

const NO_FUNCTIONS: IProfile['functions'] = {
  length: 0,
  name: new Int32Array(0),
  entry: new Int32Array(0),
  file: new Int32Array(0),
  line: new Int32Array(0),
  module: new Int32Array(0),
  kind: new Uint8Array(0),
  category: new Uint8Array(0),
  flags: new Uint8Array(0),
  source: null,
  calls: null,
  self: null,
  inclusive: null
};

/** The columns of one table, null when the table is absent. */
async function table<Required extends Columns, Optional extends Columns>(
  tables: Record<string, unknown>,
  name: string,
  required: Required,
  optional: Optional
): Promise<(Decoded<Required> & Partial<Decoded<Optional>>) | null> {
  const wire = tables[name];
  if (wire === undefined || wire === null) {
    return null;
  }
  if (!isObject(wire)) {
    throw new FormatError(`The table ${name} is not a table.`);
  }
  const wanted = Object.entries({ ...required, ...optional }).filter(
    ([column]) => column in required || isPresent(wire[column])
  );
  const columns = await Promise.all(
    wanted.map(async ([column, type]) => [
      column,
      await decodeColumn(wire[column], type, `${name}.${column}`)
    ])
  );
  return Object.fromEntries(columns) as Decoded<Required> &
    Partial<Decoded<Optional>>;
}

/** The columns of a table that has one for each of the profile's values. */
async function valueColumns(
  tables: Record<string, unknown>,
  name: string,
  expected: number
): Promise<Float64Array[]> {
  const wire = tables[name];
  const columns = isObject(wire) ? wire.values : undefined;
  if (!Array.isArray(columns) || columns.length !== expected) {
    throw new FormatError(
      `The table ${name} should have ${expected} columns of values.`
    );
  }
  return Promise.all(
    columns.map((column: unknown, at) =>
      decodeColumn(column, FLOAT64, `${name}.values[${at}]`)
    )
  );
}

function decodeValues(wire: unknown): IValue[] {
  if (!Array.isArray(wire)) {
    throw new FormatError('This profile does not say what it measured.');
  }
  return wire.map((value: unknown) => {
    if (!isObject(value) || typeof value.unit !== 'string') {
      throw new FormatError('This profile does not say what it measured.');
    }
    const name = typeof value.name === 'string' ? value.name : value.unit;
    return {
      name: printable(name),
      unit: printable(value.unit),
      ...(value.exact === true ? { exact: true } : {})
    };
  });
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FormatError('This profile is not JSON, or it is cut off.');
  }
}
