/** Which part of the flame graph's width is shown; it glides to where it is sent. */
import type { IFlameWindow } from '../../layout/flame';
import { clampRange, scaleRange } from '../../layout/timeAxis';
import { reducedMotion } from '../dom';

/** How long a glide takes, in ms. */
const GLIDE = 160;
/** The narrowest part, as a share of the whole. */
const NARROWEST = 1e-9;

/** A window on costs from 0 to a total. */
export class Lens {
  /** @param changed Called after each change of the window. */
  constructor(changed: () => void) {
    this._changed = changed;
  }

  /** What is shown now. */
  get window(): IFlameWindow {
    return this._window;
  }

  /** What is shown when the glide has ended. */
  get target(): IFlameWindow {
    return this._target;
  }

  isAt({ from, to }: IFlameWindow): boolean {
    return this._target.from === from && this._target.to === to;
  }

  /** Shows a part of a whole, which may be another one than before. */
  start(window: IFlameWindow, total: number): void {
    this._total = total;
    this._stop();
    this._window = this._target = this._clamped(window);
  }

  /** Moves to a part of the same whole. */
  glideTo(window: IFlameWindow): void {
    this._stop();
    const from = this._window;
    this._target = this._clamped(window);
    if (reducedMotion()) {
      this._jump();
      return;
    }
    const begin = performance.now();
    const step = (now: number): void => {
      const done = Math.min(1, Math.max(0, (now - begin) / GLIDE));
      if (done >= 1) {
        this._jump();
        return;
      }
      const eased = 1 - (1 - done) ** 3;
      this._window = {
        from: from.from + (this._target.from - from.from) * eased,
        to: from.to + (this._target.to - from.to) * eased
      };
      this._frame = requestAnimationFrame(step);
      this._changed();
    };
    this._frame = requestAnimationFrame(step);
    this._changed();
  }

  /** Makes the window `factor` times as wide around a share of its width. */
  scale(at: number, factor: number): void {
    const { from, to } = this._window;
    const least = this._total * NARROWEST;
    const around = from + at * (to - from);
    this._move(scaleRange(this._window, around, factor, least));
  }

  /** Moves the window by a share of its width. */
  pan(share: number): void {
    const { from, to } = this._window;
    const by = share * (to - from);
    this._move({ from: from + by, to: to + by });
  }

  dispose(): void {
    this._stop();
  }

  private _move(window: IFlameWindow): void {
    this._stop();
    this._target = this._clamped(window);
    this._jump();
  }

  private _jump(): void {
    this._frame = 0;
    this._window = this._target;
    this._changed();
  }

  private _stop(): void {
    cancelAnimationFrame(this._frame);
    this._frame = 0;
  }

  private _clamped(window: IFlameWindow): IFlameWindow {
    return clampRange(window, { from: 0, to: this._total });
  }

  private readonly _changed: () => void;
  private _total = 0;
  private _window: IFlameWindow = { from: 0, to: 0 };
  private _target: IFlameWindow = { from: 0, to: 0 };
  private _frame = 0;
}
