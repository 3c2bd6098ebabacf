/** What the categories are called and how they are told apart without colour. */
import { CATEGORIES, type CategoryName } from '../format/types';
import type { Hatching } from '../export/pen';
import type { CategoryIndex } from '../model/profile';

/** How a category is filled. */
export type Pattern = 'plain' | Hatching;

interface ICategoryStyle {
  /** The name in a legend. */
  readonly label: string;
  /** What it means, in one sentence. */
  readonly meaning: string;
  readonly pattern: Pattern;
}

const STYLES: Readonly<Record<CategoryName, ICategoryStyle>> = {
  python: {
    label: 'Python',
    meaning: 'Bytecode and the object operations that the interpreter does',
    pattern: 'plain'
  },
  builtin: {
    label: 'built-in C',
    meaning: 'C functions of the interpreter and the standard library',
    pattern: 'plain'
  },
  extension: {
    label: 'extensions',
    meaning:
      'Other native modules, or a program without Python, with the libraries below them',
    pattern: 'plain'
  },
  system: {
    label: 'system',
    meaning: 'Native code that nobody called from Python',
    pattern: 'dotted'
  },
  kernel: {
    label: 'kernel',
    meaning: 'Time inside the operating system',
    pattern: 'plain'
  },
  gc: {
    label: 'garbage collection',
    meaning: 'The cyclic garbage collector',
    pattern: 'dotted'
  },
  import: {
    label: 'import',
    meaning: 'Importing and compiling modules',
    pattern: 'plain'
  },
  gil: {
    label: 'waiting for GIL',
    meaning: 'Ready to run Python, but another thread was running it',
    pattern: 'hatched'
  },
  waiting: {
    label: 'waiting',
    meaning: 'Not on a CPU: input and output, sleep, locks, other processes',
    pattern: 'hatched'
  },
  profiler: {
    label: 'profiler',
    meaning: 'The profiler itself',
    pattern: 'dotted'
  },
  io: {
    label: 'waiting for I/O',
    meaning: 'Not on a CPU until a file, a socket or a pipe is ready',
    pattern: 'backslashed'
  },
  sleep: {
    label: 'sleeping',
    meaning: 'Not on a CPU because the code asked to sleep',
    pattern: 'lined'
  },
  lock: {
    label: 'waiting for lock',
    meaning: 'Not on a CPU until another thread lets go of a lock or queue',
    pattern: 'crossed'
  },
  queued: {
    label: 'waiting for CPU',
    meaning: 'Ready to run while other threads and processes had every CPU',
    pattern: 'dotted'
  }
};

/** The name, meaning and pattern of a category. */
export function categoryStyle(category: CategoryIndex): ICategoryStyle {
  return STYLES[CATEGORIES[category]];
}

/** Gives an element the colours and the pattern of a category. */
export function paintCategory(
  node: HTMLElement,
  category: CategoryIndex
): void {
  const name = CATEGORIES[category];
  node.style.setProperty('--np-part-text', `var(--np-on-${name})`);
  paintPart(node, `var(--np-${name})`, STYLES[name].pattern);
}

/** Gives a swatch colours that stand in no style sheet, and their pattern. */
export function paintSwatch(
  node: HTMLElement,
  colours: { fill: string; pattern: Pattern; hatch: string }
): void {
  node.style.setProperty('--np-hatch', colours.hatch);
  paintPart(node, colours.fill, colours.pattern);
}

function paintPart(node: HTMLElement, fill: string, pattern: Pattern): void {
  node.style.setProperty('--np-part', fill);
  if (pattern !== 'plain') {
    node.classList.add(`np-mod-${pattern}`, 'np-mod-on-pattern');
  }
}
