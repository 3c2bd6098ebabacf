/** What each cause is called, and what helps against it (docs/reasons.md). */
import type { Cause } from '../../analysis/causeRules';

interface ICauseWords {
  readonly plain: string;
  /** With the function that shows it, or the library; empty: a name tells nothing. */
  readonly named: string;
  /** One sentence; empty: nothing general helps. */
  readonly advice: string;
}

export const CAUSE_WORDS: Readonly<Record<Cause, ICauseWords>> = {
  python: {
    plain: 'pure Python',
    named: 'pure Python, mostly %1',
    advice: 'Work on whole arrays (numpy), or compile it (Cython, numba).'
  },
  library: {
    plain: 'Python code of libraries',
    named: 'Python code of %1',
    advice:
      'Call the library less often, for more at once, or another function of it.'
  },
  call: {
    plain: 'built-in C functions',
    named: 'built-in %1',
    advice: 'C already: call it on less, or choose another algorithm.'
  },
  extension: {
    plain: 'native code',
    named: 'native code: %1',
    advice:
      'Native already: give it less to do, a smaller type, or another algorithm.'
  },
  conversion: {
    plain: 'conversion between Python and native values',
    named: 'conversion between Python and native values: %1',
    advice:
      'Keep the values on one side: whole arrays instead of single elements, or lists throughout.'
  },
  allocation: {
    plain: 'taking and freeing memory',
    named: 'taking and freeing memory: %1',
    advice: 'Make fewer objects, or write into memory that is there (out=).'
  },
  faults: {
    plain: 'page faults: memory touched for the first time',
    named: 'page faults: memory touched for the first time in %1',
    advice: 'Use the same memory again (out=), or work in smaller pieces.'
  },
  io: {
    plain: 'reading and writing',
    named: 'reading and writing: %1',
    advice:
      'Transfer larger pieces at once, or do other work meanwhile (threads, asyncio).'
  },
  import: {
    plain: 'import',
    named: '',
    advice: 'A kernel pays for a module once: the second run is without it.'
  },
  compile: {
    plain: 'compiling source text',
    named: '',
    advice: 'Compile once and keep the result.'
  },
  gc: {
    plain: 'garbage collection',
    named: '',
    advice:
      'Make fewer objects that hold others; gc.freeze() spares those that stay.'
  },
  gil: {
    plain: 'waiting for the GIL',
    named: '',
    advice:
      'Threads take turns in Python code: use processes, or native code that lets go of the GIL.'
  },
  lock: {
    plain: 'waiting for other threads',
    named: 'waiting for other threads: %1',
    advice: 'See in the timeline what the others do meanwhile.'
  },
  sleep: {
    plain: 'sleeping',
    named: 'sleeping: %1',
    advice: 'The code asks to wait: wait for the event itself, or less.'
  },
  queued: {
    plain: 'waiting for a free CPU',
    named: '',
    advice: 'Run fewer threads and processes at once.'
  },
  waiting: {
    plain: 'waiting',
    named: 'waiting: %1',
    advice: 'See in the timeline what runs meanwhile.'
  },
  kernel: {
    plain: 'operating system',
    named: 'operating system, for %1',
    advice: 'Ask the system less often, for more at once.'
  },
  system: { plain: 'native threads', named: '', advice: '' },
  profiler: { plain: 'the profiler itself', named: '', advice: '' }
};
