/** The flame graph: the cell on top, what it called below, width is cost. */
import { hasCoverage } from '../../analysis/coverage';
import type { IStackEdit } from '../../analysis/edits';
import { missingStacks } from '../../analysis/missing';
import type { IPen } from '../../export/pen';
import { el } from '../dom';
import { emptyView } from '../empty';
import { openMenu, type IMenuPoint } from '../menu';
import { isShown } from '../shown';
import { Stage } from '../stage';
import { STACK_KEYS } from '../state';
import type { IExportChoice, IView, IViewContext, IViewKind } from '../view';
import { chooseFlame, editFrame } from './edits';
import { FrameFocus } from './focus';
import { nextPlace } from './matches';
import { frameEntries } from './menu';
import { ROW } from './picture';
import { followPointer } from './pointer';
import { FlameScene } from './scene';
import { FlameTools } from './tools';
import { pathOf, step } from './walk';

/** Rows of callers that stay in sight above a frame that was zoomed to. */
const CONTEXT_ROWS = 2;
const EDITS = { f: 'focus', h: 'hide', c: 'fold' } as const;
const FACTORS = { '+': 1 / 1.5, '=': 1 / 1.5, '-': 1.5 } as const;

class FlameView implements IView {
  constructor(context: IViewContext) {
    this._context = context;
    const { trans, state } = context;
    this._stage = new Stage(context, {
      label: trans.__('Flame graph'),
      draw: pen => this._draw(pen)
    });
    const { listeners } = this._stage;
    this._scene = new FlameScene(context, listeners, () => this._onMoved());
    this._focus = new FrameFocus(context, this._stage, this._scene);
    this._tools = new FlameTools(
      context,
      listeners,
      () => this._zoomTo(-1),
      () => this.focus()
    );
    this.node = el('div', {}, this._stage.root, ...this._scene.legends);
    this.tools = this._tools.node;
    this._listen();
    listeners.add(
      state.subscribe([...STACK_KEYS, 'flame', 'zoom'], () => this._relayout())
    );
    listeners.add(state.subscribe(['search'], () => this._onMoved()));
    listeners.add(state.subscribe(['hover'], () => this._stage.schedule()));
    listeners.add(state.subscribe(['selection'], () => this._focus.follow()));
  }

  readonly node: HTMLElement;
  readonly tools: HTMLElement;

  refresh(): void {
    this._relayout();
    this._focus.follow();
  }

  focus(): void {
    this._stage.node.focus({ preventScroll: true });
    if (this._focus.node < 0) {
      this._focus.set(step(this._scene.tree, -1, ''));
    }
  }

  /** Back to the frame that was zoomed to, then to the one before. */
  back(): boolean {
    const { state } = this._context;
    if (this.settle()) {
      return true;
    }
    if (state.value.zoom.length === 0) {
      return false;
    }
    state.set({ zoom: this._zoomSteps.pop() ?? [] });
    return true;
  }

  settle(): boolean {
    const { lens, zoomed } = this._scene;
    if (!this._isShown || this._scene.isShowing(zoomed)) {
      return false;
    }
    lens.glideTo(this._scene.extentOf(zoomed));
    return true;
  }

  exports(): readonly IExportChoice[] {
    return this._scene.pictures(
      Math.max(this._stage.width, 400),
      this._focus.node
    );
  }

  dispose(): void {
    this._closeMenu?.();
    this._stage.dispose();
  }

  private get _isShown(): boolean {
    return isShown(this._context.state.value, 'flame') && this._stage.width > 0;
  }

  private _listen(): void {
    const { listeners, node } = this._stage;
    const { tooltip, state } = this._context;
    const { lens } = this._scene;
    listeners.resized(node, () => this._relayout());
    followPointer(this._stage, {
      nodeAt: event => this._scene.nodeAt(...this._locate(event)),
      show: (hit, event) => {
        state.set({ hover: this._scene.tree.func[hit] });
        const tip = this._scene.tipAt(...this._locate(event));
        tooltip.show(tip, event.clientX, event.clientY);
      },
      showNothing: () => {
        tooltip.hide();
        state.set({ hover: -1 });
      },
      drag: aside => {
        tooltip.hide();
        lens.pan(-aside / this._stage.width);
      },
      choose: hit =>
        hit >= 0 ? this._focus.set(hit) : state.set({ selection: -1 }),
      zoomTo: hit => this._zoomTo(hit),
      scale: (event, factor) => {
        tooltip.hide();
        lens.scale(this._stage.locate(event).x / this._stage.width, factor);
      },
      pan: pixels => {
        const isAll = this._scene.isShowing(-1);
        lens.pan(pixels / this._stage.width);
        return !isAll;
      },
      menu: (hit, point) => {
        this._focus.set(hit);
        this._openMenu(point);
      }
    });
    listeners.on(node, 'keydown', event => {
      const modified = event.ctrlKey || event.metaKey || event.altKey;
      if (!modified && this._onKey(event.key)) {
        event.preventDefault();
      }
    });
  }

  /** A point of the window in the coordinates of the layout; above it: on no frame. */
  private _locate(event: MouseEvent): [x: number, y: number] {
    const { x, y } = this._stage.locate(event);
    const below = y - this._scene.head;
    return [x, below < 0 ? below : below + this._stage.node.scrollTop];
  }

  private _draw(pen: IPen): void {
    const { width, height, node } = this._stage;
    this._scene.draw(pen, this._focus.node, node.scrollTop, width, height);
    this._scene.drawBar(pen, width, height);
  }

  /** The tree, the zoom, the colours or the room has changed. */
  private _relayout(): void {
    if (!this._isShown) {
      return;
    }
    const { zoom } = this._context.state.value;
    const { tree, zoomed } = this._scene;
    this._scene.follow();
    this._onMoved();
    if (this._seenZoom !== zoom) {
      this._seenZoom = zoom;
      const depth = zoomed < 0 ? 0 : tree.depth[zoomed];
      this._stage.node.scrollTop = Math.max(0, depth - CONTEXT_ROWS) * ROW;
    }
    if (this._seenTree !== tree) {
      this._seenTree = tree;
      this._focus.forget();
      this._focus.follow();
    }
  }

  /** Another part is in sight, or other frames stand out. */
  private _onMoved(): void {
    if (this._isShown) {
      this._scene.layOut(this._stage.width);
      this._stage.setContentHeight(this._scene.height + 4);
      const { zoom } = this._context.state.value;
      const isPart = zoom.length > 0 || !this._scene.isShowing(-1);
      this._tools.show(this._note(), isPart);
      this._stage.schedule();
    }
  }

  private _note(): string {
    const { state, trans } = this._context;
    const { tree, zoomed, names, search } = this._scene;
    const found = search.note(tree);
    if (found || zoomed >= 0) {
      return found || trans.__('in %1', names.of(tree, zoomed)[0]);
    }
    if (!tree.cut) {
      return '';
    }
    return state.value.flame.order === 'time'
      ? trans.__('shortest frames left out')
      : trans.__('rarest callers left out');
  }

  /** Answers to a key; false if it means nothing here. */
  private _onKey(key: string): boolean {
    const { tree, search } = this._scene;
    const { flame } = this._context.state.value;
    if (key.startsWith('Arrow')) {
      this._focus.goTo(step(tree, this._focus.node, key));
    } else if (key === 'Home') {
      this._zoomTo(-1);
      this._focus.set(step(tree, -1, ''));
    } else if (key === 'Enter') {
      this._zoomTo(this._focus.node);
    } else if (key === '0') {
      this._zoomTo(-1);
    } else if (key in FACTORS) {
      this._scale(FACTORS[key as keyof typeof FACTORS]);
    } else if (key in EDITS) {
      this._edit(EDITS[key as keyof typeof EDITS]);
    } else if (key === 'n' || key === 'N') {
      const places = search.of(tree)?.places ?? [];
      this._focus.goTo(
        nextPlace(places, this._focus.node, key === 'n' ? 1 : -1)
      );
    } else if (key === 'i') {
      const order = flame.order === 'leaves' ? 'cost' : 'leaves';
      chooseFlame(this._context, { order });
    } else if (key === 'l' || key === 'g') {
      this._tools.open(key === 'l' ? 'order' : 'merge');
    } else if (key === 'm') {
      this._openMenu();
    } else {
      return false;
    }
    return true;
  }

  /** Changes what the focused frame stands for; the focus stays at what is left. */
  private _edit(what: IStackEdit['what']): void {
    const { node } = this._focus;
    const { tree } = this._scene;
    if (node >= 0) {
      if (what === 'hide') {
        this._focus.set(tree.parent[node]);
      }
      editFrame(this._context, what, tree, node);
    }
  }

  /** The menu of the focused frame, at a point or below the frame. */
  private _openMenu(point?: IMenuPoint): void {
    const root = this.node.closest<HTMLElement>('.np-Viewer');
    const { tree, names } = this._scene;
    const { node } = this._focus;
    if (node < 0 || !root) {
      return;
    }
    this._context.tooltip.hide();
    const entries = frameEntries(this._context, names, tree, node, {
      zoom: () => this._zoomTo(node),
      edit: what => this._edit(what)
    });
    this._closeMenu?.();
    const at = point ?? this._focus.point;
    this._closeMenu = openMenu(root, this._stage.node, entries, at);
  }

  /** Closer or farther around the focused frame, or the middle. */
  private _scale(factor: number): void {
    this._scene.lens.scale(this._focus.middle, factor);
  }

  private _zoomTo(node: number): void {
    const { state } = this._context;
    const { zoom } = state.value;
    const { lens, tree, zoomed } = this._scene;
    if (node === zoomed) {
      lens.glideTo(this._scene.extentOf(node));
      return;
    }
    const path = node < 0 ? [] : pathOf(tree, node);
    this._zoomSteps = path.length === 0 ? [] : [...this._zoomSteps, zoom];
    state.set({ zoom: path });
  }

  private readonly _context: IViewContext;
  private readonly _stage: Stage;
  private readonly _scene: FlameScene;
  private readonly _focus: FrameFocus;
  private readonly _tools: FlameTools;
  private _seenTree: unknown = null;
  private _seenZoom: unknown = null;
  private _zoomSteps: (readonly number[])[] = [];
  private _closeMenu: (() => void) | null = null;
}

/** The flame graph; without stacks a sentence that says why not. */
export const flame: IViewKind = {
  id: 'flame',
  label: 'Flame',
  applies: profile => !hasCoverage(profile),
  needs: () => ['flame', 'rows'],
  create: context => {
    const missing = missingStacks(context.profile);
    return missing === null
      ? new FlameView(context)
      : emptyView(context, missing, ['graph', 'table']);
  }
};
