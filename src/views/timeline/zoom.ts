/** Which stretch of time the timeline shows, and the steps that led there. */
import type { ITimeRange } from '../../analysis/spans';
import { clampRange, scaleRange } from '../../layout/timeAxis';

/** The shortest stretch that can be zoomed to, in microseconds. */
const SHORTEST = 20;

/** The stretch that is shown; each zoom can be taken back. */
export class Zoom {
  /**
   * @param whole All that can be shown.
   * @param changed Called after each change.
   */
  constructor(whole: () => ITimeRange, changed: () => void) {
    this._whole = whole;
    this._changed = changed;
    this._shown = whole();
  }

  get shown(): ITimeRange {
    return this._shown;
  }

  /** Whether less than everything is shown. */
  get isZoomed(): boolean {
    return this._steps.length > 0;
  }

  /** Shows a stretch, and remembers the one before. */
  to(range: ITimeRange): void {
    const shown = clampRange(range, this._whole());
    const { from, to } = this._shown;
    if (shown.from !== from || shown.to !== to) {
      this._steps.push(this._shown);
      this._show(shown);
    }
  }

  /** Goes closer around a time in one step. */
  closer(time: number): void {
    this.to(scaleRange(this._shown, time, 0.25, SHORTEST));
  }

  /** Goes closer (a factor below 1) or farther, without a step for each time. */
  scaleAround(time: number, factor: number): void {
    const range = scaleRange(this._shown, time, factor, SHORTEST);
    if (this._steps.length === 0) {
      this._steps = [this._whole()];
    }
    this._show(range);
  }

  /** Shows what is earlier or later, in microseconds. */
  pan(by: number): void {
    const { from, to } = this._shown;
    this._show({ from: from + by, to: to + by });
  }

  all(): void {
    this._steps = [];
    this._show(this._whole());
  }

  /** Goes back one step; false: there is none. */
  out(): boolean {
    const before = this._steps.pop();
    if (before) {
      this._show(before);
    }
    return before !== undefined;
  }

  /** Shows a stretch without remembering the one before. */
  private _show(range: ITimeRange): void {
    const whole = this._whole();
    this._shown = clampRange(range, whole);
    if (this._shown.to - this._shown.from >= whole.to - whole.from) {
      this._steps = [];
    }
    this._changed();
  }

  private readonly _whole: () => ITimeRange;
  private readonly _changed: () => void;
  private _shown: ITimeRange;
  /** What was shown before each zoom. */
  private _steps: ITimeRange[] = [];
}
