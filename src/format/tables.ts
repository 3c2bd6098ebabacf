/**
 * The tables of a profile: which columns each has on the wire.
 */
import type { IProfile } from '../model/profile';
import {
  decodeColumn,
  FLOAT64,
  INT32,
  UINT8,
  type IColumnType,
  type TypedColumn
} from './columns';
import { FormatError } from './errors';
import { isObject } from './messages';
import type { IValue, TableName } from './types';
import { storedValues, withDerived } from './values';

/** Several columns: on the wire one for each stored value, here for each value. */
const AMOUNTS = { each: true } as const;

type ColumnKind = IColumnType<TypedColumn> | typeof AMOUNTS;
type Columns = Readonly<Record<string, ColumnKind>>;
type Decoded<K extends ColumnKind> =
  K extends IColumnType<infer T> ? T : Float64Array[];
type Table<R extends Columns, O extends Columns> = {
  readonly length: number;
} & { readonly [K in keyof R]: Decoded<R[K]> } & {
  readonly [K in keyof O]: Decoded<O[K]> | null;
};

/** The tables of a message; null where they were not measured. */
export async function decodeTables(
  tables: Readonly<Record<string, unknown>>,
  values: readonly IValue[]
): Promise<Pick<IProfile, TableName>> {
  const read = async <R extends Columns, O extends Columns>(
    name: TableName,
    required: R,
    optional: O
  ): Promise<Table<R, O> | null> =>
    decodeTable(tables[name], name, required, optional, values);
  const { functions, ...others } = await settled({
    threads: read('threads', THREADS, THREAD_MORE),
    functions: read('functions', FUNCTIONS, FUNCTION_MORE),
    frames: read('frames', FRAMES, { inlined: UINT8 }),
    stacks: read('stacks', STACKS, {}),
    samples: read('samples', SAMPLES, { own: INT32, task: INT32 }),
    tasks: read('tasks', TASKS, {}),
    edges: read('edges', EDGES, { self: AMOUNTS }),
    code: read('code', CODE, {}),
    instructions: read('instructions', INSTRUCTIONS, PLACE),
    disassembly: read('disassembly', DISASSEMBLY, {}),
    lines: read('lines', LINES, {}),
    callSites: read('callSites', CALL_SITES, AT),
    jumps: read('jumps', JUMPS, { ...AT, toCode: INT32, toOffset: FLOAT64 }),
    branches: read('branches', BRANCHES, { throws: UINT8, fallthrough: UINT8 }),
    snapshots: read('snapshots', { time: FLOAT64, values: AMOUNTS }, {})
  });
  return { ...others, functions: functions ?? NO_FUNCTIONS };
}

/** What all of these come to, under their names. */
async function settled<T extends Readonly<Record<string, Promise<unknown>>>>(
  promises: T
): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  const entries = Object.entries(promises).map(
    async ([name, promise]) => [name, await promise] as const
  );
  return Object.fromEntries(await Promise.all(entries)) as {
    [K in keyof T]: Awaited<T[K]>;
  };
}

const THREADS = { pid: INT32, tid: INT32, name: INT32, main: UINT8 };
const THREAD_MORE = { process: INT32, start: FLOAT64, end: FLOAT64 };
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
  self: AMOUNTS,
  inclusive: AMOUNTS
};
const FRAMES = {
  function: INT32,
  line: INT32,
  column: INT32,
  endColumn: INT32
};
const STACKS = { prefix: INT32, frame: INT32, category: UINT8 };
const SAMPLES = { thread: INT32, stack: INT32, time: FLOAT64, values: AMOUNTS };
const TASKS = { name: INT32, coroutine: INT32, parent: INT32 };
const EDGES = {
  caller: INT32,
  callee: INT32,
  calls: FLOAT64,
  inclusive: AMOUNTS
};
const CODE = { function: INT32, symbol: INT32, build: INT32, start: FLOAT64 };
const INSTRUCTIONS = { code: INT32, offset: FLOAT64, values: AMOUNTS };
const PLACE = { file: INT32, line: INT32 };
const DISASSEMBLY = {
  code: INT32,
  offset: FLOAT64,
  mnemonic: INT32,
  operands: INT32,
  target: FLOAT64,
  inlined: INT32,
  ...PLACE
};
const AT = { code: INT32, offset: FLOAT64 };
const LINES = { function: INT32, ...PLACE, values: AMOUNTS };
const CALL_SITES = {
  caller: INT32,
  callee: INT32,
  ...PLACE,
  count: FLOAT64,
  values: AMOUNTS
};
const JUMPS = {
  function: INT32,
  ...PLACE,
  toFile: INT32,
  toLine: INT32,
  taken: FLOAT64,
  executed: FLOAT64
};
const BRANCHES = { ...PLACE, index: INT32, taken: FLOAT64 };

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
async function decodeTable<R extends Columns, O extends Columns>(
  wire: unknown,
  name: string,
  required: R,
  optional: O,
  values: readonly IValue[]
): Promise<Table<R, O> | null> {
  if (wire === undefined || wire === null) {
    return null;
  }
  if (!isObject(wire)) {
    throw new FormatError(`The table ${name} is not a table.`);
  }
  const columns = await Promise.all(
    Object.entries({ ...required, ...optional }).map(async ([column, kind]) => {
      const found = wire[column] ?? null;
      const where = `${name}.${column}`;
      const isAbsent = found === null && !(column in required);
      return [
        column,
        isAbsent ? null : await decodeKind(found, kind, where, values)
      ] as const;
    })
  );
  const [[, first]] = columns;
  return {
    length: first!.length,
    ...Object.fromEntries(columns)
  } as Table<R, O>;
}

async function decodeKind(
  wire: unknown,
  kind: ColumnKind,
  where: string,
  values: readonly IValue[]
): Promise<TypedColumn | Float64Array[]> {
  if (!('each' in kind)) {
    return decodeColumn(wire, kind, where);
  }
  const expected = storedValues(values);
  if (!Array.isArray(wire) || wire.length !== expected) {
    throw new FormatError(`${where} has not one column for each value.`);
  }
  const stored = await Promise.all(
    wire.map((column: unknown, at) =>
      decodeColumn(column, FLOAT64, `${where}[${at}]`)
    )
  );
  const length = stored[0]?.length ?? 0;
  const at = stored.findIndex(column => column.length !== length);
  if (at >= 0) {
    throw new FormatError(
      `The column ${where}[${at}] has ${stored[at].length} rows where the` +
        ` first has ${length}.`
    );
  }
  return withDerived(values, stored);
}
