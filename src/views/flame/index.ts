/** The flame graph: the cell on top, what it called below, width is cost. */
import { whyNoStacks } from '../../analysis/filter';
import { functionLabel } from '../../analysis/names';
import type { IPen } from '../../export/pen';
import {
  boxAt,
  flameLayout,
  hitTest,
  rowTop,
  type IFlameLayout
} from '../../layout/flame';
import { setPressed, toggleButton } from '../buttons';
import { el } from '../dom';
import { emptyView } from '../empty';
import { functionTip } from '../facts';
import { makeLegend } from '../legend';
import { Stage } from '../stage';
import { STACK_KEYS } from '../state';
import { Twin } from '../twin';
import type { IExportChoice, IView, IViewContext, IViewKind } from '../view';
import { FrameNames } from './paint';
import { flamePictures, paintFlame, ROW } from './picture';
import { itemsAround, nodeCosts } from './items';
import { followPointer } from './pointer';
import { heaviestOf, isWithin, narrower, nodeAt, pathOf, step } from './walk';

/** Rows of callers that stay in sight above a frame that was zoomed to. */
const CONTEXT_ROWS = 2;

class FlameView implements IView {
  constructor(context: IViewContext) {
    this._context = context;
    const { trans, state } = context;
    this._names = new FrameNames(context.profile);
    this._stage = new Stage(context, {
      label: trans.__('Flame graph'),
      draw: pen => this._drawVisible(pen)
    });
    this._twin = new Twin(this._stage.node);
    this.node = el(
      'div',
      {},
      this._stage.root,
      makeLegend(context, this._listeners)
    );
    this._invert = toggleButton(
      trans.__('Leaves first'),
      trans.__('Turn the graph over: what ran, then its callers (i)')
    );
    this._reset = toggleButton(
      trans.__('Whole cell'),
      trans.__('Zoom out (Home)')
    );
    this._reset.removeAttribute('aria-pressed');
    this.tools = el(
      'div',
      { class: 'np-Tools' },
      this._note,
      this._reset,
      this._invert
    );
    this._listen();
    this._listeners.add(
      state.subscribe([...STACK_KEYS, 'inverted', 'zoom'], () =>
        this._relayout()
      )
    );
    this._listeners.add(
      state.subscribe(['search', 'hover'], () => this._stage.schedule())
    );
    this._listeners.add(
      state.subscribe(['selection'], () => this._followSelection())
    );
  }

  readonly node: HTMLElement;
  readonly tools: HTMLElement;

  refresh(): void {
    if (this._context.state.value.tab === 'flame') {
      this._relayout();
      this._followSelection();
    }
  }

  focus(): void {
    this._stage.node.focus({ preventScroll: true });
    if (this._focus < 0) {
      this._setFocus(step(this._tree, -1, ''));
    }
  }

  back(): boolean {
    const { state } = this._context;
    if (state.value.zoom.length === 0) {
      return false;
    }
    const previous = this._zoomSteps.pop() ?? [];
    state.set({ zoom: previous });
    return true;
  }

  exports(): readonly IExportChoice[] {
    const width = Math.max(this._stage.width, 400);
    const draw = (pen: IPen, layout: IFlameLayout): void =>
      this._draw(pen, layout, 0, layout.height);
    return flamePictures(this._context, width, () => this._layOut(width), draw);
  }

  dispose(): void {
    this._stage.dispose();
  }

  private get _tree() {
    const { data, state } = this._context;
    return data.tree(state.value.inverted);
  }

  private get _listeners() {
    return this._stage.listeners;
  }

  private _listen(): void {
    const { node } = this._stage;
    this._listeners.resized(node, () => this._relayout());
    followPointer(this._stage, {
      nodeAt: event => this._hit(event),
      show: (hit, event) => this._show(hit, event),
      showNothing: () => {
        this._context.tooltip.hide();
        this._context.state.set({ hover: -1 });
      },
      drag: () => this._context.tooltip.hide(),
      choose: hit => this._choose(hit),
      zoomTo: hit => this._zoomTo(hit),
      zoomTowards: hit => this._zoomTowards(hit),
      back: () => this.back()
    });
    this._listeners.on(node, 'keydown', event => this._onKey(event));
    this._listeners.on(this._invert, 'click', () => this._turnOver());
    this._listeners.on(this._reset, 'click', () => this._zoomTo(-1));
  }

  private _layOut(width: number): IFlameLayout {
    return flameLayout(this._tree, {
      width,
      rowHeight: ROW,
      minWidth: 0.7,
      rootNode: nodeAt(this._tree, this._context.state.value.zoom)
    });
  }

  private _relayout(): void {
    const { state, trans, profile } = this._context;
    const { inverted, zoom, tab } = state.value;
    if (tab !== 'flame' || this._stage.width === 0) {
      return;
    }
    this._layout = this._layOut(this._stage.width);
    this._stage.setContentHeight(this._layout.height + 4);
    setPressed(this._invert, inverted);
    this._reset.hidden = zoom.length === 0;
    const key = `${inverted} ${zoom.join()}`;
    if (key !== this._shownZoom) {
      this._shownZoom = key;
      const top = Math.max(0, zoom.length - 1 - CONTEXT_ROWS) * ROW;
      this._stage.node.scrollTop = top;
    }
    if (this._treeSeen !== this._tree) {
      this._treeSeen = this._tree;
      this._focus = -1;
      this._followSelection();
    }
    this._note.textContent =
      zoom.length > 0
        ? trans.__('in %1', functionLabel(profile, zoom[zoom.length - 1]))
        : this._tree.cut
          ? trans.__('rarest callers left out')
          : '';
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
    paintFlame(pen, this._context, this._names, {
      tree: this._tree,
      layout,
      focus: this._focus,
      top,
      height
    });
  }

  private _hit(event: MouseEvent): number {
    if (!this._layout) {
      return -1;
    }
    const { x, y } = this._stage.locate(event);
    return hitTest(this._layout, x, y + this._stage.node.scrollTop);
  }

  private _show(hit: number, event: MouseEvent): void {
    const { state, tooltip } = this._context;
    const func = this._tree.func[hit];
    state.set({ hover: func });
    const tip = functionTip(this._context, func, nodeCosts(this._tree, hit));
    const { x, y } = this._stage.locate(event);
    const layout = this._layout!;
    const box = boxAt(layout, x, y + this._stage.node.scrollTop);
    const title = layout.merged[box]
      ? this._context.trans.__('%1 and narrower ones', tip.title)
      : tip.title;
    tooltip.show({ ...tip, title }, event.clientX, event.clientY);
  }

  private _choose(hit: number): void {
    if (hit >= 0) {
      this._setFocus(hit);
    } else {
      this._context.state.set({ selection: -1 });
    }
  }

  private _zoomTowards(hit: number): void {
    const tree = this._tree;
    const root = nodeAt(tree, this._context.state.value.zoom);
    const next = narrower(tree, root, hit);
    if (next >= 0) {
      this._zoomTo(next);
    }
  }

  private _onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.key.startsWith('Arrow')) {
      const next = step(this._tree, this._focus, event.key);
      if (next >= 0) {
        this._setFocus(next);
      }
    } else if (event.key === 'Home') {
      this._zoomTo(-1);
      this._setFocus(step(this._tree, -1, ''));
    } else if (event.key === 'Enter') {
      if (this._focus >= 0) {
        this._zoomTo(this._focus);
      }
    } else if (event.key === 'i') {
      this._turnOver();
    } else {
      return;
    }
    event.preventDefault();
  }

  private _turnOver(): void {
    const { state } = this._context;
    this._zoomSteps = [];
    state.set({ inverted: !state.value.inverted, zoom: [] });
  }

  private _zoomTo(node: number): void {
    const { state } = this._context;
    const { zoom } = state.value;
    const path = node < 0 ? [] : pathOf(this._tree, node);
    if (path.length === zoom.length && node === nodeAt(this._tree, zoom)) {
      return;
    }
    this._zoomSteps = path.length === 0 ? [] : [...this._zoomSteps, zoom];
    state.set({ zoom: path });
  }

  /** Moves the focus to a node and selects its function. */
  private _setFocus(node: number): void {
    if (node < 0) {
      return;
    }
    this._focus = node;
    const tree = this._tree;
    const zoomed = nodeAt(tree, this._context.state.value.zoom);
    if (zoomed >= 0 && !isWithin(tree, node, zoomed)) {
      // Out of the zoomed part: show the part that both are in.
      let around = zoomed;
      while (around >= 0 && !isWithin(tree, node, around)) {
        around = tree.parent[around];
      }
      this._zoomTo(around);
    }
    this._context.state.set({ selection: tree.func[node] });
    this._revealFocus();
    this._updateTwin();
    this._stage.schedule();
  }

  /** A selection made elsewhere moves the focus to its costliest frame. */
  private _followSelection(): void {
    const { selection, tab } = this._context.state.value;
    if (tab !== 'flame') {
      return;
    }
    const tree = this._tree;
    if (this._focus < 0 || tree.func[this._focus] !== selection) {
      this._focus = selection < 0 ? -1 : heaviestOf(tree, selection);
      if (this._focus >= 0) {
        this._revealFocus();
      }
    }
    this._updateTwin();
    this._stage.schedule();
  }

  private _revealFocus(): void {
    if (!this._layout) {
      return;
    }
    const { node } = this._stage;
    const top = rowTop(this._layout, this._tree.depth[this._focus]);
    if (top < node.scrollTop) {
      node.scrollTop = Math.max(0, top - ROW);
    } else if (top + ROW > node.scrollTop + node.clientHeight) {
      node.scrollTop = top + 2 * ROW - node.clientHeight;
    }
  }

  private _updateTwin(): void {
    const { items, active } = itemsAround(
      this._context,
      this._tree,
      this._focus
    );
    this._twin.show(items, active);
  }

  private readonly _context: IViewContext;
  private readonly _names: FrameNames;
  private readonly _stage: Stage;
  private readonly _twin: Twin;
  private readonly _invert: HTMLButtonElement;
  private readonly _reset: HTMLButtonElement;
  private readonly _note = el('span', { class: 'np-Tools-text' });
  private _layout: IFlameLayout | null = null;
  private _treeSeen: unknown = null;
  private _focus = -1;
  private _shownZoom = '';
  private _zoomSteps: (readonly number[])[] = [];
}

/** The flame graph; without stacks a sentence that says why not. */
export const flame: IViewKind = {
  id: 'flame',
  label: 'Flame',
  needs: ({ inverted }) => [['tree', inverted], 'rows'],
  create: context => {
    const reason = whyNoStacks(context.profile);
    return reason === null
      ? new FlameView(context)
      : emptyView(context, reason, ['graph', 'table']);
  }
};
