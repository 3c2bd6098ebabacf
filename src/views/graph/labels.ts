/** Where the labels of the edges stand, so that none hides another. */
import type { IPoint } from '../../export/pen';

/** A rectangle of the drawing. */
export interface IBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const HEIGHT = 14;
/** Pixels a character, and around it. */
const CHARACTER = 6.2;
const AROUND = 6;

/** Where on its first piece, or beside it, a label may stand, best place first. */
const PLACES: readonly (readonly [t: number, side: number])[] = [
  [0.5, 0],
  [0.36, 0],
  [0.64, 0],
  [0.26, 0],
  [0.74, 0],
  [0.5, 1],
  [0.5, -1]
];
/** Pixels between a line and a label beside it. */
const BESIDE = 5;

/**
 * By edge the middle of its label, costliest edges first; null: no room. It is
 * on the piece next to the caller, between two layers: no node covers it.
 */
export function placeLabels(
  courses: readonly (readonly IPoint[])[],
  labels: readonly string[]
): (IPoint | null)[] {
  const taken: IBox[] = [];
  return courses.map((course, edge) => {
    const width = labels[edge].length * CHARACTER + AROUND;
    for (const [t, side] of PLACES) {
      const { x, y } = pointOn(course, t);
      const at = { x: x + side * (width / 2 + BESIDE), y };
      const box = {
        x: at.x - width / 2,
        y: at.y - HEIGHT / 2,
        width,
        height: HEIGHT
      };
      if (!taken.some(other => touch(box, other))) {
        taken.push(box);
        return at;
      }
    }
    return null;
  });
}

/** A point of the first piece, which is drawn with vertical tangents. */
export function pointOn([a, b]: readonly IPoint[], t: number): IPoint {
  const s = 1 - t;
  const middle = (a.y + b.y) / 2;
  return {
    x: s * s * (s + 3 * t) * a.x + t * t * (t + 3 * s) * b.x,
    y: s ** 3 * a.y + 3 * s * t * middle + t ** 3 * b.y
  };
}

function touch(a: IBox, b: IBox): boolean {
  return (
    a.x < b.x + b.width &&
    b.x < a.x + a.width &&
    a.y < b.y + b.height &&
    b.y < a.y + a.height
  );
}
