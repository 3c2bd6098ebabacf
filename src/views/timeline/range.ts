/** The stretch of time that every view shows, as it is brushed here. */
import type { ITimeRange } from '../../analysis/spans';
import { lengthText, rangeText } from '../rangeText';
import type { IViewContext } from '../view';
import type { Overlay } from './overlay';
import type { Scene } from './scene';

/** Shows the chosen stretch over the lanes, and chooses another. */
export class ChosenRange {
  constructor(context: IViewContext, scene: Scene, overlay: Overlay) {
    this._context = context;
    this._scene = scene;
    this._overlay = overlay;
  }

  get value(): ITimeRange | null {
    return this._context.state.value.time;
  }

  show(range = this.value): void {
    const { x, left } = this._scene.scale;
    this._overlay.showRange(
      range && { from: x(range.from) - left, to: x(range.to) - left },
      range ? `${rangeText(range)} · ${lengthText(range)}` : ''
    );
  }

  /** Chooses a stretch for all views; null, or one without length: all of the time. */
  set(range: ITimeRange | null): void {
    const { state, trans, announce } = this._context;
    const lasts = range ? range.to - range.from : 0;
    state.set({ time: lasts > 0 ? range : null });
    this.show();
    announce(
      range && lasts > 0
        ? trans.__(
            'All views show %1, %2 long.',
            rangeText(range),
            lengthText(range)
          )
        : trans.__('All views show all of the time.')
    );
  }

  private readonly _context: IViewContext;
  private readonly _scene: Scene;
  private readonly _overlay: Overlay;
}
