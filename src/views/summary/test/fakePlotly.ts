/** plotly draws in a real browser only, where Galata looks at it: what it is given to draw. */
import type { IPlotlyClick } from 'plotly.js/lib/core';
import type { Plotly } from '../chart';

type Listener = (event: IPlotlyClick) => unknown;

/** What is looked at of a trace. */
export interface ITrace {
  readonly type: string;
  readonly labels: string[];
  readonly text: string[];
  readonly hovertext: string[];
  readonly level?: string;
  readonly x: number[];
}

/** Takes down what it is told to draw, and the listeners to clicks. */
export class FakePlotly {
  readonly listeners = new Map<string, Listener>();

  /** For `IViewerEnv`. */
  readonly load = (): Promise<Plotly> =>
    Promise.resolve({
      react: (node, traces) => {
        this._drawn.push(traces as ITrace[]);
        return Promise.resolve(
          Object.assign(node, {
            on: (type: string, listener: Listener) =>
              this.listeners.set(type, listener)
          })
        );
      },
      purge: () => undefined
    });

  /** The traces that are drawn next. */
  async drawn(): Promise<ITrace[]> {
    const { length } = this._drawn;
    for (let i = 0; i < 10 && this._drawn.length === length; i++) {
      await new Promise(done => setTimeout(done));
    }
    // What listens to clicks comes after what is drawn.
    await new Promise(done => setTimeout(done));
    return this._drawn[this._drawn.length - 1];
  }

  private readonly _drawn: ITrace[][] = [];
}
