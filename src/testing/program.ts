/**
 * The profile of a program that was made up: a walk through a call graph, so
 * that stacks repeat, recur and reach as deep as those of a real cell.
 */
import { PairTable } from '../analysis/pairs';
import type { IWireProfile } from '../format/types';
import { madeUp, randomNumbers } from './random';

const FUNCTIONS = 3000;
const MODULES = 40;
/** Functions of the cell itself, the first ones after the machinery. */
const CELL = 40;
/** Functions of the notebook's machinery, which every stack begins with. */
const MACHINERY = 8;
/** Places in each function from which it calls. */
const SITES = 8;
const DEEPEST = 60;
const THREADS = 4;
const EXTENSION = 2;
const SLEEP = 11;

/**
 * A wire message with plain columns and `samples` samples: of four threads,
 * a tenth of the samples off the CPU, in the values `cpu` and `wall`.
 */
export function randomProgram(samples: number, seed: number): IWireProfile {
  const random = randomNumbers(seed);
  const below = (end: number) => Math.floor(random() * end);
  const column = (length: number, value: (row: number) => number) =>
    Array.from({ length }, (_, row) => value(row));
  const isNative = (func: number) => func >= MACHINERY + CELL && func % 3 === 0;
  const callees = Array.from({ length: FUNCTIONS }, (_, func) =>
    column(SITES, site =>
      func < MACHINERY
        ? func + 1
        : site < 5
          ? Math.min(FUNCTIONS - 1, func + 1 + below(90))
          : MACHINERY + CELL + below(FUNCTIONS - MACHINERY - CELL)
    )
  );
  const rows = new PairTable(samples);
  const paths = column(THREADS, () => 0).map((): number[] => []);
  const ofSample = {
    thread: new Array<number>(samples),
    stack: new Array<number>(samples),
    cpu: new Array<number>(samples),
    wall: new Array<number>(samples)
  };

  /** Goes one call deeper: mostly the usual way, at times another. */
  const call = (path: number[]): void => {
    const last = path.length - 1;
    const site = Math.floor(SITES * random() ** 16);
    const above = last < 0 ? -1 : rows.second[path[last]];
    const func =
      above < 0 ? 0 : callees[Math.floor(above / SITES)][above % SITES];
    path.push(rows.add(last < 0 ? -1 : path[last], func * SITES + site));
  };

  for (let sample = 0; sample < samples; sample++) {
    const thread = random() < 0.7 ? 0 : 1 + below(THREADS - 1);
    const path = paths[thread];
    const left = Math.max(
      MACHINERY + 1,
      path.length - 1 - Math.floor(9 * random() ** 3)
    );
    path.length = Math.min(path.length, left);
    const deep = Math.min(DEEPEST, left + 1 + Math.floor(9 * random() ** 3));
    while (path.length < deep) {
      call(path);
    }
    const waits = random() < 0.1;
    ofSample.thread[sample] = thread;
    ofSample.stack[sample] = path[path.length - 1];
    ofSample.cpu[sample] = waits ? 0 : 1_001_000;
    ofSample.wall[sample] = waits ? 1_000 * (1 + below(5_000)) : 1_001_000;
  }
  const wall = Math.ceil((samples * 1_001_000) / THREADS);
  const source = column(CELL * SITES, line => line).map(
    line => `work(${line})`
  );
  const categoryOf = (func: number) => (isNative(func) ? EXTENSION : 0);
  const leaf = Array.from(rows.second, (frame, row) =>
    row % 10 === 9 ? SLEEP : categoryOf(Math.floor(frame / SITES))
  );
  return {
    version: 1,
    ...madeUp(wall, wall, [
      { name: 'In[1]', prompt: 1, id: null, source: source.join('\n') }
    ]),
    quality: { samples },
    values: [
      { name: 'cpu', unit: 'ns' },
      { name: 'wall', unit: 'ns' }
    ],
    strings: [
      ...column(FUNCTIONS, func => func).map(func => `function_${func}`),
      ...column(MODULES, module => module).map(module => `module_${module}`),
      'In[1]'
    ],
    tables: {
      threads: {
        pid: column(THREADS, () => 1),
        tid: column(THREADS, thread => 1 + thread),
        name: column(THREADS, () => -1),
        main: column(THREADS, thread => (thread === 0 ? 1 : 0))
      },
      functions: {
        name: column(FUNCTIONS, func => func),
        entry: column(FUNCTIONS, () => -1),
        file: column(FUNCTIONS, func =>
          func >= MACHINERY && func < MACHINERY + CELL
            ? FUNCTIONS + MODULES
            : FUNCTIONS + (func % MODULES)
        ),
        line: column(FUNCTIONS, func => 1 + (func % CELL) * SITES),
        module: column(FUNCTIONS, func => FUNCTIONS + (func % MODULES)),
        kind: column(FUNCTIONS, func => (isNative(func) ? 1 : 0)),
        category: column(FUNCTIONS, categoryOf),
        flags: column(FUNCTIONS, func =>
          func < MACHINERY || func % 7 === 6 ? 1 : 0
        )
      },
      frames: {
        function: column(FUNCTIONS * SITES, frame => Math.floor(frame / SITES)),
        line: column(
          FUNCTIONS * SITES,
          frame =>
            1 + (Math.floor(frame / SITES) % CELL) * SITES + (frame % SITES)
        ),
        column: column(FUNCTIONS * SITES, () => -1),
        endColumn: column(FUNCTIONS * SITES, () => -1)
      },
      stacks: {
        prefix: Array.from(rows.first),
        frame: Array.from(rows.second),
        category: leaf
      },
      samples: {
        thread: ofSample.thread,
        stack: ofSample.stack,
        time: column(samples, row => row * 250),
        values: [ofSample.cpu, ofSample.wall]
      }
    }
  };
}
