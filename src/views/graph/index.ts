/** The call graph: who called whom, from the cell into the kernel. */
import { functionLabel } from '../../analysis/names';
import { formatShare } from '../../analysis/units';
import type { CanvasPen } from '../../export/canvas';
import type { IPen } from '../../export/pen';
import { iconButton, toggleButton } from '../buttons';
import { el } from '../dom';
import { functionTip } from '../facts';
import { makeLegend } from '../legend';
import { Stage } from '../stage';
import { STACK_KEYS } from '../state';
import { Twin } from '../twin';
import type { IExportChoice, IView, IViewContext, IViewKind } from '../view';
import { fitAll, reveal, startCamera, zoomBy, type ICamera } from './camera';
import { itemsAround, nodeCosts } from './items';
import { paintScene } from './paint';
import { graphPictures } from './pictures';
import { graphStep, makeScene, nodeAtPoint, type IScene } from './scene';

/** The positions of the threshold's slider. */
const THRESHOLDS = [0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2];

class GraphView implements IView {
  constructor(context: IViewContext) {
    this._context = context;
    const { trans, state } = context;
    this._stage = new Stage(context, {
      label: trans.__('Call graph'),
      draw: pen => this._drawVisible(pen)
    });
    this._stage.node.classList.add('np-mod-still');
    this._twin = new Twin(this._stage.node);
    this._unfocus = toggleButton('', trans.__('Show the whole graph (Esc)'));
    this._unfocus.removeAttribute('aria-pressed');
    this._slider = el('input', {
      class: 'np-Range',
      attrs: {
        type: 'range',
        min: 0,
        max: THRESHOLDS.length - 1,
        step: 1,
        'aria-label': trans.__('Hide functions below this share')
      }
    });
    this.tools = el(
      'div',
      { class: 'np-Tools' },
      this._unfocus,
      this._note,
      this._slider,
      this._limit
    );
    this.node = el(
      'div',
      {},
      this._stage.root,
      this._makeZoom(),
      makeLegend(context, this._stage.listeners)
    );
    this._listen();
    const { listeners } = this._stage;
    listeners.add(
      state.subscribe([...STACK_KEYS, 'threshold', 'focus'], () =>
        this.refresh()
      )
    );
    listeners.add(
      state.subscribe(['search', 'hover'], () => this._stage.schedule())
    );
    listeners.add(
      state.subscribe(['selection'], () => this._followSelection())
    );
  }

  readonly node: HTMLElement;
  readonly tools: HTMLElement;

  refresh(): void {
    const { data, profile, state } = this._context;
    if (state.value.tab !== 'graph' || this._stage.width === 0) {
      return;
    }
    const { graph } = data;
    if (this._scene?.graph !== graph) {
      this._scene = makeScene(profile, graph);
      this._camera = null;
    }
    if (!this._camera) {
      this._start();
    }
    this._showTools();
    this._followSelection();
    this._stage.schedule();
  }

  focus(): void {
    this._stage.node.focus({ preventScroll: true });
  }

  back(): boolean {
    const { state } = this._context;
    if (state.value.focus < 0) {
      return false;
    }
    state.set({ focus: this._focusSteps.pop() ?? -1 });
    return true;
  }

  exports(): readonly IExportChoice[] {
    const scene = this._scene;
    return scene
      ? graphPictures(this._context, scene, pen => this._paint(pen, scene))
      : [];
  }

  dispose(): void {
    this._stage.dispose();
  }

  private _listen(): void {
    const { state, tooltip } = this._context;
    const { node, listeners } = this._stage;
    listeners.resized(node, () => this.refresh());
    listeners.on(node, 'pointermove', event => this._onMove(event));
    listeners.on(node, 'pointerdown', event => {
      if (event.button === 0) {
        this._drag = { x: event.clientX, y: event.clientY, moved: false };
        node.setPointerCapture(event.pointerId);
      }
    });
    listeners.on(node, 'pointerup', event => {
      const drag = this._drag;
      this._drag = null;
      if (drag && !drag.moved) {
        this._select(this._hit(event));
      }
    });
    listeners.on(node, 'pointercancel', () => (this._drag = null));
    listeners.on(node, 'pointerleave', () => {
      tooltip.hide();
      state.set({ hover: -1 });
    });
    listeners.on(node, 'dblclick', event => this._focusOn(this._hit(event)));
    listeners.on(
      node,
      'wheel',
      event => {
        // Without Ctrl the wheel is the notebook's.
        if (event.ctrlKey && this._camera) {
          event.preventDefault();
          const { x, y } = this._stage.locate(event);
          const factor = Math.exp(-event.deltaY / 300);
          this._camera = zoomBy(this._camera, factor, x, y);
          this._stage.schedule();
        }
      },
      { passive: false }
    );
    listeners.on(node, 'keydown', event => this._onKey(event));
    listeners.on(this._slider, 'input', () =>
      state.set({ threshold: THRESHOLDS[Number(this._slider.value)] })
    );
    listeners.on(this._unfocus, 'click', () => {
      this._focusSteps = [];
      state.set({ focus: -1 });
    });
  }

  private _makeZoom(): HTMLElement {
    const { trans } = this._context;
    const { listeners } = this._stage;
    const closer = iconButton('plus', trans.__('Closer (+)'));
    const farther = iconButton('minus', trans.__('Farther (−)'));
    const fit = iconButton('fit', trans.__('All of it (0)'));
    listeners.on(closer, 'click', () => this._zoom('+'));
    listeners.on(farther, 'click', () => this._zoom('-'));
    listeners.on(fit, 'click', () => this._zoom('0'));
    return el('div', { class: 'np-Zoom' }, closer, farther, fit);
  }

  private _zoom(key: string): void {
    if (!this._camera || !this._scene) {
      return;
    }
    const { width, height } = this._stage;
    this._camera =
      key === '0'
        ? fitAll(this._scene.layout, { width, height })
        : zoomBy(
            this._camera,
            key === '-' ? 1 / 1.3 : 1.3,
            width / 2,
            height / 2
          );
    this._stage.schedule();
  }

  /** Where to look first: at the focused function, else at the root. */
  private _start(): void {
    const scene = this._scene!;
    const { layout, graph } = scene;
    const { focus } = this._context.state.value;
    const node = focus >= 0 ? this._nodeOf(focus) : (graph.roots[0] ?? -1);
    const { width, height } = this._stage;
    const cost = graph.nodes.inclusive;
    this._camera = startCamera(layout, cost, node, { width, height });
  }

  private _showTools(): void {
    const { profile, state, trans } = this._context;
    const { focus } = state.value;
    const { hidden, nodes, threshold } = this._scene!.graph;
    const at = THRESHOLDS.findIndex(value => value >= threshold);
    this._slider.value = String(at < 0 ? THRESHOLDS.length - 1 : at);
    const limit = `≥ ${formatShare(threshold, 1)}`;
    this._limit.textContent = limit;
    this._slider.setAttribute('aria-valuetext', limit);
    this._note.textContent =
      nodes.length === 0
        ? trans.__('Nothing reaches this share')
        : hidden.nodes === 0
          ? trans.__('%1 functions', nodes.length)
          : trans.__(
              '%1 functions, %2 hidden with %3 of the time',
              nodes.length,
              hidden.nodes,
              formatShare(hidden.share, 1)
            );
    this._unfocus.hidden = focus < 0;
    if (focus >= 0) {
      this._unfocus.textContent = `${functionLabel(profile, focus).slice(0, 40)} ✕`;
    }
  }

  private _drawVisible(pen: CanvasPen): void {
    if (this._scene && this._camera) {
      const { scale, left, top } = this._camera;
      const { context } = pen;
      context.save();
      context.translate(left, top);
      context.scale(scale, scale);
      this._paint(pen, this._scene);
      context.restore();
      pen.reset();
    }
  }

  private _paint(pen: IPen, scene: IScene): void {
    const { data, state, theme } = this._context;
    const { matches } = data;
    const { func } = scene.graph.nodes;
    paintScene(pen, scene, theme.palette, {
      selected: this._nodeOf(state.value.selection),
      hovered: this._nodeOf(state.value.hover),
      searching: !!matches,
      matches: node => !!matches && matches.has(func[node])
    });
  }

  private _nodeOf(func: number): number {
    return func < 0 || !this._scene
      ? -1
      : this._scene.graph.nodes.func.indexOf(func);
  }

  private _hit(event: MouseEvent): number {
    if (!this._scene || !this._camera) {
      return -1;
    }
    const { x, y } = this._stage.locate(event);
    const { scale, left, top } = this._camera;
    return nodeAtPoint(this._scene, (x - left) / scale, (y - top) / scale);
  }

  private _onMove(event: PointerEvent): void {
    const { state, tooltip } = this._context;
    const drag = this._drag;
    if (drag && this._camera) {
      const dx = event.clientX - drag.x;
      const dy = event.clientY - drag.y;
      if (drag.moved || Math.hypot(dx, dy) > 4) {
        const { scale, left, top } = this._camera;
        this._camera = { scale, left: left + dx, top: top + dy };
        this._drag = { x: event.clientX, y: event.clientY, moved: true };
        this._stage.node.style.cursor = 'grabbing';
        tooltip.hide();
        this._stage.schedule();
        return;
      }
    }
    const hit = this._hit(event);
    this._stage.node.style.cursor = hit >= 0 ? 'pointer' : 'grab';
    if (hit < 0) {
      tooltip.hide();
      state.set({ hover: -1 });
      return;
    }
    const func = this._scene!.graph.nodes.func[hit];
    state.set({ hover: func });
    const tip = functionTip(this._context, func, nodeCosts(this._scene!, hit));
    tooltip.show(tip, event.clientX, event.clientY);
  }

  private _onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || !this._scene) {
      return;
    }
    const at = this._nodeOf(this._context.state.value.selection);
    if (event.key.startsWith('Arrow')) {
      this._select(graphStep(this._scene, at, event.key), at);
    } else if (event.key === 'Home') {
      this._select(graphStep(this._scene, -1, ''));
    } else if (event.key === 'Enter') {
      this._focusOn(at);
    } else if (['+', '=', '-', '0'].includes(event.key)) {
      this._zoom(event.key);
    } else {
      return;
    }
    event.preventDefault();
  }

  private _select(node: number, otherwise = -1): void {
    const chosen = node >= 0 ? node : otherwise;
    const func = chosen < 0 ? -1 : this._scene!.graph.nodes.func[chosen];
    this._context.state.set({ selection: func });
  }

  private _focusOn(node: number): void {
    if (node < 0 || !this._scene) {
      return;
    }
    const { state } = this._context;
    const func = this._scene.graph.nodes.func[node];
    if (func !== state.value.focus) {
      this._focusSteps.push(state.value.focus);
      state.set({ focus: func, selection: func });
    }
  }

  private _followSelection(): void {
    const { selection, tab } = this._context.state.value;
    if (tab !== 'graph' || !this._scene) {
      return;
    }
    const node = this._nodeOf(selection);
    if (node >= 0) {
      this._reveal(node);
    }
    this._updateTwin(node);
    this._stage.schedule();
  }

  private _reveal(node: number): void {
    if (this._scene && this._camera) {
      const { layout } = this._scene;
      const { width, height } = this._stage;
      this._camera = reveal(
        this._camera,
        { width, height },
        {
          x: layout.x[node],
          y: layout.y[node],
          width: layout.nodeWidth[node],
          height: layout.nodeHeight[node]
        }
      );
    }
  }

  private _updateTwin(node: number): void {
    const { items, active } = itemsAround(this._context, this._scene!, node);
    this._twin.show(items, active);
  }

  private readonly _context: IViewContext;
  private readonly _stage: Stage;
  private readonly _twin: Twin;
  private readonly _slider: HTMLInputElement;
  private readonly _unfocus: HTMLButtonElement;
  private readonly _note = el('span', { class: 'np-Tools-text' });
  private readonly _limit = el('span');
  private _scene: IScene | null = null;
  private _camera: ICamera | null = null;
  private _focusSteps: number[] = [];
  private _drag: { x: number; y: number; moved: boolean } | null = null;
}

/** The call graph. */
export const graph: IViewKind = {
  id: 'graph',
  label: 'Graph',
  needs: () => ['graph', 'rows'],
  create: context => new GraphView(context)
};
