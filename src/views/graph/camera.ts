/** What part of a drawing is seen, and how large. */
import type { ILayeredLayout } from '../../layout/layered';

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

/** The boxes of a drawing, and its size. */
type Boxes = Pick<
  ILayeredLayout,
  'x' | 'y' | 'nodeWidth' | 'nodeHeight' | 'width' | 'height'
>;

const MIN_SCALE = 0.05;
const MAX_SCALE = 3;
const MARGIN = 16;
/** Smaller than this, names cannot be read: rather show a part. */
const LEGIBLE = 0.75;

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

/** The scale to start with: all of the drawing if that can be read. */
export function startScale(drawing: ISize, view: ISize): number {
  const all = fitAll(drawing, view).scale;
  const wide = (view.width - 2 * MARGIN) / Math.max(1, drawing.width);
  return Math.max(all, LEGIBLE, Math.min(1, wide));
}

/**
 * Where to look first: at the costliest part in which `node` is seen too, a
 * root at the top of the view, another node below its callers.
 */
export function startCamera(
  layout: Boxes,
  cost: Float64Array,
  node: number,
  view: ISize
): ICamera {
  const scale = startScale(layout, view);
  const all = fitAll(layout, view);
  if (all.scale >= scale || node < 0) {
    return all;
  }
  const room = view.height - layout.height * scale;
  const top =
    room >= 2 * MARGIN
      ? room / 2
      : Math.max(
          room - MARGIN,
          Math.min(MARGIN, view.height / 3 - layout.y[node] * scale)
        );
  const bottom = (view.height - top) / scale;
  const width = (view.width - 2 * MARGIN) / scale;
  const middle = costliestMiddle(layout, cost, node, {
    width,
    top: -top / scale,
    bottom
  });
  return { scale, left: view.width / 2 - middle * scale, top };
}

/** The middle of the nodes that cost most among those that fit beside `node`. */
function costliestMiddle(
  layout: Boxes,
  cost: Float64Array,
  node: number,
  room: { readonly width: number; top: number; bottom: number }
): number {
  const { x, y, nodeWidth, nodeHeight } = layout;
  const seen = [...cost.keys()].filter(
    at => y[at] >= room.top && y[at] + nodeHeight[at] <= room.bottom
  );
  const least = x[node] + nodeWidth[node] - room.width;
  let best = -1;
  let middle = x[node] + nodeWidth[node] / 2;
  // A best window has a node at its left edge, or `node` at its right one.
  for (const start of [least, ...seen.map(at => x[at])]) {
    if (start < least || start > x[node]) {
      continue;
    }
    let sum = 0;
    let left = x[node];
    let right = x[node] + nodeWidth[node];
    for (const at of seen) {
      const end = x[at] + nodeWidth[at];
      if (x[at] >= start && end <= start + room.width) {
        sum += cost[at];
        left = Math.min(left, x[at]);
        right = Math.max(right, end);
      }
    }
    if (sum > best) {
      best = sum;
      middle = (left + right) / 2;
    }
  }
  return middle;
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

/** Moved by so many pixels. */
export function panBy(camera: ICamera, dx: number, dy: number): ICamera {
  return { ...camera, left: camera.left + dx, top: camera.top + dy };
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

/** A point of a drawing. */
interface IPlace {
  readonly x: number;
  readonly y: number;
}

/**
 * The camera for a new drawing in which what stood at `from` stands at `to`:
 * there it stays on the screen, as far as the view does not become empty.
 */
export function keepPlace(
  camera: ICamera,
  from: IPlace,
  to: IPlace,
  drawing: ISize,
  view: ISize
): ICamera {
  const { scale } = camera;
  const within = (start: number, length: number, room: number): number => {
    const slack = room - length - MARGIN;
    return Math.max(
      Math.min(MARGIN, slack),
      Math.min(Math.max(MARGIN, slack), start)
    );
  };
  return {
    scale,
    left: within(
      camera.left + (from.x - to.x) * scale,
      drawing.width * scale,
      view.width
    ),
    top: within(
      camera.top + (from.y - to.y) * scale,
      drawing.height * scale,
      view.height
    )
  };
}

/** The camera that has a point of the drawing in the middle of the view. */
export function lookAt(
  { scale }: ICamera,
  { x, y }: IPlace,
  view: ISize
): ICamera {
  return {
    scale,
    left: view.width / 2 - x * scale,
    top: view.height / 2 - y * scale
  };
}

function clampScale(scale: number): number {
  return Math.max(MIN_SCALE, Math.min(MAX_SCALE, scale));
}
