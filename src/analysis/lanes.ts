/** What ran beside each other: processes, their threads, asyncio tasks. */
import type { IProfile, TaskIndex, ThreadIndex } from '../model/profile';

/** A part of what ran: a process, a thread of it, or an asyncio task. */
export type Lane =
  | { readonly kind: 'process'; readonly pid: number }
  | { readonly kind: 'thread'; readonly row: ThreadIndex }
  | { readonly kind: 'task'; readonly row: TaskIndex };

/** One of them, with its cost. */
export interface ILaneRow {
  readonly lane: Lane;
  readonly name: string;
  /** Tells equal names apart: the number of the thread or process, or the coroutine. */
  readonly detail: string;
  /** True for the cell's own thread. */
  readonly main: boolean;
  readonly cost: number;
}

/** A process with its threads; `process` is null where there is only one. */
export interface IProcessLanes {
  readonly process: ILaneRow | null;
  readonly threads: readonly ILaneRow[];
}

/** What ran, each list by descending cost, the cell's own thread first. */
export interface ILanes {
  readonly processes: readonly IProcessLanes[];
  readonly tasks: readonly ILaneRow[];
  /** Cost of all samples. */
  readonly total: number;
}

/** The lanes of a profile that have samples, with their cost in one of its values. */
export function lanesOf(profile: IProfile, valueIndex: number): ILanes {
  const { samples, threads, tasks } = profile;
  const cost = samples?.values[valueIndex];
  const ofThread = sums(samples?.thread, cost, threads?.length ?? 0);
  const ofTask = sums(samples?.task, cost, tasks?.length ?? 0);
  const total = cost?.reduce((sum, one) => sum + one, 0) ?? 0;
  const byProcess = new Map<number, ILaneRow[]>();
  for (const [row, cost] of ofThread) {
    const pid = threads!.pid[row];
    const rows = byProcess.get(pid) ?? [];
    byProcess.set(pid, rows);
    rows.push({
      lane: { kind: 'thread', row },
      name: text(profile, threads!.name[row]),
      detail: String(threads!.tid[row]),
      main: threads!.main[row] === 1,
      cost
    });
  }
  const processes = Array.from(byProcess, ([pid, rows]) => {
    const process = processRow(profile, pid, rows);
    return { process, threads: rows.sort(byCost) };
  }).sort((a, b) => byCost(a.process, b.process));
  const taskRows = Array.from(ofTask, ([row, cost]): ILaneRow => ({
    lane: { kind: 'task', row },
    name: text(profile, tasks!.name[row]),
    detail: text(profile, tasks!.coroutine[row]),
    main: false,
    cost
  }));
  return {
    processes:
      processes.length > 1
        ? processes
        : processes.map(({ threads }) => ({ process: null, threads })),
    tasks: taskRows.sort(byCost),
    total
  };
}

/**
 * What a value is shown of at first. Wall time added up over threads is mostly
 * that of those which idle in a pool, so it begins with the cell's own thread;
 * anything else with everything (null).
 */
export function firstLane(profile: IProfile, valueIndex: number): Lane | null {
  const { samples, threads, values } = profile;
  if (!threads || threads.length < 2) {
    return null;
  }
  const row = threads.main.indexOf(1);
  return values[valueIndex]?.name === 'wall' && samples?.thread.includes(row)
    ? { kind: 'thread', row }
    : null;
}

function processRow(
  profile: IProfile,
  pid: number,
  rows: readonly ILaneRow[]
): ILaneRow {
  const { pid: pids, process } = profile.threads!;
  return {
    lane: { kind: 'process', pid },
    name: process ? text(profile, process[pids.indexOf(pid)]) : '',
    detail: String(pid),
    main: rows.some(({ main }) => main),
    cost: rows.reduce((sum, { cost }) => sum + cost, 0)
  };
}

function byCost(a: ILaneRow, b: ILaneRow): number {
  return Number(b.main) - Number(a.main) || b.cost - a.cost;
}

/** The sum of each key below `keys` that is met: pairs of key and sum. */
function sums(
  key: Int32Array | null | undefined,
  cost: Float64Array | undefined,
  keys: number
): [number, number][] {
  const sum = new Float64Array(keys);
  const met = new Uint8Array(keys);
  for (let row = 0; key && row < key.length; row++) {
    if (key[row] >= 0) {
      met[key[row]] = 1;
      sum[key[row]] += cost?.[row] ?? 0;
    }
  }
  return Array.from(sum, (value, row): [number, number] => [row, value]).filter(
    ([row]) => met[row] === 1
  );
}

function text(profile: IProfile, index: number): string {
  return index >= 0 ? profile.strings[index] : '';
}
