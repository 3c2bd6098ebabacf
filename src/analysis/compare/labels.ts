/** What tells profiles apart, in few words. */
import type { IMeta } from '../../format/types';

/** The parts of `IMeta` that name a run. */
export type INamed = Pick<IMeta, 'name' | 'engine' | 'started'>;

/** `14:02:11`, with the day where that is not `today`; empty: not known. */
export function timeLabel(started: number, today = new Date()): string {
  if (!(started > 0)) {
    return '';
  }
  const date = new Date(started * 1000);
  const two = (part: number): string => String(part).padStart(2, '0');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map(two)
    .join(':');
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map(two)
    .join('-');
  return date.toDateString() === today.toDateString() ? time : `${day} ${time}`;
}

/**
 * A short label for each: the name, with the engine where engines differ and
 * the time where that still leaves two alike. Labels are never equal.
 */
export function distinctLabels(runs: readonly INamed[]): string[] {
  const engines = new Set(runs.map(run => run.engine)).size > 1;
  const short = runs.map(run =>
    engines ? `${run.name} ${run.engine}` : run.name
  );
  const timed = withWhereAlike(short, row => timeLabel(runs[row].started));
  return withWhereAlike(timed, row => `#${row + 1}`);
}

function withWhereAlike(
  labels: readonly string[],
  more: (row: number) => string
): string[] {
  return labels.map((label, row) =>
    labels.filter(other => other === label).length > 1
      ? `${label} ${more(row)}`.trim()
      : label
  );
}
