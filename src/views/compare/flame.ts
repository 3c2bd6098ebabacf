/** The difference flame graph: as wide as two profiles in the mean, coloured by what changed. */
import type { IChanges } from '../../analysis/compare/changes';
import type { IJoinedTree } from '../../analysis/compare/tree';
import type { IPen } from '../../export/pen';
import {
  flameLayout,
  flameRows,
  hitTest,
  type IFlameLayout,
  type IFlameRows,
  type IFlameWindow
} from '../../layout/flame';
import { Lens } from '../flame/lens';
import { flamePictures } from '../flame/picture';
import { followPointer } from '../flame/pointer';
import {
  heaviestOf,
  isWithin,
  nodeAt,
  pathOf,
  siblingsOf,
  step
} from '../flame/walk';
import { Stage } from '../stage';
import type { Store } from '../store';
import { Twin, type ITwinItem } from '../twin';
import type { IExportChoice, IViewContext } from '../view';
import type { Compared } from './data';
import { makeKey } from './key';
import { paintDifference } from './paint';
import type { ICompareState, IPart } from './state';
import { changeText, costText, levelOf, verdictText } from './words';

const ROW = 20;
/** At most so many siblings to a side, and callees, are said. */
const NEAR = 10;

type Joined = IJoinedTree & { readonly changes: IChanges };

/** Draws the difference of the first and the last profile. */
export class DifferenceFlame implements IPart {
  /** @param compared What is compared now. */
  constructor(
    context: IViewContext,
    state: Store<ICompareState>,
    compared: () => Compared
  ) {
    this._context = context;
    this._state = state;
    this._compared = compared;
    this._stage = new Stage(context, {
      label: context.trans.__('Difference flame graph'),
      draw: pen => this._drawVisible(pen)
    });
    this._twin = new Twin(this._stage.node);
    this.node = this._stage.root;
    this.key = makeKey(context.trans);
    const { node, listeners } = this._stage;
    listeners.resized(node, () => this.refresh());
    followPointer(this._stage, {
      nodeAt: event => this._hit(event),
      show: (hit, event) => this._show(hit, event),
      showNothing: () => context.tooltip.hide(),
      drag: aside => {
        context.tooltip.hide();
        this._lens.pan(-aside / this._stage.width);
      },
      choose: hit => this._choose(hit),
      zoomTo: hit => this._zoomTo(hit),
      scale: (event, factor) => {
        context.tooltip.hide();
        const { x } = this._stage.locate(event);
        this._lens.scale(x / this._stage.width, factor);
      },
      pan: pixels => {
        const isAll = this._lens.isAt(this._extentOf(-1));
        this._lens.pan(pixels / this._stage.width);
        return !isAll;
      }
    });
    listeners.add(() => this._lens.dispose());
    listeners.on(node, 'keydown', event => this._onKey(event));
    listeners.add(state.subscribe(['row'], () => this._followRow()));
  }

  readonly node: HTMLElement;
  /** What the colours mean. */
  readonly key: HTMLElement;

  refresh(): void {
    if (this.node.hidden || this._stage.width === 0) {
      return;
    }
    const joined = this._compared().tree(this._state.value.unit);
    if (joined !== this._seen) {
      this._seen = joined;
      this._rows = flameRows(joined.tree);
      this._focus = -1;
      this._lens.start(this._zoomed, joined.tree.total);
    }
    this._onMoved();
    this._followRow();
  }

  focus(): void {
    this._stage.node.focus({ preventScroll: true });
    if (this._focus < 0) {
      this._choose(step(this._joined.tree, -1, ''));
    }
  }

  back(): boolean {
    const moved = !this._lens.isAt(this._zoomed);
    if (!moved && this._zoom.length === 0) {
      return false;
    }
    if (!moved) {
      this._zoom = this._before.pop() ?? [];
    }
    this._lens.glideTo(this._zoomed);
    return true;
  }

  exports(): readonly IExportChoice[] {
    const width = Math.max(this._stage.width, 400);
    return flamePictures(
      this._context,
      width,
      () => this._layOut(width),
      (pen, layout) => this._draw(pen, layout, 0, layout.height)
    );
  }

  dispose(): void {
    this._stage.dispose();
  }

  private get _joined(): Joined {
    return this._compared().tree(this._state.value.unit);
  }

  /** What the frame that was zoomed to takes of the width. */
  private get _zoomed(): IFlameWindow {
    const { tree } = this._joined;
    return this._extentOf(
      this._zoom.length > 0 ? nodeAt(tree, this._zoom) : -1
    );
  }

  /** Where a node is; -1: all of it. */
  private _extentOf(node: number): IFlameWindow {
    const { tree } = this._joined;
    const from = node < 0 ? 0 : (this._rows?.start[node] ?? 0);
    return { from, to: from + (node < 0 ? tree.total : tree.inclusive[node]) };
  }

  private _layOut(width: number): IFlameLayout {
    return flameLayout(this._rows ?? flameRows(this._joined.tree), {
      width,
      rowHeight: ROW,
      minWidth: 0.7,
      window: this._lens.window
    });
  }

  /** Another part is in sight. */
  private _onMoved(): void {
    this._layout = this._layOut(this._stage.width);
    this._stage.setContentHeight(this._layout.height + 4);
    this._stage.schedule();
  }

  private _drawVisible(pen: IPen): void {
    if (this._layout) {
      const { scrollTop } = this._stage.node;
      this._draw(pen, this._layout, scrollTop, this._stage.height);
    }
  }

  private _draw(
    pen: IPen,
    layout: IFlameLayout,
    top: number,
    height: number
  ): void {
    const { tree } = this._joined;
    const { palette } = this._context.theme;
    const first = Math.max(0, Math.floor(top / ROW));
    const last = Math.min(layout.rows, Math.ceil((top + height) / ROW));
    const marked: number[] = [];
    const paint = (box: number): void => {
      const node = layout.node[box];
      paintDifference(
        pen,
        {
          ...this._described(node),
          x: layout.x[box],
          y: layout.row[box] * ROW - top,
          width: layout.width[box],
          height: ROW
        },
        palette
      );
    };
    const end = layout.rowStart[last] ?? layout.length;
    for (let box = layout.rowStart[first] ?? 0; box < end; box++) {
      if (tree.func[layout.node[box]] === this._state.value.row) {
        marked.push(box);
      } else {
        paint(box);
      }
    }
    // Outlines last, or the neighbours would paint over them.
    marked.forEach(paint);
  }

  private _described(node: number) {
    const { tree, changes } = this._joined;
    const { data } = this._context;
    const row = tree.func[node];
    const compared = this._compared();
    const { profile, func } = compared.example(row);
    const own = compared.profiles[compared.own];
    const { matches } = data;
    return {
      label: compared.names(row)[0],
      text: this._changeText(node),
      change: changes.change[node],
      verdict: changes.verdict[node],
      level: levelOf(changes.change[node], this._whole),
      dim: !!matches && !(profile === own && matches.has(func)),
      selected: row === this._state.value.row,
      focused: node === this._focus
    };
  }

  /** What a change is a part of. */
  private get _whole(): number {
    return this._state.value.unit === 'share' ? 1 : this._joined.tree.total;
  }

  private _changeText(node: number): string {
    const { change, half } = this._joined.changes;
    const { unit } = this._state.value;
    const [value] = this._compared().values;
    return changeText(change[node], half[node], unit, value.unit);
  }

  private _costs(node: number): readonly (readonly [string, string])[] {
    const compared = this._compared();
    const { unit } = this._state.value;
    const ends = [0, compared.profiles.length - 1];
    return ends.map((at, side) => [
      compared.labels[at],
      costText(
        this._joined.sides[side].inclusive[node],
        compared.totals[at],
        unit,
        compared.values[at].unit
      )
    ]);
  }

  private _hit(event: MouseEvent): number {
    const { x, y } = this._stage.locate(event);
    return this._layout
      ? hitTest(this._layout, x, y + this._stage.node.scrollTop)
      : -1;
  }

  private _show(hit: number, event: MouseEvent): void {
    const { tooltip, trans } = this._context;
    const { tree, changes } = this._joined;
    const [title, place] = this._compared().names(tree.func[hit]);
    const verdict = verdictText(changes, hit, false, trans);
    tooltip.show(
      {
        title,
        rows: [
          [trans.__('where'), place],
          ...this._costs(hit),
          [trans.__('difference'), `${this._changeText(hit)} · ${verdict}`]
        ]
      },
      event.clientX,
      event.clientY
    );
  }

  private _choose(hit: number): void {
    this._focus = hit;
    const { tree } = this._joined;
    const zoomed = nodeAt(tree, this._zoom);
    if (hit >= 0 && zoomed >= 0 && !isWithin(tree, hit, zoomed)) {
      let around = zoomed;
      while (around >= 0 && !isWithin(tree, hit, around)) {
        around = tree.parent[around];
      }
      this._zoomTo(around);
    }
    this._state.set({ row: hit < 0 ? -1 : tree.func[hit] });
    this._reveal();
    this._stage.schedule();
    this._updateTwin();
  }

  private _zoomTo(node: number): void {
    this._before.push(this._zoom);
    this._zoom = node < 0 ? [] : pathOf(this._joined.tree, node);
    if (node < 0) {
      this._before = [];
    }
    this._lens.glideTo(this._zoomed);
  }

  private _onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const { tree } = this._joined;
    if (event.key.startsWith('Arrow')) {
      const next = step(tree, this._focus, event.key);
      if (next >= 0) {
        this._choose(next);
      }
    } else if (event.key === 'Home') {
      this._zoomTo(-1);
      this._choose(step(tree, -1, ''));
    } else if (event.key === 'Enter') {
      this._zoomTo(this._focus);
    } else {
      return;
    }
    event.preventDefault();
  }

  /** A row chosen elsewhere moves the focus to its costliest frame. */
  private _followRow(): void {
    if (this.node.hidden || !this._layout) {
      return;
    }
    const { row } = this._state.value;
    const { tree } = this._joined;
    if (this._focus < 0 || tree.func[this._focus] !== row) {
      this._focus =
        row < 0 ? -1 : heaviestOf(tree, node => tree.func[node] === row);
      this._reveal();
    }
    this._updateTwin();
    this._stage.schedule();
  }

  private _reveal(): void {
    if (!this._layout || this._focus < 0) {
      return;
    }
    const { node } = this._stage;
    const top = this._joined.tree.depth[this._focus] * ROW;
    if (top < node.scrollTop) {
      node.scrollTop = Math.max(0, top - ROW);
    } else if (top + ROW > node.scrollTop + node.clientHeight) {
      node.scrollTop = top + 2 * ROW - node.clientHeight;
    }
  }

  /** The callers of the focus, its siblings and callees for a screen reader. */
  private _updateTwin(): void {
    const { tree } = this._joined;
    const focus = this._focus;
    const callers = focus < 0 ? [] : pathNodes(tree.parent, focus);
    const level = tree.length === 0 ? [] : siblingsOf(tree, Math.max(focus, 0));
    const at = level.indexOf(focus);
    const child = focus < 0 ? -1 : tree.firstChild[focus];
    const shown = [
      ...callers,
      ...level.slice(Math.max(0, at - NEAR), at + 1),
      ...(child < 0 ? [] : siblingsOf(tree, child).slice(0, NEAR)),
      ...level.slice(at + 1, at + NEAR)
    ];
    this._twin.show(
      shown.map(node => this._item(node)),
      shown.indexOf(focus)
    );
  }

  private _item(node: number): ITwinItem {
    const { tree, changes } = this._joined;
    const { trans } = this._context;
    const level = siblingsOf(tree, node);
    const [name, place] = this._compared().names(tree.func[node]);
    const costs = this._costs(node).map(([label, cost]) => `${label} ${cost}`);
    return {
      label: trans.__(
        '%1, %2: %3; difference %4, %5',
        name,
        place,
        costs.join(', '),
        this._changeText(node),
        verdictText(changes, node, false, trans)
      ),
      level: tree.depth[node] + 1,
      position: level.indexOf(node) + 1,
      size: level.length,
      ...(tree.firstChild[node] >= 0
        ? { expanded: isWithin(tree, this._focus, node) }
        : {})
    };
  }

  private readonly _context: IViewContext;
  private readonly _state: Store<ICompareState>;
  private readonly _compared: () => Compared;
  private readonly _stage: Stage;
  private readonly _twin: Twin;
  private readonly _lens = new Lens(() => this._onMoved());
  private _rows: IFlameRows | null = null;
  private _layout: IFlameLayout | null = null;
  private _seen: Joined | null = null;
  private _focus = -1;
  /** Rows of the match from the root to the frame that fills the width. */
  private _zoom: readonly number[] = [];
  private _before: (readonly number[])[] = [];
}

/** A node's callers, the root first. */
function pathNodes(parent: Int32Array, node: number): number[] {
  const path: number[] = [];
  for (let at = parent[node]; at >= 0; at = parent[at]) {
    path.push(at);
  }
  return path.reverse();
}
