/** Where a curve of memory lies in a rectangle, and the round steps beside it. */
import { roundStep } from './timeAxis';

/** A rectangle in pixels. */
export interface IBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Places of times and amounts. */
export interface IHeapAxes {
  readonly box: IBox;
  x(time: number): number;
  y(amount: number): number;
  time(x: number): number;
  /** Round amounts from nothing up. */
  readonly amounts: readonly number[];
  /** Round times. */
  readonly times: readonly number[];
}

/** Pixels between two marks, at least. */
const APART = { x: 110, y: 42 };

/**
 * Axes of times from `from` to `to` and amounts from nothing to `most`.
 *
 * @param binary Whether steps are powers of two, as bytes are read.
 */
export function heapAxes(
  { from, to }: { readonly from: number; readonly to: number },
  most: number,
  box: IBox,
  binary: { readonly times: boolean; readonly amounts: boolean }
): IHeapAxes {
  const lasts = Math.max(to - from, 1);
  const highest = Math.max(most, 1);
  const least = (highest * APART.y) / Math.max(box.height, 1);
  const up = stepOf(least, binary.amounts);
  const across = stepOf(
    (lasts * APART.x) / Math.max(box.width, 1),
    binary.times
  );
  return {
    box,
    x: time => box.left + (box.width * (time - from)) / lasts,
    y: amount => box.top + box.height * (1 - amount / highest),
    time: x => from + (lasts * (x - box.left)) / Math.max(box.width, 1),
    amounts: steps(0, highest, up),
    times: steps(from, from + lasts, across)
  };
}

/** A round step not under `least`, at least 1. */
function stepOf(least: number, binary: boolean): number {
  const whole = Math.max(least, 1);
  return binary ? 2 ** Math.ceil(Math.log2(whole)) : roundStep(whole);
}

/** The multiples of `step` from `from` to `to`. */
function steps(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from(
    { length: Math.max(0, last - first + 1) },
    (_, i) => (first + i) * step
  );
}
