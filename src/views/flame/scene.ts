/** What of the flame graph is in sight, drawn and found again under the pointer. */
import type { ICallTree } from '../../analysis/tree';
import type { IPen } from '../../export/pen';
import type { IFlameLayout, IFlameWindow } from '../../layout/flame';
import type { Disposables } from '../dom';
import type { ITip } from '../tooltip';
import { pictures } from '../pictures';
import type { IExportChoice, IViewContext } from '../view';
import { FlameColours } from './colours';
import { Frames } from './frames';
import type { Lens } from './lens';
import { FrameSearch } from './matches';
import { FrameNames } from './names';
import { paintFlame } from './picture';
import { ThreadHead } from './threads';
import { frameTip } from './tip';
import { nodeAt } from './walk';

/** The stacks as they are arranged, through a window on their width. */
export class FlameScene {
  /** @param moved Called after each change of the window. */
  constructor(
    context: IViewContext,
    listeners: Disposables,
    moved: () => void
  ) {
    this._context = context;
    this._colours = new FlameColours(context, listeners);
    this.search = new FrameSearch(context);
    this.threads = new ThreadHead(context);
    this._frames = new Frames(() => context.data.flame, moved);
    listeners.add(() => this.lens.dispose());
  }

  readonly search: FrameSearch;
  readonly threads: ThreadHead;

  get legends(): readonly HTMLElement[] {
    return this._colours.legends;
  }

  get lens(): Lens {
    return this._frames.lens;
  }

  get tree(): ICallTree {
    return this._frames.tree;
  }

  get names(): FrameNames {
    const { profile, state } = this._context;
    const { merge } = state.value.flame;
    if (this._names?.merge !== merge) {
      this._names = new FrameNames(profile, merge);
    }
    return this._names;
  }

  /** The height of what stays above the frames, in pixels. */
  get head(): number {
    return this.threads.heightOf(this.tree);
  }

  /** The height of what was laid out last, in pixels. */
  get height(): number {
    return this.head + (this._frames.layout?.height ?? 0);
  }

  /** The node that the state's zoom leads to, -1: none. */
  get zoomed(): number {
    const { zoom } = this._context.state.value;
    return zoom.length > 0 ? nodeAt(this.tree, zoom) : -1;
  }

  /** See `Frames`. */
  extentOf(node: number): IFlameWindow {
    return this._frames.extentOf(node);
  }

  isShowing(node: number): boolean {
    return this._frames.isShowing(node);
  }

  /** Follows the state: another tree at once, another zoom gliding. */
  follow(): void {
    const { zoom, flame } = this._context.state.value;
    const { tree } = this;
    if (this._seen?.tree !== tree) {
      this.lens.start(this.extentOf(this.zoomed), tree.total);
    } else if (this._seen.zoom !== zoom) {
      this.lens.glideTo(this.extentOf(this.zoomed));
    }
    this._seen = { tree, zoom };
    this._colours.show(flame.colours);
  }

  /** Lays out what the window shows. */
  layOut(width: number): void {
    this._frames.layOut(width);
  }

  /** Draws what is seen: the frames from `top` on, in pixels. */
  draw(
    pen: IPen,
    focus: number,
    top: number,
    width: number,
    height: number
  ): void {
    const { layout } = this._frames;
    if (layout) {
      this._paint(pen, layout, focus, top, width, height);
    }
  }

  /** Draws at the lower edge which part of the whole is shown. */
  drawBar(pen: IPen, width: number, height: number): void {
    const { palette } = this._context.theme;
    this._frames.drawBar(pen, palette, width, height);
  }

  /** The node at a point of the layout, -1: none. */
  nodeAt(x: number, y: number): number {
    return this._frames.nodeAt(x, y);
  }

  /** What is said of the node at a point. */
  tipAt(x: number, y: number): ITip {
    const layout = this._frames.layout!;
    const box = this._frames.boxAt(x, y);
    const joined = layout.merged[box] === 1;
    const node = layout.node[box];
    const thread = this.threads.nameOf(this.tree, node);
    return frameTip(this._context, this.names, this.tree, node, joined, thread);
  }

  pictures(width: number, focus: number): readonly IExportChoice[] {
    return pictures(this._context, () => {
      const layout = this._frames.layoutOf(width);
      const height = this.head + layout.height;
      return {
        width,
        height,
        draw: pen => this._paint(pen, layout, focus, 0, width, height)
      };
    });
  }

  private _paint(
    pen: IPen,
    layout: IFlameLayout,
    focus: number,
    seenFrom: number,
    width: number,
    height: number
  ): void {
    const { tree, names } = this;
    const top = seenFrom - this.head;
    const { colouring: colours } = this._colours;
    const matches = this.search.of(tree);
    const part = { tree, layout, names, colours, matches, focus, top, height };
    paintFlame(pen, this._context, part);
    this.threads.paint(pen, tree, this.lens.window, width, height);
  }

  private readonly _context: IViewContext;
  private readonly _frames: Frames;
  private readonly _colours: FlameColours;
  private _names: FrameNames | null = null;
  private _seen: { tree: ICallTree; zoom: readonly number[] } | null = null;
}
