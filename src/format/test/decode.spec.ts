import { decode, FormatError, isError, isProgress } from '../decode';
import { message, packed, type ITestMessage } from './wire';

type Change = (json: ITestMessage) => void;

/** The last of the functions was sampled at two of its instructions. */
const CODE = {
  code: { function: [2], symbol: [-1], build: [3], start: [4096] },
  instructions: { code: [0, 0], offset: [0, 12], values: [[2, 1]] }
};

async function failure(change: Change): Promise<FormatError> {
  const json = message();
  change(json);
  const error: unknown = await decode(json).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(FormatError);
  return error as FormatError;
}

describe('decode', () => {
  it('reads a profile', async () => {
    const profile = await decode(message());
    expect(profile.strings[profile.functions.name[2]]).toBe('dgemm');
    expect(profile.frames!.line).toEqual(Int32Array.of(3, 2, -1));
    expect(profile.stacks!.prefix).toEqual(Int32Array.of(-1, 0, 1));
    expect(profile.samples!.values[0]).toEqual(Float64Array.of(1, 2, 3));
    expect(profile.samples!.own).toBeNull();
    expect(profile.functions.calls).toBeNull();
    expect(profile.edges).toBeNull();
    expect(profile.meta.name).toBe('In[5]');
    expect(profile.quality).toEqual({
      samples: 3,
      stitched: 1,
      notes: ['fine']
    });
  });

  it('reads JSON text', async () => {
    const profile = await decode(JSON.stringify(message()));
    expect(profile.samples!.length).toBe(3);
  });

  it('reads packed columns like plain ones', async () => {
    const json = message();
    for (const table of Object.values(json.tables)) {
      for (const [name, column] of Object.entries(table!)) {
        if (name !== 'values') {
          table![name] = packed(column as number[], 'delta-varint');
        }
      }
    }
    expect(await decode(json)).toEqual(await decode(message()));
  });

  it('reads exact costs and edges', async () => {
    const json = message();
    json.tables = {
      functions: {
        ...json.tables.functions,
        calls: [1, 2, 3],
        self: [[4, 5, 6]],
        inclusive: [[15, 11, 6]]
      },
      edges: {
        caller: [0, 1],
        callee: [1, 2],
        calls: [2, 3],
        self: [[5, 6]],
        inclusive: [[11, 6]]
      }
    };
    const profile = await decode(json);
    expect(profile.functions.calls).toEqual(Float64Array.of(1, 2, 3));
    expect(profile.edges!.callee).toEqual(Int32Array.of(1, 2));
    expect(profile.stacks).toBeNull();
    expect(profile.threads).toBeNull();
  });

  it('reads what newer engines add: processes, tasks, native source', async () => {
    const json = message();
    Object.assign(json.tables.threads!, {
      process: [2],
      start: [-1],
      end: [5_000_000_000]
    });
    json.tables.functions!.source = [-1, -1, 5];
    json.tables.frames!.inlined = [0, 0, 1];
    json.tables.tasks = { name: [2, 2], coroutine: [-1, 3], parent: [-1, 0] };
    json.tables.samples!.task = [-1, 0, 1];
    json.values = [{ name: 'page-faults', unit: 'count', exact: true }];
    const profile = await decode(json);
    expect(profile.threads!.end).toEqual(Float64Array.of(5e9));
    expect(profile.functions.source).toEqual(Int32Array.of(-1, -1, 5));
    expect(profile.frames!.inlined).toEqual(Uint8Array.of(0, 0, 1));
    expect(profile.tasks!.parent).toEqual(Int32Array.of(-1, 0));
    expect(profile.samples!.task).toEqual(Int32Array.of(-1, 0, 1));
    expect(profile.values[0].exact).toBe(true);
  });

  it('reads at which instructions samples were taken', async () => {
    const json = message();
    Object.assign(json.tables, CODE);
    const { code, instructions } = await decode(json);
    expect(code!.start).toEqual(Float64Array.of(4096));
    expect(code!.symbol).toEqual(Int32Array.of(-1));
    expect(instructions!.offset).toEqual(Float64Array.of(0, 12));
    expect(instructions!.values).toEqual([Float64Array.of(2, 1)]);
  });

  it.each([
    ['code', 'function', [3], 'code.function'],
    ['code', 'build', [-2], 'code.build'],
    ['code', 'start', [-1], 'code.start'],
    ['instructions', 'code', [0, 1], 'instructions.code'],
    ['instructions', 'offset', [0, -1], 'instructions.offset'],
    ['instructions', 'offset', [0], 'instructions.offset'],
    ['instructions', 'values', [[2, -1]], 'instructions.values[0]'],
    ['instructions', 'values', [[2]], 'instructions.values[0]'],
    ['instructions', 'values', [], 'instructions.values has not one']
  ])('refuses %s.%s %j', async (table, column, values, said) => {
    const error = await failure(json => {
      Object.assign(json.tables, CODE);
      json.tables[table] = { ...json.tables[table], [column]: values };
    });
    expect(error.message).toContain(said);
  });

  it('reads a profile of before, without them', async () => {
    const { threads, functions, frames, samples, tasks, code, instructions } =
      await decode(message());
    expect([
      threads!.process,
      threads!.start,
      functions.source,
      frames!.inlined,
      samples!.task,
      tasks,
      code,
      instructions
    ]).toEqual([null, null, null, null, null, null, null, null]);
  });

  it('reads a profile in which nothing was measured', async () => {
    const profile = await decode({
      version: 1,
      values: [{ name: 'cpu', unit: 'ns' }],
      strings: [],
      tables: {}
    });
    expect(profile.functions.length).toBe(0);
    expect(profile.samples).toBeNull();
    expect(profile.meta.name).toBe('');
  });

  it('leaves out what it cannot use of the plain parts', async () => {
    const profile = await decode({
      ...message(),
      meta: {
        name: 7,
        cells: [{ source: 'x\u202e = 1\n' }, null],
        rate: 'fast'
      },
      quality: { stitched: 'all', lost: NaN, notes: 'none' },
      summary: { categories: { python: 'x', kernel: 3, __proto__: 1 } }
    });
    expect(profile.meta.name).toBe('');
    expect(profile.cells).toEqual([
      { name: '', prompt: 0, id: null, source: 'x\ufffd = 1\n' }
    ]);
    expect(profile.quality).toEqual({ notes: [] });
    expect(profile.summary.categories).toEqual({ kernel: 3 });
  });

  it('keeps hostile strings as text', async () => {
    const json = message();
    (json.strings as string[])[2] = '<img src=x onerror=alert(1)>\u202e';
    const profile = await decode(json);
    expect(profile.strings[2]).toBe('<img src=x onerror=alert(1)>\ufffd');
  });

  it.each([
    [null],
    [7],
    [[]],
    ['{"version": 1, "tables": {'],
    [{}],
    [{ version: 'x' }],
    [{ version: 0 }],
    [{ version: 1 }],
    [{ version: 1, tables: [] }],
    [{ version: 1, tables: {}, values: 3 }],
    [{ version: 1, tables: { stacks: 7 }, values: [], strings: [] }]
  ])('refuses %j', async json => {
    await expect(decode(json)).rejects.toThrow(FormatError);
  });

  it('says how to read a newer version', async () => {
    const error = await failure(json => (json.version = 3));
    expect(error.message).toMatch('version 3');
    expect(error.remedy).toMatch('pip install --upgrade nativeprofile');
  });

  it('hands on the message of a failure', async () => {
    const json = {
      version: 1,
      error: { message: 'perf is missing.', remedy: 'Install it.' }
    };
    expect(isError(json)).toBe(true);
    await expect(decode(json)).rejects.toMatchObject(json.error);
  });

  it('tells progress apart', async () => {
    const json = { version: 1, progress: { phase: 'running' } };
    expect(isProgress(json)).toBe(true);
    expect(isProgress(message())).toBe(false);
    expect(isError(null)).toBe(false);
    await expect(decode(json)).rejects.toThrow('still running');
  });

  const changes: [string, Change][] = [
    ['stacks.frame', json => (json.tables.frames = undefined)],
    ['frames.function', json => (json.tables.functions = undefined)],
    ['samples.stack', json => (json.tables.stacks = undefined)],
    ['samples.thread', json => (json.tables.threads = undefined)],
    ['functions.name', json => (json.strings = [])],
    ['frames.line', json => (json.tables.frames!.line = [1])],
    ['frames.line', json => (json.tables.frames!.line = undefined)],
    ['stacks.prefix', json => (json.tables.stacks!.prefix = [-1, 1, 0])],
    ['stacks.prefix', json => (json.tables.stacks!.prefix = [-1, 2, 1])],
    ['stacks.prefix', json => (json.tables.stacks!.prefix = [-2, 0, 1])],
    ['stacks.frame', json => (json.tables.stacks!.frame = [0, 1, -1])],
    ['stacks.category', json => (json.tables.stacks!.category = [0, 0, 14])],
    ['functions.kind', json => (json.tables.functions!.kind = [0, 3, 0])],
    ['functions.entry', json => (json.tables.functions!.entry = [0, 6, 0])],
    ['samples.time', json => (json.tables.samples!.time = [0, 2, 1])],
    ['samples.task', json => (json.tables.samples!.task = [-1, -1, 0])],
    ['threads.process', json => (json.tables.threads!.process = [6])],
    ['threads.start', json => (json.tables.threads!.start = [1, 2])],
    ['functions.source', json => (json.tables.functions!.source = [0, 6, 0])],
    ['frames.inlined', json => (json.tables.frames!.inlined = [0])],
    [
      'tasks.parent',
      json => (json.tables.tasks = { name: [0], coroutine: [0], parent: [1] })
    ],
    ['samples.own', json => (json.tables.samples!.own = [0, 0, 3])],
    ['samples.values[0]', json => (json.tables.samples!.values = [[1, -2, 3]])],
    [
      'samples.values[0]',
      json => (json.tables.samples!.values = [[1, NaN, 3]])
    ],
    ['samples.values[0]', json => (json.tables.samples!.values = [[1, 2]])],
    ['samples', json => (json.tables.samples!.values = [])]
  ];
  it.each(changes)('names %s when it is wrong', async (where, change) => {
    expect((await failure(change)).message).toContain(where);
  });
});

describe('large and odd profiles', () => {
  it('takes 10,000 threads', async () => {
    const json = message();
    const numbers = Array.from({ length: 10_000 }, (_, n) => n);
    json.tables.threads = {
      pid: packed(numbers),
      tid: packed(numbers),
      name: packed(numbers.map(() => -1)),
      main: packed(numbers.map(n => (n === 0 ? 1 : 0)))
    };
    json.tables.samples = {
      thread: packed(numbers),
      stack: packed(numbers.map(n => n % 3)),
      time: packed(numbers),
      values: [packed(numbers)]
    };
    const profile = await decode(json);
    expect(profile.threads!.length).toBe(10_000);
    expect(profile.samples!.thread[9999]).toBe(9999);
  });

  it('takes one sample, and samples without a stack', async () => {
    const json = message();
    json.tables.samples = {
      thread: [-1],
      stack: [-1],
      time: [0],
      values: [[5]]
    };
    expect((await decode(json)).samples!.stack[0]).toBe(-1);
  });

  it('takes a recursion 5,000 deep and names 300 characters long', async () => {
    const json = message();
    const rows = Array.from({ length: 5000 }, (_, row) => row);
    json.strings = Array<string>(6).fill('x'.repeat(300));
    json.tables.stacks = {
      prefix: packed(rows.map(row => row - 1)),
      frame: packed(rows.map(() => 1)),
      category: packed(rows.map(() => 0))
    };
    const profile = await decode(json);
    expect(profile.stacks!.prefix[4999]).toBe(4998);
    expect(profile.strings[5]).toHaveLength(300);
  });
});
