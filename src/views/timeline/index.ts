/** The timeline: a lane a thread, categories over time, a brush that every view follows. */
import { hasCoverage } from '../../analysis/coverage';
import { missingTimes } from '../../analysis/missing';
import { setPressed, toggleButton } from '../buttons';
import { el } from '../dom';
import { emptyView } from '../empty';
import { makeLegend } from '../legend';
import { pictures } from '../pictures';
import { rangeText } from '../rangeText';
import { isShown } from '../shown';
import { Stage } from '../stage';
import type { IExportChoice, IView, IViewContext, IViewKind } from '../view';
import { Cursor } from './cursor';
import { Overlay } from './overlay';
import { Pointer } from './pointer';
import { ChosenRange } from './range';
import { Scene } from './scene';
import { Zoom } from './zoom';

class TimelineView implements IView {
  constructor(context: IViewContext) {
    this._context = context;
    const { trans, data } = context;
    this._scene = new Scene(context, () => this._stage);
    this._stage = new Stage(context, {
      label: trans.__('Timeline'),
      role: 'grid',
      draw: pen => this._scene.draw(pen)
    });
    this._overlay = new Overlay(this._stage);
    this._zoom = new Zoom(
      () => data.timeline.range,
      () => {
        context.tooltip.hide();
        this._relayout();
      }
    );
    this._range = new ChosenRange(context, this._scene, this._overlay);
    const legend = makeLegend(
      context,
      this._stage.listeners,
      () => data.timeline.costs
    );
    this.node = el('div', {}, this._stage.root, legend);
    this._byTask = toggleButton(
      trans.__('Tasks'),
      trans.__('Show the asyncio tasks below the threads that ran them')
    );
    // The notebook runs each cell in a task: one alone tells nothing.
    this._byTask.hidden = (context.profile.tasks?.length ?? 0) < 2;
    this._whole = toggleButton(
      trans.__('Whole cell'),
      trans.__('Zoom out (0)')
    );
    this._whole.removeAttribute('aria-pressed');
    const tools = [this._note, this._whole, this._byTask];
    this.tools = el('div', { class: 'np-Tools' }, ...tools);
    const parts = {
      stage: this._stage,
      scene: this._scene,
      overlay: this._overlay,
      zoom: this._zoom,
      range: this._range
    };
    this._cursor = new Cursor(context, parts);
    this._pointer = new Pointer(context, parts, this._cursor);
    this._listen();
  }

  readonly node: HTMLElement;
  readonly tools: HTMLElement;

  refresh(): void {
    if (isShown(this._context.state.value, 'timeline')) {
      this._relayout();
    }
  }

  focus(): void {
    this._stage.node.focus({ preventScroll: true });
  }

  /** Gives up a drag, a range brushed within what is shown, or a zoom. */
  back(): boolean {
    const { value } = this._range;
    const { from, to } = this._zoom.shown;
    if (this._pointer.cancel()) {
      return true;
    }
    const covers = value && value.from <= from && value.to >= to;
    if (value && !(covers && this._zoom.isZoomed)) {
      this._range.set(null);
      return true;
    }
    return this._zoom.out();
  }

  settle(): boolean {
    return this._pointer.cancel() || this._zoom.out();
  }

  exports(): readonly IExportChoice[] {
    const { width, height } = this._stage;
    return pictures(this._context, () => ({
      width,
      height,
      draw: pen => this._scene.draw(pen)
    }));
  }

  dispose(): void {
    this._stage.dispose();
  }

  private get _isShown(): boolean {
    return (
      isShown(this._context.state.value, 'timeline') && this._stage.width > 0
    );
  }

  private _listen(): void {
    const { state } = this._context;
    const { listeners, node } = this._stage;
    listeners.resized(node, () => this._relayout());
    listeners.on(this._whole, 'click', () => this._zoom.all());
    listeners.on(this._byTask, 'click', () => {
      this._withTasks = !this._withTasks;
      setPressed(this._byTask, this._withTasks);
      this._relayout();
    });
    listeners.add(
      state.subscribe(['value', 'hideAttributed'], () => this._relayout())
    );
    listeners.add(
      state.subscribe(['time'], () => {
        if (this._isShown) {
          this._range.show();
        }
      })
    );
    listeners.add(
      state.subscribe(['selection', 'search', 'lane', 'conditions'], () =>
        this._stage.schedule()
      )
    );
  }

  private _relayout(): void {
    if (!this._isShown) {
      return;
    }
    const { shown, isZoomed } = this._zoom;
    this._scene.layout(shown, this._withTasks);
    const { left } = this._scene.scale;
    this._overlay.place(left, this._stage.width - left);
    this._whole.hidden = !isZoomed;
    this._note.textContent = isZoomed ? rangeText(shown) : '';
    this._range.show();
    this._cursor.update();
    this._stage.schedule();
  }

  private readonly _context: IViewContext;
  private readonly _stage: Stage;
  private readonly _scene: Scene;
  private readonly _overlay: Overlay;
  private readonly _zoom: Zoom;
  private readonly _range: ChosenRange;
  private readonly _cursor: Cursor;
  private readonly _pointer: Pointer;
  private readonly _byTask: HTMLButtonElement;
  private readonly _whole: HTMLButtonElement;
  private readonly _note = el('span', { class: 'np-Tools-text' });
  private _withTasks = false;
}

/** The timeline; without times a sentence that says why not. */
export const timeline: IViewKind = {
  id: 'timeline',
  label: 'Timeline',
  // Stacks of an exact engine are those of the whole run, or of one moment.
  applies: profile =>
    !hasCoverage(profile) &&
    (profile.meta.kind !== 'exact' || !profile.samples?.length),
  needs: (_, { values }) => [
    'timeline',
    'fineColumns',
    ...values.map((_value, at) => ['lanesOf', at] as const)
  ],
  create: context => {
    const missing = missingTimes(context.profile);
    return missing === null
      ? new TimelineView(context)
      : emptyView(context, missing, ['summary', 'table']);
  }
};
