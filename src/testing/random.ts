/**
 * Random call graphs and profiles, the same for the same seed.
 */
import type { IWireProfile, WireColumn } from '../format/types';

/** Numbers from 0 below 1 (S. K. Park, K. W. Miller, Comm. ACM 31, 1988). */
export function randomNumbers(seed: number): () => number {
  let state = seed % 0x7fffffff || 1;
  return () => {
    state = (state * 48271) % 0x7fffffff;
    return state / 0x7fffffff;
  };
}

/** A graph as the layouts take it. */
export interface IRandomGraph {
  readonly width: number[];
  readonly height: number[];
  readonly from: number[];
  readonly to: number[];
}

/**
 * A graph like that of a program: a main function, calls mostly into what
 * was met lately, a tenth of the functions helpers that many call, and here
 * and there a recursion.
 */
export function randomCallGraph(nodes: number, seed: number): IRandomGraph {
  const random = randomNumbers(seed);
  const below = (end: number) => Math.floor(random() * end);
  const edges = new Map<number, [number, number]>();
  const add = (from: number, to: number) =>
    edges.set(from * nodes + to, [from, to]);
  const helpers = Math.max(1, Math.floor(nodes / 10));
  const own = nodes - helpers;
  for (let func = 1; func < own; func++) {
    add(Math.max(0, func - 1 - below(Math.min(func, 12))), func);
    if (random() < 0.15) {
      add(below(func), func);
    }
    if (random() < 0.02) {
      add(func, Math.max(1, func - below(10)));
    }
  }
  for (let helper = own; helper < nodes; helper++) {
    for (let callers = 1 + below(8); callers > 0; callers--) {
      add(below(own), helper);
    }
    if (helper > own && random() < 0.4) {
      add(own + below(helper - own), helper);
    }
  }
  const list = Array.from(edges.values());
  return {
    width: Array.from({ length: nodes }, () => 80 + below(120)),
    height: Array.from({ length: nodes }, () => 36),
    from: list.map(([from]) => from),
    to: list.map(([, to]) => to)
  };
}

/**
 * A wire message with plain columns: `samples` samples over `stacks` rows,
 * up to `depth` deep, of 2,000 functions in 40 modules, a fifth plumbing.
 */
export function randomProfile(
  samples: number,
  stacks: number,
  depth: number,
  seed: number
): IWireProfile {
  const random = randomNumbers(seed);
  const below = (end: number) => Math.floor(random() * end);
  const column = (length: number, value: (row: number) => number) =>
    Array.from({ length }, (_, row) => value(row));
  const functions = 2000;
  const modules = 40;
  const frames = 5 * functions;
  const level = new Uint16Array(stacks);
  const prefix = column(stacks, row => {
    // Mostly deeper from where the last stack was, as a program goes.
    const above = row === 0 ? -1 : Math.max(0, row - 1 - below(30));
    if (above < 0 || level[above] + 1 >= depth) {
      return row === 0 ? -1 : 0;
    }
    level[row] = level[above] + 1;
    return above;
  });
  return {
    version: 1,
    ...madeUp(1, 0, []),
    quality: {},
    values: [{ name: 'cpu', unit: 'ns' }],
    strings: [
      ...column(functions, func => func).map(func => `function_${func}`),
      ...column(modules, module => module).map(module => `module_${module}`)
    ],
    tables: {
      threads: { pid: [1], tid: [1], name: [-1], main: [1] },
      functions: {
        name: column(functions, func => func),
        entry: column(functions, () => -1),
        file: column(functions, func => functions + (func % modules)),
        line: column(functions, () => 1),
        module: column(functions, func => functions + (func % modules)),
        kind: column(functions, func => func % 2),
        category: column(functions, func => (func % 2 ? 2 : 0)),
        flags: column(functions, func => (func % 5 === 1 ? 1 : 0))
      },
      frames: {
        function: column(frames, frame => frame % functions),
        line: column(frames, frame => 1 + (frame % 97)),
        column: column(frames, () => -1),
        endColumn: column(frames, () => -1)
      },
      stacks: {
        prefix,
        frame: column(stacks, () => below(frames)),
        category: column(stacks, () => below(5))
      },
      samples: {
        thread: column(samples, () => 0),
        stack: column(samples, () => below(stacks)),
        time: column(samples, row => row * 1001),
        values: [column(samples, () => 1_001_000)] as WireColumn[]
      }
    }
  };
}

/** What a made-up message says beside its tables: `wall` ns of the cell, `total` ns in the summary. */
export function madeUp(
  wall: number,
  total: number,
  cells: IWireProfile['meta']['cells']
): Pick<IWireProfile, 'meta' | 'summary'> {
  return {
    meta: {
      name: 'In[1]',
      prompt: 1,
      cell_id: null,
      status: 'ok',
      engine: 'perf',
      engine_version: '1',
      engine_reason: 'asked for',
      kind: 'sampled',
      rate: 999,
      started: 0,
      wall_ns: wall,
      cpu_ns: wall,
      python: '',
      platform: '',
      cells
    },
    summary: {
      unit: 'ns',
      total,
      wall_ns: total,
      cpu_ns: total,
      categories: {},
      functions: [],
      lines: []
    }
  };
}
