/** The frames of a tree through a window on their width: where they are, and what is seen of them. */
import type { ICallTree } from '../../analysis/tree';
import type { IPen } from '../../export/pen';
import {
  boxAt,
  flameLayout,
  hitTest,
  type IFlameLayout,
  type IFlameRows,
  type IFlameWindow
} from '../../layout/flame';
import type { IPalette } from '../theme';
import { Lens } from './lens';
import { ROW } from './picture';

/** Narrower boxes are joined, in pixels. */
const NARROW = 0.7;
/** Height in pixels of the bar that tells which part is shown. */
const BAR = 4;

/** Lays out what a window shows of `rows`, which may be others at each call. */
export class Frames {
  /** @param moved Called after each change of the window. */
  constructor(
    private readonly _rows: () => IFlameRows,
    moved: () => void
  ) {
    this.lens = new Lens(moved);
  }

  readonly lens: Lens;

  get tree(): ICallTree {
    return this._rows().tree;
  }

  /** What was laid out last, null: nothing yet. */
  get layout(): IFlameLayout | null {
    return this._layout;
  }

  /** Where a node is; -1: all of it. */
  extentOf(node: number): IFlameWindow {
    const { start, tree } = this._rows();
    return node < 0
      ? { from: 0, to: tree.total }
      : { from: start[node], to: start[node] + tree.inclusive[node] };
  }

  /** Whether the window will show a node as wide as can be; -1: all. */
  isShowing(node: number): boolean {
    return this.lens.isAt(this.extentOf(node));
  }

  /** Lays out what the window shows, and keeps that. */
  layOut(width: number): IFlameLayout {
    return (this._layout = this.layoutOf(width));
  }

  /** The same, of a picture: what is on the screen stays. */
  layoutOf(width: number): IFlameLayout {
    return flameLayout(this._rows(), {
      width,
      rowHeight: ROW,
      minWidth: NARROW,
      window: this.lens.window
    });
  }

  /** The box at a point of the layout, -1: none. */
  boxAt(x: number, y: number): number {
    return this._layout ? boxAt(this._layout, x, y) : -1;
  }

  /** The node at a point of the layout, -1: none. */
  nodeAt(x: number, y: number): number {
    return this._layout ? hitTest(this._layout, x, y) : -1;
  }

  /** Draws at the lower edge which part of the whole is shown. */
  drawBar(
    pen: IPen,
    { line, accent }: IPalette,
    width: number,
    height: number
  ): void {
    const { from, to } = this.lens.window;
    const { total } = this.tree;
    if (to - from < total) {
      const scale = width / total;
      const wide = Math.max(BAR, (to - from) * scale);
      const left = Math.min(from * scale, width - wide);
      pen.rect(0, height - BAR, width, BAR, line);
      pen.rect(left, height - BAR, wide, BAR, accent);
    }
  }

  private _layout: IFlameLayout | null = null;
}
