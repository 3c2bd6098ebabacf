/**
 * A canvas that fills its view, sharp on every screen, redrawn when it must be;
 * out of sight it holds no pixels.
 */
import { CanvasPen } from '../export/canvas';
import { Disposables, el } from './dom';
import type { Presence } from './presence';
import type { IViewContext } from './view';

/** How a stage is made. */
export interface IStageOptions {
  /** The name that a screen reader hears. */
  readonly label: string;
  /** What a screen reader takes its twin for. Default: `tree`. */
  readonly role?: 'tree' | 'grid' | 'slider';
  /** Draws everything; the pen's units are CSS pixels of the visible part. */
  draw(pen: CanvasPen): void;
}

/** A scrollable canvas with room for its screen reader twin. */
export class Stage {
  constructor(context: IViewContext, options: IStageOptions) {
    this._draw = options.draw;
    this._presence = context.presence;
    this.node = el(
      'div',
      {
        class: 'np-Stage-scroll',
        attrs: {
          role: options.role ?? 'tree',
          tabindex: 0,
          'aria-label': options.label
        }
      },
      this._content
    );
    this.root = el('div', { class: 'np-Stage' }, this.canvas, this.node);
    const drawing = this.canvas.getContext('2d');
    this._pen = drawing ? new CanvasPen(drawing) : null;
    this.listeners.resized(this.node, () => this.schedule());
    this.listeners.on(this.node, 'scroll', () => this.schedule());
    this.listeners.add(context.theme.subscribe(() => this.schedule()));
    this.listeners.add(this._presence.subscribe(() => this._appear()));
    this.listeners.add(() => cancelAnimationFrame(this._frame));
  }

  /** Holds the canvas and, above it, what scrolls and takes the events. */
  readonly root: HTMLElement;
  readonly node: HTMLElement;
  readonly canvas = el('canvas', { attrs: { 'aria-hidden': true } });
  readonly listeners = new Disposables();

  /** Size of the visible part in CSS pixels. */
  get width(): number {
    return this.node.clientWidth;
  }

  get height(): number {
    return this.node.clientHeight;
  }

  /** Sets how high all of the drawing is: beyond the visible part it scrolls. */
  setContentHeight(height: number): void {
    this._content.style.height = `${Math.max(height, 0)}px`;
  }

  /** Draws with the next frame. */
  schedule(): void {
    if (!this._frame && this._presence.isNear) {
      this._frame = requestAnimationFrame(() => {
        this._frame = 0;
        this._redraw();
      });
    }
  }

  /** A point of the window in the coordinates of the visible part. */
  locate(event: MouseEvent): { x: number; y: number } {
    const box = this.canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  dispose(): void {
    this.listeners.dispose();
  }

  private _appear(): void {
    if (this._presence.isNear) {
      this.schedule();
    } else {
      this.canvas.width = 0;
      this.canvas.height = 0;
    }
  }

  private _redraw(): void {
    const { width, height } = this;
    if (!this._pen || !this._presence.isNear || width === 0 || height === 0) {
      return;
    }
    const ratio = window.devicePixelRatio || 1;
    const { canvas } = this;
    const pixelsX = Math.round(width * ratio);
    const pixelsY = Math.round(height * ratio);
    if (canvas.width !== pixelsX || canvas.height !== pixelsY) {
      canvas.width = pixelsX;
      canvas.height = pixelsY;
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
      this._pen.reset();
    }
    const { context } = this._pen;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    this._draw(this._pen);
  }

  private readonly _draw: (pen: CanvasPen) => void;
  private readonly _presence: Presence;
  private readonly _content = el('div', { attrs: { role: 'presentation' } });
  private readonly _pen: CanvasPen | null;
  private _frame = 0;
}
