/** Memory over time: the sizes that were noted at each snapshot, the peak, and what is shown. */
import {
  heapCurve,
  rowAtTime,
  type IHeapCurve
} from '../../analysis/heapCurve';
import { formatValue } from '../../analysis/units';
import { csvTable } from '../../export/csv';
import type { IPen } from '../../export/pen';
import type { IHeapAxes } from '../../layout/heapAxes';
import { el } from '../dom';
import { emptyView } from '../empty';
import { pictures } from '../pictures';
import { isShown } from '../shown';
import { Stage } from '../stage';
import { valueWords } from '../values';
import type { IExportChoice, IView, IViewContext, IViewKind } from '../view';
import { axesOf, layerPattern, paintHeap } from './paint';
import { momentLabel, snapshotSentence, snapshotTip } from './words';

class HeapView implements IView {
  constructor(context: IViewContext, curve: IHeapCurve) {
    this._context = context;
    this._curve = curve;
    this._cursor = curve.shown;
    const { trans } = context;
    this._stage = new Stage(context, {
      label: trans.__('Memory over time'),
      role: 'slider',
      draw: pen => this._draw(pen)
    });
    this.node = el('div', {}, this._stage.root, this._makeLegend());
    const { listeners, node } = this._stage;
    node.setAttribute('aria-valuemin', '1');
    node.setAttribute('aria-valuemax', String(curve.length));
    listeners.on(node, 'keydown', event => this._onKey(event));
    listeners.on(node, 'pointermove', event => this._onMove(event));
    listeners.on(node, 'pointerleave', () => context.tooltip.hide());
    listeners.on(node, 'click', () => this._choose());
    this._tell();
  }

  readonly node: HTMLElement;

  refresh(): void {
    if (isShown(this._context.state.value, 'heap')) {
      this._stage.schedule();
    }
  }

  focus(): void {
    this._stage.node.focus({ preventScroll: true });
  }

  exports(): readonly IExportChoice[] {
    const { profile, trans } = this._context;
    const { layers, time, total } = this._curve;
    const { width, height } = this._stage;
    return [
      ...pictures(this._context, () => ({
        width,
        height,
        draw: pen => this._draw(pen)
      })),
      {
        label: trans.__('Table (CSV)'),
        extension: 'csv',
        make: () =>
          csvTable(
            [
              trans.__('snapshot'),
              `time (${profile.meta.time_unit ?? 'i'})`,
              ...layers.map(({ value }) => profile.values[value].name),
              trans.__('together')
            ],
            Array.from(time, (moment, row) => [
              row,
              moment,
              ...layers.map(({ amounts }) => amounts[row]),
              total[row]
            ])
          )
      }
    ];
  }

  dispose(): void {
    this._stage.dispose();
  }

  private get _unit(): string {
    return this._context.profile.values[0].unit;
  }

  private get _axes(): IHeapAxes {
    const { width, height } = this._stage;
    const times = this._context.profile.meta.time_unit === 'B';
    const bytes = { times, amounts: this._unit === 'bytes' };
    return axesOf(this._curve, bytes, width, height);
  }

  private _draw(pen: IPen): void {
    const { profile, theme, trans } = this._context;
    const { time_unit: unit } = profile.meta;
    const curve = this._curve;
    const most = formatValue(curve.total[curve.peak], this._unit);
    paintHeap(pen, theme.palette, curve, this._axes, {
      unit: this._unit,
      peak: trans.__('peak %1', most),
      axis:
        unit === 'ms'
          ? trans.__('time')
          : unit === 'B'
            ? trans.__('bytes allocated or freed so far')
            : trans.__('instructions run so far'),
      label: time => momentLabel(time, unit),
      cursor: this._cursor
    });
  }

  private _makeLegend(): HTMLElement {
    const { profile, trans } = this._context;
    const items = this._curve.layers.map(({ value }, layer) => {
      const swatch = el('span', {
        class: `np-Swatch np-HeapLayer${layer} np-mod-${layerPattern(layer)}`
      });
      return el('span', {}, swatch, valueWords(profile.values[value], trans));
    });
    const note = el('span', {
      text: trans.__('%1 snapshots', this._curve.length),
      attrs: {
        title: trans.__(
          'Between two snapshots the size is not known: that of the earlier one is drawn'
        )
      }
    });
    return el('div', { class: 'np-Key' }, ...items, note);
  }

  private _onMove(event: PointerEvent): void {
    const axes = this._axes;
    const { x } = this._stage.locate(event);
    this._goTo(rowAtTime(this._curve, axes.time(x)));
    const tip = snapshotTip(this._context, this._curve, this._cursor);
    this._context.tooltip.show(tip, event.clientX, event.clientY);
    this._stage.node.style.cursor = this._part ? 'pointer' : 'default';
  }

  private _onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const last = this._curve.length - 1;
    const page = Math.max(1, Math.round(last / 10));
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: this._cursor - 1,
      ArrowDown: this._cursor - 1,
      ArrowRight: this._cursor + 1,
      ArrowUp: this._cursor + 1,
      PageDown: this._cursor - page,
      PageUp: this._cursor + page,
      Home: 0,
      End: last
    };
    if (event.key === 'Enter') {
      this._choose();
    } else if (event.key in steps) {
      this._goTo(Math.min(Math.max(steps[event.key], 0), last));
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private _goTo(row: number): void {
    if (row !== this._cursor) {
      this._cursor = row;
      this._tell();
      this._stage.schedule();
    }
  }

  /** The part at the cursor that could be shown instead, if any. */
  private get _part(): string | undefined {
    return this._context.env.showPart && this._cursor !== this._curve.shown
      ? this._curve.parts.get(this._cursor)
      : undefined;
  }

  private _choose(): void {
    const part = this._part;
    if (part !== undefined) {
      this._context.tooltip.hide();
      this._context.env.showPart?.(part);
    }
  }

  private _tell(): void {
    const { node } = this._stage;
    const row = Math.max(0, this._cursor);
    const sentence = snapshotSentence(this._context, this._curve, row);
    node.setAttribute('aria-valuenow', String(row + 1));
    node.setAttribute('aria-valuetext', sentence);
  }

  private readonly _context: IViewContext;
  private readonly _curve: IHeapCurve;
  private readonly _stage: Stage;
  private _cursor: number;
}

/** The view of profiles with snapshots. */
export const heap: IViewKind = {
  id: 'heap',
  label: 'Heap',
  applies: profile => heapCurve(profile) !== null,
  create: context => {
    const curve = heapCurve(context.profile);
    return curve
      ? new HeapView(context, curve)
      : emptyView(context, { what: 'snapshots' }, ['summary']);
  }
};
