/** The tables of a profile that is written as text. */
import {
  CATEGORIES,
  type CategoryName,
  type ICell,
  type IValue
} from '../format/types';
import { PLUMBING, type IProfile } from '../model/profile';
import { parseFrame, type IFrameText } from './frameText';
import { bytes, floats, Interned, ints } from './rows';

/** What the text does not say. */
export interface ITextOptions {
  readonly meta?: Partial<IProfile['meta']>;
  readonly summary?: Partial<IProfile['summary']>;
  readonly quality?: IProfile['quality'];
  readonly unit?: string;
  /** Default: `cpu`, in `unit`. */
  readonly values?: readonly IValue[];
  readonly cells?: readonly ICell[];
}

/** What may stand behind the cost of a sample. */
export interface ISampleText {
  readonly category?: string;
  readonly thread?: string;
  readonly task?: string;
  readonly own?: string;
}

/** Calls, and costs in each value. */
export interface IExactCosts {
  readonly calls: number;
  readonly self: readonly number[];
  readonly inclusive: readonly number[];
}

/** Interns what the lines name. */
export class TextTables {
  sample(
    stack: string,
    costs: readonly number[],
    { category, thread = 'MainThread', task, own }: ISampleText
  ): void {
    this._samples.push({
      row: [
        this._thread(thread),
        this._stack(stack, category),
        1000 * this._samples.length,
        own ? this._stack(own) : -1,
        task ? this._task(task) : -1
      ],
      costs
    });
  }

  private _stack(stack: string, category = ''): number {
    let prefix = -1;
    let leaf: IFrameText | null = null;
    const frames = stack.split(';');
    frames.forEach((text, depth) => {
      leaf = parseFrame(text.trim());
      const frame = this._frame(leaf);
      const name = (depth === frames.length - 1 && category) || leaf.category;
      const code = CATEGORIES.indexOf(name as CategoryName);
      prefix = this._stacks.add(`${prefix} ${frame} ${code}`, [
        prefix,
        frame,
        code
      ]);
    });
    return prefix;
  }

  private _thread(text: string): number {
    const [, process, pid = '1', name] = /^(?:(.+) (\d+)\/)?(.+)$/.exec(text)!;
    return this._threads.add(text, [
      Number(pid),
      this._threads.length,
      this._string(name),
      this._threads.length === 0 ? 1 : 0,
      this._string(process ?? null)
    ]);
  }

  private _task(text: string): number {
    const [name, coroutine] = text.split(' ');
    return this._tasks.add(text, [
      this._string(name),
      this._string(coroutine ?? null),
      -1
    ]);
  }

  cost(text: string, costs: IExactCosts): void {
    const frame = parseFrame(text);
    this._costs.set(this._function(frame, frame.line), costs);
  }

  edge(from: string, to: string, costs: IExactCosts): void {
    const ends = [from, to].map(text => this._function(parseFrame(text)));
    this._edges.push({ ends, costs });
  }

  profile(options: ITextOptions): IProfile {
    const stacks = this._stacks.rows;
    const frames = this._frames.rows;
    const threads = this._threads.rows;
    const tasks = this._tasks.rows;
    const samples = this._samples.map(({ row }) => row);
    const any = (column: number): boolean =>
      samples.some(row => row[column] >= 0);
    const common = this._common(options, 'sampled', null);
    return {
      ...common,
      threads: {
        length: threads.length,
        pid: ints(threads, 0),
        tid: ints(threads, 1),
        name: ints(threads, 2),
        main: bytes(threads, 3),
        process: threads.some(row => row[4] >= 0) ? ints(threads, 4) : null,
        start: null,
        end: null
      },
      frames: {
        length: frames.length,
        function: ints(frames, 0),
        line: ints(frames, 1),
        column: ints(frames, 3),
        endColumn: ints(frames, 4),
        inlined: frames.some(row => row[2] > 0) ? bytes(frames, 2) : null
      },
      stacks: {
        length: stacks.length,
        prefix: ints(stacks, 0),
        frame: ints(stacks, 1),
        category: bytes(stacks, 2)
      },
      samples: {
        length: samples.length,
        thread: ints(samples, 0),
        stack: ints(samples, 1),
        time: floats(samples, 2),
        values: common.values.map((_, at) =>
          Float64Array.from(this._samples, ({ costs }) => costs[at] ?? 0)
        ),
        own: any(3) ? ints(samples, 3) : null,
        task: any(4) ? ints(samples, 4) : null
      },
      tasks:
        tasks.length === 0
          ? null
          : {
              length: tasks.length,
              name: ints(tasks, 0),
              coroutine: ints(tasks, 1),
              parent: ints(tasks, 2)
            },
      edges: null
    };
  }

  exactProfile(options: ITextOptions): IProfile {
    const common = this._common(options, 'exact', this._costs);
    const edges = this._edges;
    const amounts = (of: 'self' | 'inclusive'): Float64Array[] =>
      common.values.map((_, at) =>
        Float64Array.from(edges, ({ costs }) => costs[of][at] ?? 0)
      );
    const ends = edges.map(({ ends }) => ends);
    return {
      ...common,
      threads: null,
      frames: null,
      stacks: null,
      samples: null,
      tasks: null,
      edges: {
        length: edges.length,
        caller: ints(ends, 0),
        callee: ints(ends, 1),
        calls: Float64Array.from(edges, ({ costs }) => costs.calls),
        self: amounts('self'),
        inclusive: amounts('inclusive')
      }
    };
  }

  private _common(
    options: ITextOptions,
    kind: 'sampled' | 'exact',
    costs: ReadonlyMap<number, IExactCosts> | null
  ): Omit<
    IProfile,
    'threads' | 'frames' | 'stacks' | 'samples' | 'tasks' | 'edges'
  > {
    const unit = options.unit ?? 'ns';
    const rows = this._functions.rows;
    const cells = options.cells ?? [];
    const values = options.values ?? [{ name: 'cpu', unit }];
    const column = (of: (costs: IExactCosts) => number | undefined) =>
      Float64Array.from(rows, (_, func) => {
        const found = costs?.get(func);
        return (found && of(found)) ?? 0;
      });
    return {
      meta: {
        name: 'In[5]',
        prompt: 5,
        cell_id: null,
        status: 'ok',
        engine: kind === 'exact' ? 'cprofile' : 'perf',
        engine_version: '1',
        engine_reason: 'asked for',
        kind,
        rate: kind === 'exact' ? null : 999,
        started: 0,
        wall_ns: 0,
        cpu_ns: 0,
        python: '',
        platform: '',
        cells,
        ...options.meta
      },
      quality: options.quality ?? {},
      code: null,
      instructions: null,
      disassembly: null,
      lines: null,
      callSites: null,
      jumps: null,
      branches: null,
      snapshots: null,
      summary: {
        unit,
        total: 0,
        wall_ns: 0,
        cpu_ns: 0,
        categories: {},
        functions: [],
        lines: [],
        ...options.summary
      },
      values,
      cells,
      strings: this._strings,
      functions: {
        length: rows.length,
        name: ints(rows, 0),
        entry: ints(rows, 1),
        file: ints(rows, 2),
        line: ints(rows, 3),
        module: ints(rows, 4),
        kind: bytes(rows, 5),
        category: bytes(rows, 6),
        flags: bytes(rows, 7),
        source: rows.some(row => row[8] >= 0) ? ints(rows, 8) : null,
        calls: costs && column(({ calls }) => calls),
        self: costs && values.map((_, at) => column(({ self }) => self[at])),
        inclusive:
          costs &&
          values.map((_, at) => column(({ inclusive }) => inclusive[at]))
      }
    };
  }

  private _string(text: string | null): number {
    if (text === null) {
      return -1;
    }
    const known = this._strings.indexOf(text);
    return known < 0 ? this._strings.push(text) - 1 : known;
  }

  /** @param line Where it begins; -1: not known. */
  private _function(frame: IFrameText, line = -1): number {
    return this._functions.add(`${frame.module}!${frame.name}`, [
      this._string(frame.name),
      this._string(frame.entry),
      this._string(frame.file),
      line,
      this._string(frame.module),
      frame.kind,
      CATEGORIES.indexOf(frame.category),
      frame.plumbing ? PLUMBING : 0,
      this._string(frame.source)
    ]);
  }

  private _frame(frame: IFrameText): number {
    const func = this._function(frame);
    const key = `${func}:${frame.line}:${frame.inlined}:${frame.columns.join('-')}`;
    return this._frames.add(key, [
      func,
      frame.line,
      frame.inlined ? 1 : 0,
      ...frame.columns
    ]);
  }

  private readonly _strings: string[] = [];
  private readonly _functions = new Interned();
  private readonly _frames = new Interned();
  private readonly _stacks = new Interned();
  private readonly _threads = new Interned();
  private readonly _tasks = new Interned();
  private readonly _samples: {
    readonly row: number[];
    readonly costs: readonly number[];
  }[] = [];
  private readonly _edges: {
    readonly ends: number[];
    readonly costs: IExactCosts;
  }[] = [];
  private readonly _costs = new Map<number, IExactCosts>();
}
