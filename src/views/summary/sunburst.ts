/** The breakdown category → module → function as plotly's sunburst. */
import { sumParts, type IBreakdown } from '../../analysis/breakdown';
import { uncertainty } from '../../analysis/intervals';
import { functionTitle } from '../../analysis/names';
import { formatEstimate, formatValue } from '../../analysis/units';
import { categoryStyle, type Pattern } from '../categories';
import { Disposables, el, reducedMotion } from '../dom';
import type { IViewContext } from '../view';

/** More sectors than a reader could see, fewer than plotly gets slow with. */
const MAX_SECTORS = 600;
/** Sectors below this share of the whole are not drawn. */
const MIN_SHARE = 0.002;

/** What plotly calls the patterns. */
const SHAPES: Readonly<Record<Pattern, string>> = {
  plain: '',
  hatched: '/',
  backslashed: '\\',
  lined: '|',
  crossed: 'x',
  dotted: '.'
};

/** The sectors, in plotly's columns. */
export interface ISectors {
  readonly ids: string[];
  readonly labels: string[];
  readonly parents: string[];
  readonly values: number[];
  /** The parts of the values that were measured, not sampled. */
  readonly measured: number[];
  readonly categories: number[];
  /** The function that a sector is, -1: none. */
  readonly functions: number[];
}

/** The breakdown as sectors, parents before children, costliest first. */
export function makeSectors(
  whole: IBreakdown,
  name: (part: IBreakdown, depth: number) => string
): ISectors {
  const sectors: ISectors = {
    ids: [],
    labels: [],
    parents: [],
    values: [],
    measured: [],
    categories: [],
    functions: []
  };
  let level = whole.children.map(part => ({ part, parent: '' }));
  for (let depth = 0; level.length > 0; depth++) {
    const next: typeof level = [];
    for (const { part, parent } of level) {
      if (
        part.value < MIN_SHARE * whole.value ||
        sectors.ids.length >= MAX_SECTORS
      ) {
        continue;
      }
      const id = String(sectors.ids.length);
      sectors.ids.push(id);
      sectors.labels.push(name(part, depth));
      sectors.parents.push(parent);
      sectors.values.push(part.value);
      sectors.measured.push(part.measured);
      sectors.categories.push(part.category);
      sectors.functions.push(part.func);
      next.push(...part.children.map(part => ({ part, parent: id })));
    }
    level = next;
  }
  return sectors;
}

/** Without what was measured apart: no function stands behind it. */
function withFrames(whole: IBreakdown): IBreakdown {
  const children = whole.children
    .filter(part => part.children.length > 0)
    .map(part => ({ ...part, ...sumParts(part.children) }));
  return { ...whole, children, ...sumParts(children) };
}

type Plotly = typeof import('./plotly');

/** The chart; shows nothing until plotly has come, a sentence if it does not. */
export class Sunburst {
  constructor(context: IViewContext) {
    this._context = context;
    this.node = el('div', {
      class: 'np-Sunburst',
      attrs: {
        role: 'img',
        'aria-label': context.trans.__(
          'The time by category, module and function; the table below has the numbers.'
        )
      }
    });
    this._listeners.add(
      context.theme.subscribe(() => {
        this._drawn = null;
        void this.draw();
      })
    );
    this._listeners.resized(this.node, () => void this.draw());
  }

  readonly node: HTMLElement;

  /** Draws the breakdown as it is now. */
  async draw(): Promise<void> {
    const { data, trans } = this._context;
    const width = this.node.clientWidth;
    const whole = withFrames(data.breakdown);
    if (width === 0 || whole.value === 0) {
      return;
    }
    const { value, lane, hideAttributed } = this._context.state.value;
    const state = JSON.stringify([value, lane, hideAttributed]);
    const key = `${width} ${whole.value} ${state}`;
    if (this._drawn === key) {
      return;
    }
    this._drawn = key;
    try {
      const plotly = await import('./plotly');
      if (!this._disposed) {
        this._plotly = plotly;
        await this._react(plotly, whole);
      }
    } catch {
      this.node.textContent = trans.__(
        'The chart could not be loaded; the numbers are below.'
      );
    }
  }

  dispose(): void {
    this._disposed = true;
    this._listeners.dispose();
    this._plotly?.purge(this.node);
  }

  private async _react(plotly: Plotly, whole: IBreakdown): Promise<void> {
    const { data, profile, trans, theme } = this._context;
    const { palette } = theme;
    const sectors = makeSectors(whole, (part, depth) =>
      depth === 0 ? trans.__(categoryStyle(part.category).label) : part.label
    );
    this._functions = sectors.functions;
    const precision = { ...data.view.precision, total: whole.value };
    const colors = sectors.categories.map(
      category => palette.categories[category].fill
    );
    const texts = sectors.categories.map(
      category => palette.categories[category].text
    );
    const trace = {
      type: 'sunburst',
      ids: sectors.ids,
      labels: sectors.labels.map(plain),
      parents: sectors.parents,
      values: sectors.values,
      branchvalues: 'total',
      sort: false,
      marker: {
        colors,
        line: { color: palette.background, width: 1 },
        pattern: {
          shape: sectors.categories.map(
            category => SHAPES[categoryStyle(category).pattern]
          ),
          fillmode: 'overlay',
          fgcolor: palette.background,
          fgopacity: 0.3,
          size: 6
        }
      },
      // plotly fades the leaves by default: they are what is looked for.
      leaf: { opacity: 1 },
      insidetextfont: { color: texts, family: palette.font, size: 11 },
      insidetextorientation: 'auto',
      textinfo: 'label',
      hovertext: sectors.values.map((value, i) => {
        const func = sectors.functions[i];
        const name =
          func < 0 ? sectors.labels[i] : functionTitle(profile, func);
        const half = uncertainty(precision, value, sectors.measured[i]);
        const share = formatEstimate(value, whole.value, half);
        const much = `${share} · ${formatValue(value, data.unit)}`;
        const lines = name.split('\n').map(plain);
        return [`<b>${lines[0]}</b>`, ...lines.slice(1), much].join('<br>');
      }),
      hoverinfo: 'text',
      hoverlabel: {
        bgcolor: palette.background,
        bordercolor: palette.line,
        font: { color: palette.text, family: palette.font, size: 12 }
      }
    };
    const layout = {
      width: this.node.clientWidth,
      height: this.node.clientHeight,
      margin: { l: 0, r: 0, t: 4, b: 4 },
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      font: { family: palette.font },
      uniformtext: { minsize: 9, mode: 'hide' },
      ...(reducedMotion() ? { transition: { duration: 0 } } : {})
    };
    const plot = await plotly.react(this.node, [trace], layout, {
      displayModeBar: false,
      responsive: false,
      showTips: false
    });
    if (!this._clickable) {
      this._clickable = true;
      plot.on('plotly_sunburstclick', event => {
        const at = event.points[0]?.pointNumber ?? -1;
        const selection = this._functions[at] ?? -1;
        if (selection < 0) {
          return true;
        }
        this._context.state.set({ selection });
        return false;
      });
    }
  }

  private readonly _context: IViewContext;
  private readonly _listeners = new Disposables();
  /** Of each sector that is drawn now. */
  private _functions: readonly number[] = [];
  private _plotly: Plotly | null = null;
  private _drawn: string | null = null;
  private _clickable = false;
  private _disposed = false;
}

/** plotly reads a few HTML tags in its texts: names are to stay names. */
function plain(text: string): string {
  return text
    .slice(0, 80)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}
