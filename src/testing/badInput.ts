/**
 * Messages that no engine writes on a good day: to be shown, or to be refused
 * with a sentence, by every view.
 */

/** A message, and what is said of it where it cannot be shown. */
export interface IBadInput {
  readonly name: string;
  readonly message: unknown;
  /** Part of the sentence that refuses it; without one it is shown. */
  readonly refused?: string;
}

type Message = Record<string, unknown>;
type Tables = Record<string, Record<string, unknown>>;

/** What acts where text is taken for markup, for a formula, or for the order of a line. */
export const HOSTILE =
  '<img src=x onerror="globalThis.pwned=1"><script>globalThis.pwned=1</script>' +
  '\'"`${globalThis.pwned=1}\u202egnp.exe\u2066\u0000\u001b[31m\ud800&lt;%1 javascript:pwned';

const LONG = 'f'.repeat(300);
const GERMAN =
  'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';
const CHINESE = '计算全部数据的平均值并写入数据库'.repeat(8);

/** How a profile of Python functions is made; every member has a plain default. */
interface IMade {
  readonly names?: readonly string[];
  /** Stacks from the root to the leaf, as functions. */
  readonly stacks?: readonly (readonly number[])[];
  /** One sample a stack, unless said: thread, stack, time and cost. */
  readonly samples?: readonly (readonly [number, number, number, number])[];
  readonly threads?: readonly string[];
  readonly text?: string;
}

function made({
  names = ['<module>', 'work'],
  stacks = [[0], [0, 1]],
  threads = ['MainThread'],
  text = 'plain',
  ...more
}: IMade = {}): Message & { readonly tables: Tables } {
  const strings = ['In[5]', ...names, ...threads];
  const prefix: number[] = [];
  const frame: number[] = [];
  const leaves = stacks.map(stack => {
    let above = -1;
    for (const func of stack) {
      above = prefix.push(above) - 1;
      frame.push(func);
    }
    return above;
  });
  const samples =
    more.samples ??
    leaves.map((leaf, at) => [0, leaf, 1000 * at, 1_000_000] as const);
  const column = (at: number): number[] => samples.map(row => row[at]);
  const same = <T>(of: readonly unknown[], value: T): T[] =>
    of.map(() => value);
  return {
    version: 1,
    meta: {
      name: text,
      prompt: 5,
      cell_id: text,
      status: 'ok',
      engine: text,
      engine_version: text,
      engine_reason: text,
      kind: 'sampled',
      rate: 999,
      started: 0,
      wall_ns: 3_000_000,
      cpu_ns: 2_000_000,
      python: text,
      platform: text,
      cells: [{ name: 'In[5]', prompt: 5, id: text, source: `${text}\nwork()` }]
    },
    quality: { samples: samples.length, stitched: 1, notes: [text] },
    summary: {
      unit: 'ns',
      total: 2_000_000,
      wall_ns: 3_000_000,
      cpu_ns: 2_000_000,
      categories: { python: 2_000_000 },
      functions: [],
      lines: []
    },
    values: [{ name: 'cpu', unit: 'ns' }],
    strings,
    tables: {
      threads: {
        pid: same(threads, 1),
        tid: threads.map((_, row) => row + 1),
        name: threads.map((_, row) => 1 + names.length + row),
        main: threads.map((_, row) => Number(row === 0))
      },
      functions: {
        name: names.map((_, row) => 1 + row),
        entry: same(names, -1),
        file: same(names, 0),
        line: same(names, 1),
        module: same(names, -1),
        kind: same(names, 0),
        category: same(names, 0),
        flags: same(names, 0)
      },
      frames: {
        function: names.map((_, row) => row),
        line: names.map((_, row) => (row % 2) + 1),
        column: same(names, 0),
        endColumn: same(names, 4)
      },
      stacks: { prefix, frame, category: same(frame, 0) },
      samples: {
        thread: column(0),
        stack: column(1),
        time: column(2),
        values: [column(3)]
      }
    }
  };
}

function without(...names: string[]): Message {
  const message = made();
  const kept = Object.entries(message.tables).filter(
    ([name]) => !names.includes(name)
  );
  return { ...message, tables: Object.fromEntries(kept) };
}

/** The same with one column of a table changed. */
function having(table: string, column: string, values: unknown): Message {
  const message = made();
  const { tables } = message;
  return {
    ...message,
    tables: { ...tables, [table]: { ...tables[table], [column]: values } }
  };
}

const NO_ROWS = Object.fromEntries(
  Object.entries(made().tables).map(([name, table]) => [
    name,
    Object.fromEntries(
      Object.keys(table).map(key => [key, key === 'values' ? [[]] : []])
    )
  ])
);

/** Recursion: one function calls itself. */
function deep(depth: number): Message {
  return made({
    stacks: [Array.from({ length: depth }, (_, at) => +(at > 0))]
  });
}

function ofThreads(count: number): Message {
  const threads = Array.from({ length: count }, (_, row) => `Thread-${row}`);
  return made({
    threads,
    samples: threads.map((_, row) => [row, row % 3, row, 1_000_000] as const)
  });
}

/** Every message that a viewer must stand. */
export function badInputs(): IBadInput[] {
  const plain = made();
  return [
    { name: 'no rows in any table', message: { ...plain, tables: NO_ROWS } },
    { name: 'no tables', message: { ...plain, tables: {} } },
    { name: 'one sample', message: made({ stacks: [[0, 1]] }) },
    { name: 'one frame', message: made({ names: ['f'], stacks: [[0]] }) },
    { name: 'a name of 300 letters', message: made({ names: [LONG, LONG] }) },
    {
      name: 'German',
      message: made({ names: [GERMAN, GERMAN], text: GERMAN })
    },
    {
      name: 'Chinese',
      message: made({ names: [CHINESE, CHINESE], threads: [CHINESE] })
    },
    { name: 'a recursion 5,000 deep', message: deep(5_000) },
    { name: '10,000 threads', message: ofThreads(10_000) },
    {
      name: 'hostile strings',
      message: {
        ...made({
          names: [HOSTILE, HOSTILE],
          threads: [HOSTILE, HOSTILE],
          text: HOSTILE
        }),
        values: [{ name: HOSTILE, unit: HOSTILE }]
      }
    },
    { name: 'costs of zero', message: having('samples', 'values', [[0, 0]]) },
    {
      name: 'costs at the end of what numbers hold',
      message: having('samples', 'values', [[2 ** 53 - 1, 2 ** 53 - 1]])
    },
    { name: 'all at one time', message: having('samples', 'time', [7, 7]) },
    {
      name: 'times far apart',
      message: having('samples', 'time', [-(2 ** 52), 2 ** 52])
    },
    {
      name: 'lines that no text has',
      message: having('frames', 'line', [2 ** 31 - 1, -5])
    },
    {
      name: 'columns that no line has',
      message: having('frames', 'column', [9_999, -3])
    },
    { name: 'no names', message: having('functions', 'name', [-1, -1]) },
    { name: 'no files', message: having('functions', 'file', [-1, -1]) },
    { name: 'no threads', message: without('threads'), refused: 'thread' },
    {
      name: 'no functions',
      message: without('functions'),
      refused: 'function'
    },
    { name: 'no frames', message: without('frames'), refused: 'stacks.frame' },
    { name: 'no stacks', message: without('stacks'), refused: 'samples.stack' },
    { name: 'frames alone', message: without('stacks', 'samples') },
    { name: 'no samples', message: without('samples') },
    {
      name: 'functions alone',
      message: without('threads', 'frames', 'stacks', 'samples')
    },
    { name: 'no meta', message: { ...plain, meta: undefined } },
    {
      name: 'nothing said about it',
      message: { ...plain, meta: [], quality: 7, summary: 'no' }
    },
    {
      name: 'a summary of no numbers',
      message: {
        ...plain,
        summary: { total: 'NaN', wall_ns: -1, categories: { python: -5 } }
      }
    },
    {
      name: 'no values',
      message: {
        ...plain,
        values: [],
        tables: {
          ...plain.tables,
          samples: { ...plain.tables.samples, values: [] }
        }
      }
    },
    {
      name: 'negative costs',
      message: having('samples', 'values', [[-1, 1]]),
      refused: 'number below 0'
    },
    {
      name: 'costs that are no numbers',
      message: having('samples', 'values', [[NaN, 1]]),
      refused: 'other than an integer'
    },
    {
      name: 'costs that are null',
      message: having('samples', 'values', [[null, 1]]),
      refused: 'other than an integer'
    },
    {
      name: 'times that are no numbers',
      message: having('samples', 'time', [NaN, 1]),
      refused: 'other than an integer'
    },
    {
      name: 'stacks in a circle',
      message: having('stacks', 'prefix', [2, 0, 1]),
      refused: 'does not stand before it'
    },
    {
      name: 'functions that are not there',
      message: having('frames', 'function', [0, 9]),
      refused: 'does not exist'
    },
    {
      name: 'a version of the future',
      message: { ...plain, version: 99 },
      refused: 'Update the viewer'
    },
    {
      name: 'no version',
      message: { ...plain, version: undefined },
      refused: 'which version'
    },
    { name: 'null', message: null, refused: 'not a profile' },
    { name: 'a list', message: [plain], refused: 'not a profile' },
    { name: 'a number', message: 5, refused: 'not a profile' },
    {
      name: 'text cut off',
      message: JSON.stringify(plain).slice(0, 500),
      refused: 'cut off'
    }
  ];
}
