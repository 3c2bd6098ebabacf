/** The call graph: who called whom, from the cell into the kernel. */
import { hasCoverage } from '../../analysis/coverage';
import { hasInterpreter } from '../../analysis/interpreter';
import type { CanvasPen } from '../../export/canvas';
import type { IPen } from '../../export/pen';
import { el } from '../dom';
import { makeLegend } from '../legend';
import { isShown } from '../shown';
import { Stage } from '../stage';
import { GRAPH_KEYS, STACK_KEYS } from '../state';
import { Twin } from '../twin';
import type { IExportChoice, IView, IViewContext, IViewKind } from '../view';
import {
  fitAll,
  lookAt,
  panBy,
  reveal,
  startCamera,
  zoomBy,
  type ICamera
} from './camera';
import { closeNode, openNode } from './folding';
import { follow } from './follow';
import { itemsAround, nodeTip } from './items';
import { handleKey, type IKeyed } from './keys';
import { Minimap } from './minimap';
import { paintScene, type ISeen } from './paint';
import { graphPictures } from './pictures';
import { followPointer } from './pointer';
import {
  boxOf,
  handleAtPoint,
  makeScene,
  nodeAtPoint,
  type IScene
} from './scene';
import { GraphTools, makeZoom } from './tools';
import { Walk } from './walk';

class GraphView implements IView {
  constructor(context: IViewContext) {
    this._context = context;
    const { trans, state } = context;
    this._stage = new Stage(context, {
      label: trans.__('Call graph'),
      draw: pen => this._drawVisible(pen)
    });
    this._stage.node.classList.add('np-mod-still');
    const { listeners } = this._stage;
    this._twin = new Twin(this._stage.node);
    this._tools = new GraphTools(context, listeners, {
      unfocus: () => this._unfocus(),
      group: by => this._group(by),
      joinCycles: () => this._joinCycles()
    });
    this._minimap = new Minimap(listeners, (x, y) => this._lookAt(x, y));
    this.tools = this._tools.node;
    this.node = el(
      'div',
      {},
      this._stage.root,
      this._minimap.node,
      makeZoom(context, listeners, key => this._zoom(key)),
      makeLegend(context, listeners)
    );
    this._listen();
    listeners.add(
      state.subscribe([...STACK_KEYS, ...GRAPH_KEYS], () => this.refresh())
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
    const { data, state } = this._context;
    if (!isShown(state.value, 'graph') || this._stage.width === 0) {
      return;
    }
    const { graph } = data;
    if (this._scene?.graph !== graph) {
      const before = this._scene;
      this._scene = makeScene(this._context, graph, before);
      this._camera =
        before && this._camera
          ? follow(this._context, before, this._scene, this._camera, this._view)
          : null;
    }
    this._camera ??= this._start(this._scene);
    this._tools.show(this._scene);
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

  private get _view(): { width: number; height: number } {
    const { width, height } = this._stage;
    return { width, height };
  }

  private _listen(): void {
    const { state, tooltip } = this._context;
    const { node, listeners } = this._stage;
    listeners.resized(node, () => this.refresh());
    listeners.on(node, 'keydown', event => {
      if (this._scene && handleKey(event, this._keyed(this._scene))) {
        event.preventDefault();
      }
    });
    followPointer(this._stage, {
      nodeAt: event => {
        const handle = this._hit(event, handleAtPoint);
        return handle >= 0 ? handle : this._hit(event, nodeAtPoint);
      },
      handleAt: event => this._hit(event, handleAtPoint),
      show: (hit, event) => {
        state.set({ hover: this._scene!.graph.nodes.func[hit] });
        const tip = nodeTip(this._context, this._scene!, hit);
        tooltip.show(tip, event.clientX, event.clientY);
      },
      showNothing: () => {
        tooltip.hide();
        state.set({ hover: -1 });
      },
      choose: hit => this._select(hit),
      turn: hit => this._turn(hit),
      focusOn: hit => this._focusOn(hit),
      pan: (dx, dy) => {
        tooltip.hide();
        this._move(camera => panBy(camera, dx, dy));
      },
      zoom: (factor, event) => {
        const { x, y } = this._stage.locate(event);
        this._move(camera => zoomBy(camera, factor, x, y));
      }
    });
  }

  private _move(change: (camera: ICamera) => ICamera): void {
    if (this._camera) {
      this._camera = change(this._camera);
      this._stage.schedule();
    }
  }

  private _lookAt(x: number, y: number): void {
    this._move(camera => lookAt(camera, { x, y }, this._view));
  }

  private _zoom(key: string): void {
    const scene = this._scene;
    const { width, height } = this._view;
    if (scene) {
      this._move(camera =>
        key === '0'
          ? fitAll(scene.layout, { width, height })
          : zoomBy(camera, key === '-' ? 1 / 1.3 : 1.3, width / 2, height / 2)
      );
    }
  }

  /** Where to look first: at the focused function, else at the root. */
  private _start(scene: IScene): ICamera {
    const { layout, graph } = scene;
    const { focus } = this._context.state.value;
    const { inclusive, length } = graph.nodes;
    // Where all are called by others it is the costliest.
    const first = graph.roots[0] ?? (length > 0 ? 0 : -1);
    const node = focus >= 0 ? graph.nodeOf[focus] : first;
    return startCamera(layout, inclusive, node, this._view);
  }

  private _drawVisible(pen: CanvasPen): void {
    const { _scene: scene, _camera: camera, _view: view } = this;
    if (scene && camera) {
      const { scale, left, top } = camera;
      const { context } = pen;
      context.save();
      context.translate(left, top);
      context.scale(scale, scale);
      this._paint(pen, scene, {
        x: -left / scale,
        y: -top / scale,
        width: view.width / scale,
        height: view.height / scale,
        scale
      });
      context.restore();
      pen.reset();
      this._minimap.show(scene, camera, view, this._context.theme.palette);
    }
  }

  private _paint(pen: IPen, scene: IScene, seen: ISeen | null = null): void {
    const { data, state, theme } = this._context;
    const { matches } = data;
    const { nodes, nodeOf } = scene.graph;
    const found = new Uint8Array(nodes.length);
    nodeOf.forEach((node, func) => {
      if (node >= 0 && matches?.has(func)) {
        found[node] = 1;
      }
    });
    const marks = {
      selected: this._nodeOf(state.value.selection),
      hovered: this._nodeOf(state.value.hover),
      searching: !!matches,
      matches: (node: number) => found[node] === 1
    };
    paintScene(pen, scene, theme.palette, marks, seen);
  }

  private _nodeOf(func: number): number {
    return func < 0 || !this._scene ? -1 : this._scene.graph.nodeOf[func];
  }

  private _hit(
    event: MouseEvent,
    find: (scene: IScene, x: number, y: number) => number
  ): number {
    if (!this._scene || !this._camera) {
      return -1;
    }
    const { x, y } = this._stage.locate(event);
    const { scale, left, top } = this._camera;
    return find(this._scene, (x - left) / scale, (y - top) / scale);
  }

  private _keyed(scene: IScene): IKeyed {
    const { _context: context } = this;
    const at = this._nodeOf(context.state.value.selection);
    const turn = (how: typeof openNode) => () => {
      if (at >= 0) {
        context.announce(how(context, scene, at));
      }
    };
    return {
      travel: arrow => this._select(this._walk.step(scene, at, arrow), at),
      pan: (dx, dy) => this._move(camera => panBy(camera, dx, dy)),
      home: () => this._select(this._walk.step(scene, -1, 'Home')),
      focus: () => this._focusOn(at),
      zoom: key => this._zoom(key),
      group: by => this._group(by),
      joinCycles: () => this._joinCycles(),
      open: turn(openNode),
      close: turn(closeNode)
    };
  }

  /** Opens a node that is closed or hides something, closes another. */
  private _turn(node: number): void {
    const { _context: context, _scene: scene } = this;
    if (scene) {
      context.announce(
        openNode(context, scene, node) || closeNode(context, scene, node)
      );
    }
  }

  /** Takes functions together by module or part of CPython, or no more. */
  private _group(by: 'module' | 'interpreter'): void {
    const { profile, state } = this._context;
    if (by === 'interpreter' && !hasInterpreter(profile)) {
      return;
    }
    const grouping = state.value.grouping === by ? 'function' : by;
    // The parts are those of the machinery: it is shown with them.
    const shows = grouping === 'interpreter' ? { foldPlumbing: false } : {};
    state.set({ grouping, collapsed: [], expanded: [], ...shows });
  }

  private _joinCycles(): void {
    const { state } = this._context;
    state.set({ joinCycles: !state.value.joinCycles });
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

  private _unfocus(): void {
    this._focusSteps = [];
    this._context.state.set({ focus: -1 });
  }

  private _followSelection(): void {
    const { value } = this._context.state;
    const scene = this._scene;
    if (!isShown(value, 'graph') || !scene) {
      return;
    }
    const node = this._nodeOf(value.selection);
    if (node >= 0) {
      this._move(camera => reveal(camera, this._view, boxOf(scene, node)));
    }
    const { items, active } = itemsAround(this._context, scene, node);
    this._twin.show(items, active);
    this._stage.schedule();
  }

  private readonly _context: IViewContext;
  private readonly _stage: Stage;
  private readonly _twin: Twin;
  private readonly _tools: GraphTools;
  private readonly _minimap: Minimap;
  private readonly _walk = new Walk();
  private _scene: IScene | null = null;
  private _camera: ICamera | null = null;
  private _focusSteps: number[] = [];
}

/** The call graph. */
export const graph: IViewKind = {
  id: 'graph',
  label: 'Graph',
  applies: profile => !hasCoverage(profile),
  needs: () => ['graph', 'rows'],
  create: context => new GraphView(context)
};
