/** The rows of the timeline: processes as headings, threads, tasks below them. */
import { tasksShown, threadsShown } from '../../analysis/conditions';
import type { Lane } from '../../analysis/lanes';
import type { ILaneRow } from '../../analysis/lanes';
import type { ICondition } from '../../analysis/query';
import type { ITimeline, ITrack } from '../../analysis/timeline';
import { formatValue } from '../../analysis/units';
import type { IProfile } from '../../model/profile';
import { isSameLane, laneName } from '../laneName';
import { valueLabel } from '../values';
import type { IViewContext } from '../view';

/** A row; a heading has no track. */
export interface IRow {
  readonly lane: Lane;
  /** Null: a heading, or a lane that has nothing of the value shown. */
  readonly track: ITrack | null;
  readonly name: string;
  /** What it cost: `1.17 s CPU time, 5.64 s wall time`. */
  readonly detail: string;
  readonly kind: 'process' | 'thread' | 'task';
  /** True where hardly anything is to be seen. */
  readonly quiet: boolean;
  /** From 1: processes, then threads, then tasks. */
  readonly level: number;
}

/** A lane with less than this share of the time is quiet. */
const QUIET = 0.01;
/** Heights in pixels; threads share what room there is. */
const HEIGHTS = { process: 24, task: 28, thread: { least: 38, most: 92 } };

/** The height of each row where `room` pixels are to be filled. */
export function heightsOf(rows: readonly IRow[], room: number): number[] {
  const { thread } = HEIGHTS;
  const least = ({ kind, quiet }: IRow): number =>
    kind === 'thread' ? (quiet ? thread.least : 0) : HEIGHTS[kind];
  const lanes = rows.filter(row => least(row) === 0).length;
  const left = rows.reduce((left, row) => left - least(row), room);
  const share = Math.floor(left / Math.max(1, lanes));
  const lane = Math.max(thread.least, Math.min(thread.most, share));
  return rows.map(row => least(row) || lane);
}

/** All rows; `tasksOf` has the asyncio tasks to show below a row of `profile.threads`. */
export function rowsOf(
  context: IViewContext,
  tasksOf: ReadonlyMap<number, readonly ITrack[]>
): IRow[] {
  const { data, trans } = context;
  const { timeline } = data;
  const costs = costTexts(context);
  const { processes, tasks } = data.lanesOf(0);
  const taskRows = new Map(
    tasks.map(row => [row.lane.kind === 'task' ? row.lane.row : -1, row])
  );
  return processes.flatMap(({ process, threads }) => {
    const level = process ? 2 : 1;
    const make = (
      row: ILaneRow,
      more: Omit<IRow, 'lane' | 'name' | 'detail' | 'quiet'>
    ): IRow => ({
      lane: row.lane,
      name: laneName(row, trans),
      detail: costs(row.lane),
      quiet: isQuiet(timeline, more.track),
      ...more
    });
    return [
      ...(process
        ? [make(process, { track: null, kind: 'process', level: 1 })]
        : []),
      ...threads.flatMap(row => {
        const at = row.lane.kind === 'thread' ? row.lane.row : -1;
        const track = timeline.threads[at] ?? null;
        const below = tasksOf.get(at) ?? [];
        return [
          make(row, { track, kind: 'thread', level }),
          ...below.flatMap(track => {
            const task =
              track.lane.kind === 'task' && taskRows.get(track.lane.row);
            const kind = 'task';
            return task ? [make(task, { track, kind, level: level + 1 })] : [];
          })
        ];
      })
    ];
  });
}

function isQuiet({ isTime, range }: ITimeline, track: ITrack | null): boolean {
  const whole = isTime ? 1000 * (range.to - range.from) : 1;
  return (track?.total ?? 0) < QUIET * whole;
}

/** Whether a row is, or is part of, what is shown alone. */
export function isIn(
  { threads }: IProfile,
  { lane: of }: IRow,
  lane: Lane | null
): boolean {
  return (
    lane === null ||
    isSameLane(of, lane) ||
    (lane.kind === 'process' &&
      of.kind === 'thread' &&
      threads?.pid[of.row] === lane.pid)
  );
}

/** Tells whether the conditions on threads, processes and tasks leave a row in. */
export function conditionsTest(
  profile: IProfile,
  conditions: readonly ICondition[]
): (row: IRow) => boolean {
  const threads = threadsShown(profile, conditions);
  const tasks = tasksShown(profile, conditions);
  return ({ lane }) => {
    const shown =
      lane.kind === 'thread' ? threads : lane.kind === 'task' ? tasks : null;
    return shown === null || (lane.kind !== 'process' && shown[lane.row] === 1);
  };
}

/** What a lane cost in CPU and wall time, or in the value that is shown. */
function costTexts({
  data,
  profile,
  trans
}: IViewContext): (lane: Lane) => string {
  const { timeline } = data;
  const columns = profile.values.flatMap((value, at) => {
    const isShown = at === timeline.value;
    if (!isShown && !(timeline.isTime && value.name in SHORT)) {
      return [];
    }
    const { processes, tasks } = data.lanesOf(at);
    const rows = [
      ...processes.flatMap(({ process, threads }) =>
        process ? [process, ...threads] : threads
      ),
      ...tasks
    ];
    const cost = new Map(rows.map(row => [keyOf(row.lane), row.cost]));
    return [{ value, cost }];
  });
  return lane =>
    columns
      .map(({ value, cost }) => {
        const amount = formatValue(cost.get(keyOf(lane)) ?? 0, value.unit);
        const short = SHORT[value.name];
        return `${amount} ${short ? trans.__(short) : valueLabel(value, trans)}`;
      })
      .join(' · ');
}

const SHORT: Readonly<Record<string, string>> = { cpu: 'CPU', wall: 'wall' };

function keyOf(lane: Lane): string {
  return `${lane.kind} ${lane.kind === 'process' ? lane.pid : lane.row}`;
}
