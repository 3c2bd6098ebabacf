/** How large memory was at each snapshot of a profile, kind by kind. */
import type { IProfile } from '../model/profile';

/** The amounts of one value, one for each snapshot. */
export interface ILayer {
  /** Row of `values`. */
  readonly value: number;
  readonly amounts: Float64Array;
}

/** A curve of stacked layers; rows are those of `snapshots`. */
export interface IHeapCurve {
  readonly length: number;
  /** In the unit of `meta.time_unit`, ascending. */
  readonly time: Float64Array;
  /** What lies at the bottom first. */
  readonly layers: readonly ILayer[];
  /** The sums of the layers. */
  readonly total: Float64Array;
  /** The first row in which the sum is largest. */
  readonly peak: number;
  /** The names of parts (`meta.parts`) by their rows: who held memory then is known. */
  readonly parts: ReadonlyMap<number, string>;
  /** The row whose part is shown, -1: none. */
  readonly shown: number;
}

/** The curve of a profile, null where it has no snapshots. */
export function heapCurve({
  meta,
  snapshots,
  values
}: IProfile): IHeapCurve | null {
  if (!snapshots?.length) {
    return null;
  }
  const { length, time } = snapshots;
  const unit = values[0]?.unit;
  const layers = snapshots.values
    .map((amounts, value) => ({ value, amounts }))
    .filter(({ value }) => values[value]?.unit === unit);
  const total = Float64Array.from(time, (_, row) =>
    layers.reduce((sum, { amounts }) => sum + amounts[row], 0)
  );
  const parts = new Map<number, string>();
  for (const { name, snapshot = -1 } of meta.parts ?? []) {
    if (snapshot >= 0 && snapshot < length) {
      parts.set(snapshot, name);
    }
  }
  return {
    length,
    time,
    layers,
    total,
    peak: total.indexOf(total.reduce((most, sum) => Math.max(most, sum), 0)),
    parts,
    shown: meta.parts?.[meta.part ?? -1]?.snapshot ?? -1
  };
}

/** The last row not later than `time`; the first where all are later. */
export function rowAtTime(
  { length, time: times }: IHeapCurve,
  time: number
): number {
  let [low, high] = [0, length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (times[middle] <= time) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}
