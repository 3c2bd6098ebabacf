/** What processes, threads and tasks are called. */
import type { Lane } from '../analysis/lanes';
import type { ILaneRow } from '../analysis/lanes';
import type { ITranslation } from './env';

/** `MainThread (the cell’s own)`, `worker 7021`, `child (process 7)`, `fetch (get)`. */
export function laneName(
  { lane, name, detail, main }: ILaneRow,
  trans: ITranslation
): string {
  switch (lane.kind) {
    case 'process':
      return trans.__('%1 (process %2)', name || trans.__('process'), detail);
    case 'task':
      return detail && detail !== name ? `${name} (${detail})` : name;
    case 'thread':
      return main
        ? trans.__('%1 (the cell’s own)', name)
        : `${name || trans.__('thread')} ${detail}`;
  }
}

/** Whether two lanes are the same part of what ran. */
export function isSameLane(a: Lane | null, b: Lane | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
