/** The difference flame graph: as wide as two profiles in the mean, coloured by what changed. */
import type { ICallTree } from '../../analysis/tree';
import type { IPen } from '../../export/pen';
import type { IFlameLayout } from '../../layout/flame';
import { Frames } from '../flame/frames';
import { itemsAround } from '../flame/items';
import { paintRows, revealRow, ROW } from '../flame/picture';
import { followPointer } from '../flame/pointer';
import { heaviestOf, isWithin, nodeAt, pathOf, step } from '../flame/walk';
import { Stage } from '../stage';
import { Twin } from '../twin';
import { pictures } from '../pictures';
import type { IExportChoice } from '../view';
import type { Compared } from './data';
import { describer, sentenceOf, tipOf } from './frames';
import { makeKey } from './key';
import { paintDifference } from './paint';
import type { IPart, IPartContext } from './state';

const FACTORS = { '+': 1 / 1.5, '=': 1 / 1.5, '-': 1.5 } as const;

/** Draws the difference of the first and the last profile. */
export class DifferenceFlame implements IPart {
  constructor(context: IPartContext) {
    this._context = context;
    const { trans } = context;
    this._stage = new Stage(context, {
      label: trans.__('Difference flame graph'),
      draw: pen => this._drawVisible(pen)
    });
    this._frames = new Frames(
      () => this._shown!.tree.rows,
      () => this._onMoved()
    );
    this._twin = new Twin(this._stage.node);
    this.node = this._stage.root;
    this.key = makeKey(trans);
    const { node, listeners } = this._stage;
    listeners.resized(node, () => this.refresh());
    listeners.add(() => this._frames.lens.dispose());
    listeners.on(node, 'keydown', event => {
      const modified = event.ctrlKey || event.metaKey || event.altKey;
      if (!modified && this._shown && this._onKey(event.key)) {
        event.preventDefault();
      }
    });
    listeners.add(context.selected.subscribe(['row'], () => this._followRow()));
    this._followPointer();
  }

  readonly node: HTMLElement;
  /** What the colours mean. */
  readonly key: HTMLElement;

  refresh(): void {
    if (this.node.hidden || this._stage.width === 0) {
      return;
    }
    const before = this._shown?.tree;
    this._shown = this._context.data.comparison;
    if (this._shown.tree !== before) {
      this._focus = -1;
      this._frames.lens.start(this._extent, this._tree.total);
    }
    this._onMoved();
    this._followRow();
  }

  focus(): void {
    this._stage.node.focus({ preventScroll: true });
    if (this._focus < 0 && this._shown) {
      this._choose(step(this._tree, -1, ''));
    }
  }

  /** Back to the frame that was zoomed to, then to the one before. */
  back(): boolean {
    const { lens } = this._frames;
    if (!this._shown) {
      return false;
    }
    const moved = !lens.isAt(this._extent);
    if (!moved && this._zoom.length === 0) {
      return false;
    }
    if (!moved) {
      this._zoom = this._before.at(-1) ?? [];
      this._before = this._before.slice(0, -1);
    }
    lens.glideTo(this._extent);
    return true;
  }

  exports(): readonly IExportChoice[] {
    if (!this._shown) {
      return [];
    }
    const width = Math.max(this._stage.width, 400);
    return pictures(this._context, () => {
      const layout = this._frames.layoutOf(width);
      const { height } = layout;
      return {
        width,
        height,
        draw: pen => this._draw(pen, layout, 0, height)
      };
    });
  }

  dispose(): void {
    this._stage.dispose();
  }

  private get _tree(): ICallTree {
    return this._frames.tree;
  }

  /** The frame that was zoomed to, -1: all. */
  private get _zoomed(): number {
    return this._zoom.length > 0 ? nodeAt(this._tree, this._zoom) : -1;
  }

  private get _extent() {
    return this._frames.extentOf(this._zoomed);
  }

  private _followPointer(): void {
    const { tooltip } = this._context;
    const { lens } = this._frames;
    const stage = this._stage;
    followPointer(stage, {
      nodeAt: event => {
        const { x, y } = stage.locate(event);
        return this._frames.nodeAt(x, y + stage.node.scrollTop);
      },
      show: (hit, { clientX, clientY }) =>
        tooltip.show(tipOf(this._context, this._shown!, hit), clientX, clientY),
      showNothing: () => tooltip.hide(),
      drag: aside => {
        tooltip.hide();
        lens.pan(-aside / stage.width);
      },
      choose: hit => this._choose(hit),
      zoomTo: hit => this._zoomTo(hit),
      scale: (event, factor) => {
        tooltip.hide();
        lens.scale(stage.locate(event).x / stage.width, factor);
      },
      pan: pixels => {
        if (!this._shown) {
          return false;
        }
        const isAll = this._frames.isShowing(-1);
        lens.pan(pixels / stage.width);
        return !isAll;
      }
    });
  }

  /** Another part is in sight. */
  private _onMoved(): void {
    const { height } = this._frames.layOut(this._stage.width);
    this._stage.setContentHeight(height + 4);
    this._stage.schedule();
  }

  private _drawVisible(pen: IPen): void {
    const { layout } = this._frames;
    if (layout) {
      const { height, node, width } = this._stage;
      const { palette } = this._context.theme;
      this._draw(pen, layout, node.scrollTop, height);
      this._frames.drawBar(pen, palette, width, height);
    }
  }

  private _draw(
    pen: IPen,
    layout: IFlameLayout,
    top: number,
    height: number
  ): void {
    const { selected, theme } = this._context;
    const { func } = this._tree;
    const { row } = selected.value;
    const isMarked = (node: number): boolean => func[node] === row;
    const describe = describer(this._context, this._shown!);
    paintRows(layout, top, height, isMarked, box => {
      const node = layout.node[box];
      const frame = {
        ...describe(node),
        focused: node === this._focus,
        x: layout.x[box],
        y: layout.row[box] * ROW - top,
        width: layout.width[box],
        height: ROW
      };
      paintDifference(pen, frame, theme.palette);
    });
  }

  /** Moves to a frame; -1: none. */
  private _choose(node: number): void {
    if (!this._shown) {
      return;
    }
    this._focus = node;
    const tree = this._tree;
    const zoomed = this._zoomed;
    if (node >= 0 && zoomed >= 0 && !isWithin(tree, node, zoomed)) {
      let around = zoomed;
      while (around >= 0 && !isWithin(tree, node, around)) {
        around = tree.parent[around];
      }
      this._zoomTo(around);
    }
    this._context.selected.set({ row: node < 0 ? -1 : tree.func[node] });
    this._show();
  }

  private _zoomTo(node: number): void {
    this._before = node < 0 ? [] : [...this._before, this._zoom];
    this._zoom = node < 0 ? [] : pathOf(this._tree, node);
    this._frames.lens.glideTo(this._extent);
  }

  /** Answers to a key; false if it means nothing here. */
  private _onKey(key: string): boolean {
    const tree = this._tree;
    if (key.startsWith('Arrow')) {
      const next = step(tree, this._focus, key);
      if (next >= 0) {
        this._choose(next);
      }
    } else if (key === 'Home') {
      this._zoomTo(-1);
      this._choose(step(tree, -1, ''));
    } else if (key === 'Enter') {
      this._zoomTo(this._focus);
    } else if (key === '0') {
      this._zoomTo(-1);
    } else if (key in FACTORS) {
      const factor = FACTORS[key as keyof typeof FACTORS];
      this._frames.lens.scale(0.5, factor);
    } else {
      return false;
    }
    return true;
  }

  /** A row chosen elsewhere moves the focus to its costliest frame. */
  private _followRow(): void {
    if (this.node.hidden || !this._frames.layout) {
      return;
    }
    const { row } = this._context.selected.value;
    const tree = this._tree;
    if (this._focus < 0 || tree.func[this._focus] !== row) {
      this._focus =
        row < 0 ? -1 : heaviestOf(tree, node => tree.func[node] === row);
    }
    this._show();
  }

  /** Brings the focus into sight, and tells a screen reader what is around it. */
  private _show(): void {
    const tree = this._tree;
    if (this._focus >= 0) {
      revealRow(this._stage.node, tree.depth[this._focus]);
    }
    const { items, active } = itemsAround(tree, this._focus, node =>
      sentenceOf(this._context, this._shown!, node)
    );
    this._twin.show(items, active);
    this._stage.schedule();
  }

  private readonly _context: IPartContext;
  private readonly _stage: Stage;
  private readonly _frames: Frames;
  private readonly _twin: Twin;
  /** What was laid out; another state's comparison is shown when the view is refreshed. */
  private _shown: Compared | null = null;
  private _focus = -1;
  /** Rows of the match from the root to the frame that fills the width. */
  private _zoom: readonly number[] = [];
  private _before: readonly (readonly number[])[] = [];
}
