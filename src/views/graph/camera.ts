/** What part of a drawing is seen, and how large. */

/** A drawing's point (x, y) stands at (x * scale + left, y * scale + top). */
export interface ICamera {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

/** A size in pixels. */
export interface ISize {
  readonly width: number;
  readonly height: number;
}

const MIN_SCALE = 0.05;
const MAX_SCALE = 3;
const MARGIN = 16;
/** Smaller than this, names cannot be read: rather show a part. */
const LEGIBLE = 0.85;

/** All of the drawing, centred, never larger than life. */
export function fitAll(drawing: ISize, view: ISize): ICamera {
  const scale = clampScale(
    Math.min(
      1,
      (view.width - 2 * MARGIN) / Math.max(1, drawing.width),
      (view.height - 2 * MARGIN) / Math.max(1, drawing.height)
    )
  );
  return {
    scale,
    left: (view.width - drawing.width * scale) / 2,
    top: Math.max(MARGIN, (view.height - drawing.height * scale) / 2)
  };
}

/** All of it if that can be read, else legible with `x` in the middle of the top. */
export function fitStart(
  drawing: ISize,
  view: ISize,
  x: number,
  y = 0
): ICamera {
  const all = fitAll(drawing, view);
  if (all.scale >= LEGIBLE) {
    return all;
  }
  const scale = Math.min(
    1,
    Math.max(LEGIBLE, (view.width - 2 * MARGIN) / drawing.width)
  );
  return {
    scale,
    left: view.width / 2 - x * scale,
    top: y > 0 ? view.height / 3 - y * scale : MARGIN
  };
}

/** Closer or farther by `factor`, the point (x, y) of the view staying put. */
export function zoomBy(
  camera: ICamera,
  factor: number,
  x: number,
  y: number
): ICamera {
  const scale = clampScale(camera.scale * factor);
  const real = scale / camera.scale;
  return {
    scale,
    left: x - (x - camera.left) * real,
    top: y - (y - camera.top) * real
  };
}

/** Moved so that a box of the drawing is seen. */
export function reveal(
  camera: ICamera,
  view: ISize,
  box: ISize & { readonly x: number; readonly y: number }
): ICamera {
  const { scale } = camera;
  const shift = (start: number, length: number, room: number): number => {
    const before = MARGIN - start;
    const after = room - MARGIN - (start + length);
    return before > 0 ? before : after < 0 ? after : 0;
  };
  return {
    scale,
    left:
      camera.left +
      shift(box.x * scale + camera.left, box.width * scale, view.width),
    top:
      camera.top +
      shift(box.y * scale + camera.top, box.height * scale, view.height)
  };
}

function clampScale(scale: number): number {
  return Math.max(MIN_SCALE, Math.min(MAX_SCALE, scale));
}
