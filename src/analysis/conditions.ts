/** The conditions of a filter as tests of functions, stacks and samples. */
import { CATEGORIES } from '../format/types';
import type {
  FunctionIndex,
  IProfile,
  ISampleTable,
  IStackTable
} from '../model/profile';
import { functionLabel, moduleLabel } from './names';
import { categoryOf, cellOf, parseTime, type ICondition } from './query';
import { matcher, stacksThrough } from './search';
import type { ITimeRange } from './spans';

/** Tests a row of one of the profile's tables. */
export type RowTest = (row: number) => boolean;

/** Which samples count as what; without it each counts by its category. */
export interface IMarks {
  /** By stack: 0 is not searched for. */
  readonly matched: Uint8Array | null;
  /** By stack: 1 goes through what is selected. */
  readonly selected: Uint8Array | null;
}

/**
 * Which functions a condition is about, null where it is about something else
 * (category, thread, process, task, time). Negation is not looked at.
 */
export function functionTest(
  profile: IProfile,
  { field, values }: ICondition
): ((func: FunctionIndex) => boolean) | null {
  const { functions, strings } = profile;
  const text = (index: number): string => (index < 0 ? '' : strings[index]);
  switch (field) {
    case 'text':
      return anyOf(values.map(value => matcher(profile, value)));
    case 'name':
      return remembered(functions.length, func =>
        named(values, [
          functionLabel(profile, func),
          text(functions.name[func]),
          text(functions.entry[func])
        ])
      );
    case 'module':
      return remembered(functions.length, func =>
        named(values, [moduleLabel(profile, func)])
      );
    case 'file':
      return remembered(functions.length, func =>
        named(values, [
          text(functions.file[func]),
          text(functions.source?.[func] ?? -1)
        ])
      );
    case 'cell': {
      const cells = new Set(values.map(value => `In[${cellOf(value)}]`));
      return func => cells.has(text(functions.file[func]));
    }
    default:
      return null;
  }
}

/**
 * The functions that a text typed into the search box is about: those that
 * fulfil all its conditions on functions; null where it has none.
 */
export function highlighted(
  profile: IProfile,
  conditions: readonly ICondition[]
): ((func: FunctionIndex) => boolean) | null {
  const tests = conditions
    .filter(condition => !condition.negated)
    .map(condition => functionTest(profile, condition))
    .filter(test => test !== null);
  return tests.length > 0 ? func => tests.every(test => test(func)) : null;
}

/**
 * By row of `stacks` 1 where the conditions on functions and categories leave
 * it in: a function must be somewhere in the stack, the category is that of
 * the time spent at its end.
 */
export function stacksShown(
  profile: IProfile,
  stacks: IStackTable,
  conditions: readonly ICondition[]
): Uint8Array {
  const shown = new Uint8Array(stacks.length).fill(1);
  for (const condition of conditions) {
    const { field, negated, values } = condition;
    const keep = negated ? 0 : 1;
    const test = functionTest(profile, condition);
    if (test) {
      const through = stacksThrough(profile, test);
      for (let row = 0; row < shown.length; row++) {
        shown[row] &= through[row] === keep ? 1 : 0;
      }
    } else if (field === 'category') {
      const names = values.map(categoryOf);
      const is = CATEGORIES.map(name => (names.includes(name) ? 1 : 0));
      for (let row = 0; row < shown.length; row++) {
        shown[row] &= is[stacks.category[row]] === keep ? 1 : 0;
      }
    }
  }
  return shown;
}

/**
 * Which stacks are shown as searched for, being left in by the conditions and
 * through what is `matched` (null: anything), and which as selected.
 */
export function stackMarks(
  profile: IProfile,
  matched: ((func: FunctionIndex) => boolean) | null,
  selection: FunctionIndex,
  conditions: readonly ICondition[]
): IMarks {
  const { stacks } = profile;
  const through = matched && stacksThrough(profile, matched);
  const shown =
    stacks && conditions.length > 0
      ? stacksShown(profile, stacks, conditions)
      : null;
  for (let row = 0; shown && through && row < shown.length; row++) {
    shown[row] &= through[row];
  }
  return {
    matched: shown ?? through,
    selected:
      selection < 0 ? null : stacksThrough(profile, func => func === selection)
  };
}

/** Which threads the conditions on threads and processes leave in, by row. */
export function threadsShown(
  { threads, strings }: IProfile,
  conditions: readonly ICondition[]
): Uint8Array | null {
  if (!threads || !conditions.some(isOfThreads)) {
    return null;
  }
  const text = (index: number): string => (index < 0 ? '' : strings[index]);
  return Uint8Array.from({ length: threads.length }, (_, row) => {
    const names = [text(threads.name[row]), String(threads.tid[row])];
    if (threads.main[row]) {
      names.push('main');
    }
    const process = [
      text(threads.process?.[row] ?? -1),
      String(threads.pid[row])
    ];
    return conditions
      .filter(isOfThreads)
      .every(
        ({ field, values, negated }) =>
          named(values, field === 'thread' ? names : process) !== negated
      )
      ? 1
      : 0;
  });
}

/** Which tasks the conditions leave in, by row, then whether samples of none. */
export function tasksShown(
  { tasks, strings }: IProfile,
  conditions: readonly ICondition[]
): Uint8Array | null {
  const ofTasks = conditions.filter(({ field }) => field === 'task');
  if (ofTasks.length === 0) {
    return null;
  }
  const length = tasks?.length ?? 0;
  const text = (index: number): string => (index < 0 ? '' : strings[index]);
  return Uint8Array.from({ length: length + 1 }, (_, row) => {
    const names =
      row < length ? [text(tasks!.name[row]), text(tasks!.coroutine[row])] : [];
    return ofTasks.every(
      ({ values, negated }) => named(values, names) !== negated
    )
      ? 1
      : 0;
  });
}

/** Tests samples by their thread, process and task; null: all are left in. */
export function sampleTest(
  profile: IProfile,
  samples: ISampleTable,
  conditions: readonly ICondition[]
): RowTest | null {
  const threads = threadsShown(profile, conditions);
  const tasks = tasksShown(profile, conditions);
  if (!threads && !tasks) {
    return null;
  }
  const taskOf = (sample: number): number => {
    const task = samples.task?.[sample] ?? -1;
    return task < 0 ? tasks!.length - 1 : task;
  };
  return sample =>
    (!threads || threads[samples.thread[sample]] === 1) &&
    (!tasks || tasks[taskOf(sample)] === 1);
}

/**
 * The stretches of time that are left of `time` (null: all) by the conditions,
 * disjoint and in order; null: nothing limits the time.
 */
export function stretchesShown(
  time: ITimeRange | null,
  conditions: readonly ICondition[]
): ITimeRange[] | null {
  const ofTime = conditions.filter(({ field }) => field === 'time');
  if (!time && ofTime.length === 0) {
    return null;
  }
  let left = [time ?? { from: -Infinity, to: Infinity }];
  for (const { values, negated } of ofTime) {
    const ranges = values
      .map(parseTime)
      .filter(range => range !== null)
      .sort((a, b) => a.from - b.from);
    const wanted = negated ? gapsBetween(ranges) : merged(ranges);
    left = left.flatMap(a =>
      wanted
        .map(b => ({
          from: Math.max(a.from, b.from),
          to: Math.min(a.to, b.to)
        }))
        .filter(({ from, to }) => from < to)
    );
  }
  return left;
}

/** Ranges, sorted by their starts, without overlaps. */
function merged(ranges: readonly ITimeRange[]): ITimeRange[] {
  const whole: ITimeRange[] = [];
  for (const { from, to } of ranges) {
    const last = whole.at(-1);
    if (last && from <= last.to) {
      whole[whole.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    } else {
      whole.push({ from, to });
    }
  }
  return whole;
}

/** What lies before, between and after ranges. */
function gapsBetween(ranges: readonly ITimeRange[]): ITimeRange[] {
  const gaps: ITimeRange[] = [];
  let from = -Infinity;
  for (const range of merged(ranges)) {
    gaps.push({ from, to: range.from });
    from = range.to;
  }
  return [...gaps, { from, to: Infinity }];
}

function isOfThreads({ field }: ICondition): boolean {
  return field === 'thread' || field === 'process';
}

/** Whether one of the names has one of the values in it, or is it (`=value`). */
function named(values: readonly string[], names: readonly string[]): boolean {
  return values.some(value => {
    const wanted = value.toLowerCase();
    return names.some(name =>
      wanted.startsWith('=')
        ? name.toLowerCase() === wanted.slice(1)
        : name.toLowerCase().includes(wanted)
    );
  });
}

function anyOf<T>(
  tests: readonly ((row: T) => boolean)[]
): (row: T) => boolean {
  return row => tests.some(test => test(row));
}

/** A test of rows below `length` that is made once a row. */
function remembered(length: number, test: RowTest): RowTest {
  const known = new Int8Array(length).fill(-1);
  return row => {
    if (!(row >= 0 && row < length)) {
      return false;
    }
    if (known[row] < 0) {
      known[row] = test(row) ? 1 : 0;
    }
    return known[row] === 1;
  };
}
