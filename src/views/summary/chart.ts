/** The breakdown drawn by plotly: sectors of category, module and function, or bars of lines. */
import { setPressed, toggleButton } from '../buttons';
import { Disposables, el, reducedMotion } from '../dom';
import { idle } from '../slices';
import { STACK_KEYS, type ChartKind } from '../state';
import { valueTitle } from '../values';
import type { IViewContext } from '../view';
import type { IPlotlyClick, IPlotlyCore } from 'plotly.js/lib/core';
import { makeDrawing, type IDrawing } from './drawing';

/** What draws the chart. */
export type Plotly = Pick<IPlotlyCore, 'react' | 'purge'>;

/** The kinds in the order of their buttons: name, and what it shows. */
const KINDS: readonly (readonly [ChartKind, string, string])[] = [
  ['sunburst', 'Sunburst', '%1 by category, module, function'],
  ['treemap', 'Treemap', '%1 by category, module, function'],
  ['lines', 'Lines', '%1 by line, with what it calls']
];

/** The chart; shows nothing until plotly has come, a sentence if it does not. */
export class Chart {
  constructor(context: IViewContext) {
    this._context = context;
    const { state, theme, trans } = context;
    const buttons = KINDS.map(([kind, name, shows]) => {
      const button = toggleButton(
        trans.__(name),
        trans.__(shows, valueTitle(context.data.value, trans))
      );
      this._listeners.on(button, 'click', () => state.set({ chart: kind }));
      return button;
    });
    this._buttons = buttons;
    const group = el(
      'div',
      {
        class: 'np-Chart-kinds',
        attrs: { role: 'group', 'aria-label': trans.__('Chart') }
      },
      ...buttons
    );
    this.node = el('div', {}, this._heading, group, this._plot, this._twin);
    if (!context.env.loadPlotly) {
      group.hidden = true;
      this._plot.hidden = true;
    }
    this._listeners.add(
      theme.subscribe(() => {
        this._drawn = '';
        void this.draw();
      })
    );
    this._listeners.add(state.subscribe(['chart'], () => void this.draw()));
    this._listeners.resized(this._plot, () => void this.draw());
  }

  readonly node: HTMLElement;

  /** Draws the breakdown as it is now, when all else is on the screen. */
  async draw(): Promise<void> {
    const { data, env, trans } = this._context;
    this._label();
    if (!env.loadPlotly || data.total === 0) {
      return;
    }
    const turn = ++this._turn;
    await idle();
    if (turn !== this._turn) {
      return;
    }
    try {
      if (!this._plotly) {
        this._plotly = await env.loadPlotly();
        await idle();
      }
      if (turn === this._turn) {
        await this._react(this._plotly);
      }
    } catch {
      this._plot.textContent = trans.__(
        'The chart could not be loaded; the numbers are below.'
      );
    }
  }

  dispose(): void {
    this._turn++;
    this._listeners.dispose();
    this._plotly?.purge(this._canvas);
  }

  /** Says what is shown, in words and on the buttons. */
  private _label(): void {
    const { data, env, state, trans } = this._context;
    if (!env.loadPlotly) {
      const value = valueTitle(data.value, trans);
      this._heading.textContent = trans.__('%1 by category', value);
      return;
    }
    const at = KINDS.findIndex(([kind]) => kind === state.value.chart);
    this._buttons.forEach((button, i) => setPressed(button, i === at));
    const what = trans.__(KINDS[at][2], valueTitle(data.value, trans));
    this._heading.textContent = what;
    this._plot.setAttribute(
      'aria-label',
      trans.__('%1; a list of the parts follows.', what)
    );
    const lines = KINDS.findIndex(([kind]) => kind === 'lines');
    this._buttons[lines].hidden = data.reasons.lines.length === 0;
  }

  private async _react(plotly: Plotly): Promise<void> {
    const { state, theme } = this._context;
    const { palette } = theme;
    const extent = {
      width: this._plot.clientWidth,
      height: this._plot.clientHeight
    };
    const keys = [...STACK_KEYS, 'chart'] as const;
    const shown = JSON.stringify(keys.map(key => state.value[key]));
    if (shown !== this._shown) {
      this._shown = shown;
      this._level = '';
    }
    const key = JSON.stringify([shown, this._level, extent]);
    if (extent.width === 0 || key === this._drawn) {
      return;
    }
    this._drawn = key;
    const drawing = makeDrawing(this._context, extent, this._level);
    this._current = drawing;
    this._twin.replaceChildren(
      ...drawing.words.map(text => el('li', { text }))
    );
    const layout = {
      ...extent,
      margin: { l: 0, r: 0, t: 4, b: 4 },
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      font: { family: palette.font },
      ...(reducedMotion() ? { transition: { duration: 0 } } : {}),
      ...drawing.layout
    };
    const config = {
      displayModeBar: false,
      responsive: false,
      showTips: false
    };
    // plotly measures each text that it writes: apart from the page that is quicker.
    this._canvas.remove();
    const isFirst = !this._isReady;
    if (isFirst) {
      // All that plotly does but once is done with few sectors, which makes it two tasks.
      this._isReady = true;
      const few = drawing.traces.map(trace => ({ ...trace, maxdepth: 1 }));
      await plotly.react(this._canvas, few, layout, config);
      await idle();
    }
    const drawn = plotly.react(this._canvas, drawing.traces, layout, config);
    this._plot.append(this._canvas);
    const plot = await drawn;
    if (isFirst) {
      for (const name of ['sunburst', 'treemap'] as const) {
        plot.on(`plotly_${name}click`, event => this._choose(event));
      }
      plot.on('plotly_click', event => this._choose(event));
    }
  }

  /**
   * Selects what a point stands for, or looks into it; plotly itself, which does not know the
   * labels of what is looked into, is to do nothing.
   */
  private _choose({ points, nextLevel }: IPlotlyClick): false {
    const chosen = points[0] && this._current?.choice(points[0]);
    if (chosen) {
      this._context.state.set(chosen);
    } else if (nextLevel !== undefined) {
      this._level = nextLevel;
      void this.draw();
    }
    return false;
  }

  private readonly _context: IViewContext;
  private readonly _listeners = new Disposables();
  private readonly _heading = el('h3');
  private readonly _plot = el('div', {
    class: 'np-Chart',
    attrs: { role: 'img' }
  });
  /** What plotly draws into. */
  private readonly _canvas = el('div');
  private readonly _twin = el('ul', { class: 'np-Hidden' });
  private readonly _buttons: readonly HTMLButtonElement[];
  private _current: IDrawing | null = null;
  private _plotly: Plotly | null = null;
  /** What the chart is of, and that at a size. */
  private _shown = '';
  private _drawn = '';
  /** The sector that is looked into, by its id; any other: all. */
  private _level = '';
  private _isReady = false;
  private _turn = 0;
}
