/** What plotly is to draw: the sectors of the breakdown, or bars of lines. */
import { categoryStyle } from '../categories';
import type { ChartKind, IViewState } from '../state';
import type { IViewContext } from '../view';
import type { IPlotlyPoint } from 'plotly.js/lib/core';
import {
  makeSectors,
  readableSectors,
  sectorsWithin,
  sectorWords,
  withFrames,
  type IExtent
} from './sectors';
import { barLayout, barsOf, barTraces, barWords, sectorTrace } from './traces';

/** What is drawn, and what a click on one of its points chooses. */
export interface IDrawing {
  readonly traces: readonly object[];
  readonly layout: object;
  /** The same for who cannot see it: a name and a share each. */
  readonly words: readonly string[];
  choice(point: IPlotlyPoint): Partial<IViewState> | null;
}

/**
 * What to draw for the state as it is.
 *
 * @param level The sector that is looked into, by its id; any other: all of them.
 */
export function makeDrawing(
  context: IViewContext,
  extent: IExtent,
  level: string
): IDrawing {
  const { chart } = context.state.value;
  return chart === 'lines' && context.data.lines.length > 0
    ? drawBars(context)
    : drawSectors(context, chart, extent, level);
}

function drawSectors(
  context: IViewContext,
  chart: ChartKind,
  extent: IExtent,
  wanted: string
): IDrawing {
  const { data, trans } = context;
  const kind = chart === 'treemap' ? chart : 'sunburst';
  const whole = withFrames(data.breakdown);
  const all = makeSectors(whole, (part, depth) =>
    depth === 0 ? trans.__(categoryStyle(part.category).label) : part.label
  );
  const level = all.ids.includes(wanted) ? wanted : null;
  const sectors = sectorsWithin(all, level);
  const precision = { ...data.precision, total: whole.value };
  const readable = readableSectors(sectors, kind, extent, level);
  const trace = sectorTrace(context, kind, sectors, precision, readable);
  return {
    traces: [{ ...trace, ...(level === null ? {} : { level }) }],
    layout: { uniformtext: { minsize: 9, mode: 'hide' } },
    words: sectorWords(all, whole.value),
    choice: ({ pointNumber }) => {
      const selection = sectors.functions[pointNumber] ?? -1;
      return selection < 0 ? null : { selection };
    }
  };
}

function drawBars(context: IViewContext): IDrawing {
  const bars = barsOf(context);
  return {
    traces: barTraces(context, bars),
    layout: barLayout(context, bars),
    words: bars.map(bar => barWords(context, bar)),
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
