/** Work on the page's own thread in slices, between which it can answer. */

/** Milliseconds of a slice: the rest of a frame is the browser's. */
const SLICE = 10;

/** Tells whether a slice is used up. */
export class Slices {
  /** True: `pause` is due. */
  get isOver(): boolean {
    return performance.now() - this._start > SLICE;
  }

  /** Lets the page answer, then begins a new slice. */
  async pause(): Promise<void> {
    await new Promise(done => setTimeout(done));
    this._start = performance.now();
  }

  private _start = performance.now();
}

/** Resolves when the browser has painted and has nothing else to do, soon at the latest. */
export function idle(): Promise<void> {
  return new Promise(done => {
    if (typeof requestIdleCallback === 'function') {
      requestIdleCallback(() => done(), { timeout: 500 });
    } else {
      setTimeout(done);
    }
  });
}
