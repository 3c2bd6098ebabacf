/** The frame with the keyboard's focus: selected in all views, told to screen readers. */
import { costSentence } from '../facts';
import type { IMenuPoint } from '../menu';
import type { Stage } from '../stage';
import { Twin } from '../twin';
import type { IViewContext } from '../view';
import { itemsAround, nodeCosts } from './items';
import { lineOf } from './names';
import { revealRow, ROW } from './picture';
import type { FlameScene } from './scene';
import { heaviestOf } from './walk';

/** A frame that keys lead to is at least so wide, as a share of the width. */
const LEGIBLE = 0.01;

/** Keeps the focused node of the tree that is shown. */
export class FrameFocus {
  constructor(context: IViewContext, stage: Stage, scene: FlameScene) {
    this._context = context;
    this._stage = stage;
    this._scene = scene;
    this._twin = new Twin(stage.node);
  }

  /** -1: none. */
  get node(): number {
    return this._node;
  }

  /** The tree has changed: no node is what it was. */
  forget(): void {
    this._node = -1;
  }

  /** Moves to a node and selects its function, or line. */
  set(node: number): void {
    if (node < 0) {
      return;
    }
    const { profile, state } = this._context;
    const { tree } = this._scene;
    this._node = node;
    const line = lineOf(profile, tree, node);
    const selection = tree.func[node];
    state.set(line ? { selection, line } : { selection });
    this._show();
  }

  /** Moves to where a key leads, and lets that be seen. */
  goTo(node: number): void {
    if (node < 0) {
      return;
    }
    const { lens } = this._scene;
    const { from, to } = lens.target;
    const extent = this._scene.extentOf(node);
    const widest = (extent.to - extent.from) / LEGIBLE;
    if (extent.from >= to || extent.to <= from || widest < to - from) {
      const lasts = Math.min(to - from, widest);
      const middle = (extent.from + extent.to) / 2;
      lens.glideTo({ from: middle - lasts / 2, to: middle + lasts / 2 });
    }
    this.set(node);
  }

  /** A selection made elsewhere moves the focus to its costliest frame. */
  follow(): void {
    const { selection, tab } = this._context.state.value;
    if (tab !== 'flame') {
      return;
    }
    const { tree, names } = this._scene;
    const is = (node: number): boolean => names.isOf(tree, node, selection);
    if (this._node < 0 || !is(this._node)) {
      this._node = selection < 0 ? -1 : heaviestOf(tree, is);
    }
    this._show();
  }

  /** The middle of what is seen of the node, as a share of the width. */
  get middle(): number {
    if (this._node < 0) {
      return 0.5;
    }
    const { from, to } = this._scene.lens.window;
    const extent = this._scene.extentOf(this._node);
    const middle = (Math.max(extent.from, from) + Math.min(extent.to, to)) / 2;
    return Math.min(1, Math.max(0, (middle - from) / (to - from)));
  }

  /** A point below the node's left end, as far as that is seen. */
  get point(): IMenuPoint {
    const { head, lens, tree } = this._scene;
    const { from, to } = lens.window;
    const { node: stage, width } = this._stage;
    const box = stage.getBoundingClientRect();
    const left = (this._scene.extentOf(this._node).from - from) / (to - from);
    const row = tree.depth[this._node] + 1;
    return {
      clientX: box.left + Math.min(1, Math.max(0, left)) * width + 8,
      clientY: box.top + head + row * ROW - stage.scrollTop
    };
  }

  private _show(): void {
    const { head, tree, names, threads } = this._scene;
    const { node: stage } = this._stage;
    if (this._node >= 0) {
      revealRow(stage, tree.depth[this._node], head);
    }
    const { items, active } = itemsAround(tree, this._node, node => {
      const [name, place] = names.of(tree, node);
      const costs = nodeCosts(tree, node);
      const sentence = costSentence(this._context, name, place, costs);
      // Below a root all is of its thread.
      const thread = tree.depth[node] === 0 && threads.nameOf(tree, node);
      const { trans } = this._context;
      return thread ? trans.__('%1, of %2', sentence, thread) : sentence;
    });
    this._twin.show(items, active);
    this._stage.schedule();
  }

  private readonly _context: IViewContext;
  private readonly _stage: Stage;
  private readonly _scene: FlameScene;
  private readonly _twin: Twin;
  private _node = -1;
}
