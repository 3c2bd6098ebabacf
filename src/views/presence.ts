/** Whether something is on screen, or will be after a little scrolling. */
import type { Unsubscribe } from './store';

/** How far beyond the visible part counts as near, so that nothing is seen to appear. */
const MARGIN = '100% 0px';

/** Follows one element; where a browser cannot tell, it is always near. */
export class Presence {
  /** @param isNear What holds until the browser has looked, with the next frame. */
  constructor(node: Element, isNear: boolean) {
    if (typeof IntersectionObserver === 'undefined') {
      this._isNear = true;
      return;
    }
    this._isNear = isNear;
    // Of all that scrolls around it, the page and the notebook within the page;
    // an older browser, which does not know this, takes what is seen as near.
    const margin: object = { scrollMargin: MARGIN };
    this._observer = new IntersectionObserver(
      entries => this._tell(entries[entries.length - 1].isIntersecting),
      margin
    );
    this._observer.observe(node);
  }

  get isNear(): boolean {
    return this._isNear;
  }

  /** Calls `listener` after each change. */
  subscribe(listener: (isNear: boolean) => void): Unsubscribe {
    this._listeners.add(listener);
    return () => this._listeners.delete(listener);
  }

  dispose(): void {
    this._observer?.disconnect();
    this._listeners.clear();
  }

  private _tell(isNear: boolean): void {
    if (isNear !== this._isNear) {
      this._isNear = isNear;
      for (const listener of [...this._listeners]) {
        listener(isNear);
      }
    }
  }

  private readonly _listeners = new Set<(isNear: boolean) => void>();
  private readonly _observer: IntersectionObserver | null = null;
  private _isNear: boolean;
}
