/** The whole graph in a corner, with a frame around what is seen. */
import { CanvasPen } from '../../export/canvas';
import { el, type Disposables } from '../dom';
import type { IPalette } from '../theme';
import type { ICamera, ISize } from './camera';
import { boxOf, type IScene } from './scene';

const WIDTH = 120;
const HEIGHT = 80;
const MARGIN = 4;
/** Nodes are at least so large here, in pixels. */
const LEAST = 2;

/** With a larger part of the graph in sight nobody needs a map. */
const MOST_SEEN = 0.6;

/** How much of a stretch lies within 0 and `room`. */
function overlap(start: number, length: number, room: number): number {
  return Math.max(0, Math.min(start + length, room) - Math.max(start, 0));
}

/** The part of a drawing's area that is in sight, 0 to 1. */
function shareSeen(
  drawing: ISize,
  { scale, left, top }: ICamera,
  view: ISize
): number {
  const width = drawing.width * scale;
  const height = drawing.height * scale;
  const area =
    overlap(left, width, view.width) * overlap(top, height, view.height);
  return area / Math.max(1, width * height);
}

/** Where the map can be, the best first; at the lower right are the buttons. */
const CORNERS = [
  { right: false, down: true },
  { right: true, down: false },
  { right: false, down: false }
];

/** From the edges of the view, as in the style sheet. */
const ASIDE = 12;
const ABOVE = 10;

type Boxes = Record<'x' | 'y' | 'nodeWidth' | 'nodeHeight', ArrayLike<number>>;

/** How much of the boxes a map in each corner covers, in square pixels. */
export function coveredAt(
  { layout }: { readonly layout: Boxes },
  { scale, left, top }: ICamera,
  view: ISize
): number[] {
  const { x, y, nodeWidth, nodeHeight } = layout;
  return CORNERS.map(({ right, down }) => {
    const fromX = right ? view.width - ASIDE - WIDTH : ASIDE;
    const fromY = down ? view.height - ABOVE - HEIGHT : ABOVE;
    let area = 0;
    for (let node = 0; node < x.length; node++) {
      const boxX = x[node] * scale + left - fromX;
      const boxY = y[node] * scale + top - fromY;
      area +=
        overlap(boxX, nodeWidth[node] * scale, WIDTH) *
        overlap(boxY, nodeHeight[node] * scale, HEIGHT);
    }
    return area;
  });
}

/** For the pointer only: keys travel, pan and zoom in the graph itself. */
export class Minimap {
  /** @param look Called with the point of the drawing to be seen in the middle. */
  constructor(listeners: Disposables, look: (x: number, y: number) => void) {
    const context = this.node.getContext('2d');
    this._pen = context ? new CanvasPen(context) : null;
    this.node.hidden = true;
    const follow = (event: PointerEvent): void => {
      const box = this.node.getBoundingClientRect();
      look(
        (event.clientX - box.left - this._left) / this._scale,
        (event.clientY - box.top - this._top) / this._scale
      );
    };
    listeners.on(this.node, 'pointerdown', event => {
      this._pressed = true;
      this.node.setPointerCapture(event.pointerId);
      follow(event);
      // The graph keeps the keyboard.
      event.preventDefault();
    });
    listeners.on(this.node, 'pointermove', event => {
      if (this._pressed) {
        follow(event);
      }
    });
    for (const end of ['pointerup', 'pointercancel'] as const) {
      listeners.on(this.node, end, () => (this._pressed = false));
    }
  }

  readonly node = el('canvas', {
    class: 'np-Minimap',
    attrs: { 'aria-hidden': true }
  });

  /** Draws the map; hides it while most of the graph is seen. */
  show(scene: IScene, camera: ICamera, view: ISize, palette: IPalette): void {
    const { layout } = scene;
    // On a small stage it would cover what it is a map of.
    const small = view.width < 3 * WIDTH || view.height < 2 * HEIGHT;
    this.node.hidden = small || shareSeen(layout, camera, view) > MOST_SEEN;
    if (this.node.hidden || !this._pen) {
      return;
    }
    this._place(scene, camera, view);
    this._fit(layout);
    const pen = this._pen;
    const { context } = pen;
    context.save();
    context.translate(this._left, this._top);
    context.scale(this._scale, this._scale);
    const least = LEAST / this._scale;
    for (let node = 0; node < scene.graph.nodes.length; node++) {
      const { x, y, width, height } = boxOf(scene, node);
      const { fill } = palette.categories[scene.graph.nodes.category[node]];
      pen.rect(x, y, Math.max(least, width), Math.max(least, height), fill);
    }
    pen.rect(
      -camera.left / camera.scale,
      -camera.top / camera.scale,
      view.width / camera.scale,
      view.height / camera.scale,
      null,
      { color: palette.selected, width: 1.5 / this._scale }
    );
    context.restore();
  }

  /** Where it covers least; it stays while no corner is better, or it is held. */
  private _place(scene: IScene, camera: ICamera, view: ISize): void {
    const covered = coveredAt(scene, camera, view);
    const least = Math.min(...covered);
    if (!this._pressed && covered[this._corner] > least) {
      this._corner = covered.indexOf(least);
    }
    const { right, down } = CORNERS[this._corner];
    this.node.classList.toggle('np-mod-right', right);
    this.node.classList.toggle('np-mod-top', !down);
    this.node.classList.toggle('np-mod-over', covered[this._corner] > 0);
  }

  private _fit({ width, height }: ISize): void {
    this._scale = Math.min(
      (WIDTH - 2 * MARGIN) / Math.max(1, width),
      (HEIGHT - 2 * MARGIN) / Math.max(1, height)
    );
    this._left = (WIDTH - width * this._scale) / 2;
    this._top = (HEIGHT - height * this._scale) / 2;
    const ratio = window.devicePixelRatio || 1;
    this.node.width = Math.round(WIDTH * ratio);
    this.node.height = Math.round(HEIGHT * ratio);
    this.node.style.width = `${WIDTH}px`;
    this.node.style.height = `${HEIGHT}px`;
    this._pen?.context.scale(ratio, ratio);
  }

  private readonly _pen: CanvasPen | null;
  private _pressed = false;
  /** Row of `CORNERS`. */
  private _corner = 0;
  private _scale = 1;
  private _left = 0;
  private _top = 0;
}
