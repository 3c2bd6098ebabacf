/** The breakdown drawn by plotly: sectors of category, module and function, or bars of lines. */
import { setPressed, toggleButton } from '../buttons';
import { categoryStyle } from '../categories';
import { Disposables, el, reducedMotion } from '../dom';
import { idle } from '../slices';
import { STACK_KEYS, type ChartKind, type IViewState } from '../state';
import { valueTitle } from '../values';
import type { IViewContext } from '../view';
import type { IPlotlyPoint } from './plotly';
import { makeSectors, sectorWords, withFrames } from './sectors';
import { barLayout, barsOf, barTraces, barWords, sectorTrace } from './traces';

type Plotly = typeof import('./plotly');

/** The kinds in the order of their buttons: name, and what it shows. */
const KINDS: readonly (readonly [ChartKind, string, string])[] = [
  ['sunburst', 'Sunburst', '%1 by category, module, function'],
  ['treemap', 'Treemap', '%1 by category, module, function'],
  ['lines', 'Lines', '%1 by line, with what it calls']
];

/** What is drawn, and what a click on one of its points chooses. */
interface IDrawing {
  readonly traces: readonly object[];
  readonly layout: object;
  /** The same for who cannot see it: a name and a share each. */
  readonly words: readonly string[];
  choice(point: IPlotlyPoint): Partial<IViewState> | null;
}

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
    if (context.env.charts === false) {
      group.hidden = true;
      this._plot.hidden = true;
    }
    this._listeners.add(
      theme.subscribe(() => {
        this._drawn = null;
        void this.draw();
      })
    );
    this._listeners.add(state.subscribe(['chart'], () => void this.draw()));
    this._listeners.resized(this._plot, () => void this.draw());
  }

  readonly node: HTMLElement;

  /** Draws the breakdown as it is now. */
  async draw(): Promise<void> {
    const { data, state, trans } = this._context;
    this._label();
    const width = this._plot.clientWidth;
    if (width === 0 || data.total === 0) {
      return;
    }
    const keys = [...STACK_KEYS, 'chart'] as const;
    const shown = JSON.stringify(keys.map(key => state.value[key]));
    const key = `${width} ${shown}`;
    if (this._drawn === key) {
      return;
    }
    this._drawn = key;
    try {
      const plotly = await import('./plotly');
      // plotly takes its time: what else is on the page comes first.
      await idle();
      if (!this._disposed && this._drawn === key) {
        this._plotly = plotly;
        await this._react(plotly);
      }
    } catch {
      this._plot.textContent = trans.__(
        'The chart could not be loaded; the numbers are below.'
      );
    }
  }

  dispose(): void {
    this._disposed = true;
    this._listeners.dispose();
    this._plotly?.purge(this._plot);
  }

  /** Says what is shown, in words and on the buttons. */
  private _label(): void {
    const { data, env, state, trans } = this._context;
    if (env.charts === false) {
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
    this._buttons[lines].hidden = data.lines.length === 0;
  }

  private _make(): IDrawing {
    const { data, state } = this._context;
    const { chart } = state.value;
    return chart === 'lines' && data.lines.length > 0
      ? this._bars()
      : this._sectors(chart === 'treemap' ? chart : 'sunburst');
  }

  private _sectors(kind: 'sunburst' | 'treemap'): IDrawing {
    const { data, trans } = this._context;
    const whole = withFrames(data.breakdown);
    const sectors = makeSectors(whole, (part, depth) =>
      depth === 0 ? trans.__(categoryStyle(part.category).label) : part.label
    );
    const precision = { ...data.view.precision, total: whole.value };
    return {
      traces: [sectorTrace(this._context, kind, sectors, precision)],
      layout: { uniformtext: { minsize: 9, mode: 'hide' } },
      words: sectorWords(sectors, whole.value),
      choice: ({ pointNumber }) => {
        const selection = sectors.functions[pointNumber] ?? -1;
        return selection < 0 ? null : { selection };
      }
    };
  }

  private _bars(): IDrawing {
    const bars = barsOf(this._context);
    return {
      traces: barTraces(this._context, bars),
      layout: barLayout(this._context, bars),
      words: bars.map(bar => barWords(this._context, bar)),
      choice: ({ pointNumber }) => {
        const bar = bars[pointNumber];
        if (!bar) {
          return null;
        }
        const { func, file, line } = bar;
        return { selection: func, line: { func, file, line } };
      }
    };
  }

  private async _react(plotly: Plotly): Promise<void> {
    const { palette } = this._context.theme;
    const drawing = this._make();
    this._current = drawing;
    this._twin.replaceChildren(
      ...drawing.words.map(text => el('li', { text }))
    );
    const layout = {
      width: this._plot.clientWidth,
      height: this._plot.clientHeight,
      margin: { l: 0, r: 0, t: 4, b: 4 },
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      font: { family: palette.font },
      ...(reducedMotion() ? { transition: { duration: 0 } } : {}),
      ...drawing.layout
    };
    const plot = await plotly.react(this._plot, drawing.traces, layout, {
      displayModeBar: false,
      responsive: false,
      showTips: false
    });
    if (!this._clickable) {
      this._clickable = true;
      for (const name of ['sunburst', 'treemap'] as const) {
        // True lets plotly zoom.
        plot.on(`plotly_${name}click`, ({ points }) => !this._choose(points));
      }
      plot.on('plotly_click', ({ points }) => void this._choose(points));
    }
  }

  /** Selects what a point stands for; false if it is nothing to select. */
  private _choose(points: readonly IPlotlyPoint[]): boolean {
    const chosen = points[0] && this._current?.choice(points[0]);
    if (chosen) {
      this._context.state.set(chosen);
    }
    return !!chosen;
  }

  private readonly _context: IViewContext;
  private readonly _listeners = new Disposables();
  private readonly _heading = el('h3');
  private readonly _plot = el('div', {
    class: 'np-Chart',
    attrs: { role: 'img' }
  });
  private readonly _twin = el('ul', { class: 'np-Hidden' });
  private readonly _buttons: readonly HTMLButtonElement[];
  private _current: IDrawing | null = null;
  private _plotly: Plotly | null = null;
  private _drawn: string | null = null;
  private _clickable = false;
  private _disposed = false;
}
