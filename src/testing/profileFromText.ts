/**
 * Profiles written as text, so that a test shows the stacks it is about.
 */
import type { IProfile } from '../model/profile';
import { TextTables, type ITextOptions } from './textTables';

/**
 * A profile of samples, one line each: a stack from the root to the leaf,
 * then its cost (several values: `12/30`), then (optionally) its category,
 * thread, asyncio task, and the stack before attribution.
 *
 *     In[5]:2; f:7; numpy!dgemm      12
 *     In[5]:3; list.sort(list_sort)   4  gc  [worker]
 *     In[5]:4; numpy!dgemm            4  [child 7/pool]  {Task-1 main}  own numpy!run
 *
 * - `f:7` is a Python function of module `m` and file `m.py`, at line 7;
 *   `m.f` and `In[5].f` say the module or cell; `In[5]` is the cell itself;
 * - `numpy!dgemm` is a native function of a library, `kernel!read` of the
 *   kernel; `list.sort(list_sort)` a C function with its name in Python;
 * - `f:7<4-9>` is at columns 4 to 9 of line 7;
 * - `numpy!dgemm@dgemm.c:12` has a source file, `^numpy!dot` is inlined;
 *   `f@/lib/python3/f.py:7` is a Python function of another file;
 * - `[worker]` is a thread, `[child 7/pool]` one of the process `child`, pid 7;
 * - `~` before a frame makes the function plumbing.
 *
 * A category not given is that of the leaf: `python`, `extension` (native),
 * `builtin` (C function with a name in Python) or `kernel`.
 */
export function profileFromText(
  text: string,
  options: ITextOptions = {}
): IProfile {
  const tables = new TextTables();
  for (const line of linesOf(text)) {
    const parsed =
      /^(.*?)\s+([\d/]+)(?:\s+(?!own )([a-z]+))?(?:\s+\[(.+)\])?(?:\s+\{(.+)\})?(?:\s+own\s+(.+))?$/.exec(
        line
      );
    if (!parsed) {
      throw new Error(`Not a sample: ${line}`);
    }
    const [, stack, costs, category, thread, task, own] = parsed;
    tables.sample(stack, costs.split('/').map(Number), {
      category,
      thread,
      task,
      own
    });
  }
  return tables.profile(options);
}

/**
 * A profile of an exact engine: functions (`f:3` begins in line 3) with calls
 * (-1: not counted), self and inclusive cost, and edges with calls, self and
 * inclusive cost of the callee; of several values `10/1`.
 *
 *     f        2  10  30
 *     f > m.g  6  20  20
 */
export function exactProfileFromText(
  text: string,
  options: ITextOptions = {}
): IProfile {
  const tables = new TextTables();
  for (const line of linesOf(text)) {
    const parsed = /^(.*?)(?: > (.*?))?\s+(-1|\d+)\s+([\d/]+)\s+([\d/]+)$/.exec(
      line
    );
    if (!parsed) {
      throw new Error(`Neither a function nor an edge: ${line}`);
    }
    const [, first, second, calls, self, inclusive] = parsed;
    const costs = {
      calls: Number(calls),
      self: self.split('/').map(Number),
      inclusive: inclusive.split('/').map(Number)
    };
    if (second === undefined) {
      tables.cost(first, costs);
    } else {
      tables.edge(first, second, costs);
    }
  }
  return tables.exactProfile(options);
}

/** The lines that say something, without what surrounds them. */
function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(Boolean);
}
