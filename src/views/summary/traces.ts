/** What plotly is given to draw: sectors, or bars of lines. */
import { uncertainty, type IPrecision } from '../../analysis/intervals';
import { categoriesOf } from '../../analysis/lines';
import { functionLabel, functionTitle, placeLabel } from '../../analysis/names';
import { formatEstimate, formatShare, formatValue } from '../../analysis/units';
import type { CategoryIndex } from '../../model/profile';
import { categoryStyle, type Pattern } from '../categories';
import type { ILinePlace } from '../state';
import type { IPalette } from '../theme';
import type { IViewContext } from '../view';
import type { ISectors } from './sectors';

/** Bars that fit without a scroll bar. */
const BARS = 12;
/** Characters of a line of source, and of a name or a path, that a tip shows. */
const TIP = 80;
const TIP_NAME = 38;

/** What plotly calls the patterns. */
const SHAPES: Readonly<Record<Pattern, string>> = {
  plain: '',
  hatched: '/',
  backslashed: '\\',
  lined: '|',
  crossed: 'x',
  dotted: '.'
};

/**
 * The sectors as a sunburst or a treemap.
 *
 * @param readable Which have room for their label: plotly measures each that it is given.
 */
export function sectorTrace(
  { data, profile, theme }: IViewContext,
  type: 'sunburst' | 'treemap',
  sectors: ISectors,
  precision: IPrecision,
  readable: readonly boolean[]
): object {
  const { palette } = theme;
  const { total } = precision;
  const font = {
    color: sectors.categories.map(
      category => palette.categories[category].text
    ),
    family: palette.font,
    size: 11
  };
  return {
    type,
    ids: sectors.ids,
    labels: sectors.labels.map(plain),
    parents: sectors.parents,
    values: sectors.values,
    branchvalues: 'total',
    sort: false,
    marker: {
      colors: sectors.categories.map(
        category => palette.categories[category].fill
      ),
      line: { color: palette.background, width: 1 },
      pattern: patterns(palette, sectors.categories),
      ...(type === 'treemap' ? { pad: { t: 17, l: 2, r: 2, b: 2 } } : {})
    },
    ...(type === 'treemap'
      ? {
          // Going back is a step up in this bar.
          pathbar: { textfont: { family: palette.font, size: 11 } },
          tiling: { pad: 1 }
        }
      : // plotly fades the leaves by default: they are what is looked for.
        { leaf: { opacity: 1 }, insidetextorientation: 'auto' }),
    insidetextfont: font,
    // What plotly takes for the one category that is everything.
    outsidetextfont: font,
    text: sectors.labels.map((label, i) => (readable[i] ? plain(label) : '')),
    textinfo: 'text',
    hovertext: sectors.values.map((value, i) => {
      const func = sectors.functions[i];
      const name = func < 0 ? sectors.labels[i] : functionTitle(profile, func);
      const half = uncertainty(precision, value, sectors.measured[i]);
      const share = formatEstimate(value, total, half);
      const much = `${share} · ${formatValue(value, data.unit)}`;
      const [title, ...places] = name.split('\n');
      const lines = [firstPart(title), ...places.map(lastPart)].map(plain);
      return [`<b>${lines[0]}</b>`, ...lines.slice(1), much].join('<br>');
    }),
    ...hover(palette)
  };
}

/** Of a long name its beginning, of a path its end: what says most. */
const firstPart = (text: string): string =>
  text.length > TIP_NAME ? `${text.slice(0, TIP_NAME - 1)}…` : text;
const lastPart = (text: string): string =>
  text.length > TIP_NAME ? `…${text.slice(1 - TIP_NAME)}` : text;

/** A line of the source as a bar. */
export interface IBar extends ILinePlace {
  readonly text: string | null;
  readonly inclusive: number;
  readonly byCategory: ArrayLike<number>;
}

/** The costliest lines with what they called, in the order of the source. */
export function barsOf({ data, profile }: IViewContext): IBar[] {
  const { lines } = data;
  const { strings, cells } = profile;
  const rows = [...lines.inclusive.keys()].filter(
    row => lines.inclusive[row] > 0
  );
  const inCells = rows.filter(row =>
    cells.some(({ name }) => name === strings[lines.file[row]])
  );
  return (inCells.length > 0 ? inCells : rows)
    .sort((a, b) => lines.inclusive[b] - lines.inclusive[a])
    .slice(0, BARS)
    .sort(
      (a, b) =>
        compare(strings[lines.file[a]], strings[lines.file[b]]) ||
        lines.line[a] - lines.line[b]
    )
    .map(row => ({
      func: lines.function[row],
      file: lines.file[row],
      line: lines.line[row],
      text: lines.text[row],
      inclusive: lines.inclusive[row],
      byCategory: categoriesOf(lines, row)
    }));
}

const compare = (a: string, b: string): number =>
  a.localeCompare(b, undefined, { numeric: true });

/** A trace for each category that the bars have, in parts of a hundred. */
export function barTraces(
  { data, profile, theme, trans }: IViewContext,
  bars: readonly IBar[]
): object[] {
  const { palette } = theme;
  const { total } = data;
  return palette.categories.flatMap((colors, category) => {
    if (!bars.some(({ byCategory }) => byCategory[category] > 0)) {
      return [];
    }
    const label = trans.__(categoryStyle(category).label);
    return {
      type: 'bar',
      orientation: 'h',
      y: bars.map((_, at) => at),
      x: bars.map(({ byCategory }) => (100 * byCategory[category]) / total),
      marker: {
        color: colors.fill,
        line: { width: 0 },
        pattern: patterns(
          palette,
          bars.map(() => category)
        )
      },
      hovertext: bars.map(bar =>
        [
          `<b>${plain(bar.text?.trim() || functionLabel(profile, bar.func))}</b>`,
          plain(placeLabel(profile, bar.func, bar.line)),
          `${plain(label)} ${formatShare(bar.byCategory[category], total)} · ${formatValue(bar.byCategory[category], data.unit)}`,
          trans.__('all %1', data.estimate(bar.inclusive))
        ].join('<br>')
      ),
      ...hover(palette)
    };
  });
}

/** A bar for who cannot see it: `In[5] line 3, m = a @ a: 44 %`. */
export function barWords(
  { data, profile }: IViewContext,
  { func, line, text, inclusive }: IBar
): string {
  const place = placeLabel(profile, func, line);
  const name = text?.trim() || functionLabel(profile, func);
  return `${place}, ${name}: ${data.estimate(inclusive)}`;
}

/** The layout that bars need beside what all charts have. */
export function barLayout(
  { profile, theme }: IViewContext,
  bars: readonly IBar[]
): object {
  const { palette } = theme;
  const font = { family: palette.font, size: 11, color: palette.textSoft };
  return {
    barmode: 'stack',
    bargap: 0.25,
    showlegend: false,
    dragmode: false,
    margin: { l: 0, r: 8, t: 4, b: 22 },
    xaxis: {
      rangemode: 'tozero',
      ticksuffix: '\u00a0%',
      tickfont: font,
      nticks: 4,
      gridcolor: palette.line,
      zerolinecolor: palette.line,
      fixedrange: true
    },
    yaxis: {
      autorange: 'reversed',
      tickvals: bars.map((_, at) => at),
      ticktext: bars.map(bar =>
        plain(shortPlace(profile.strings[bar.file], bar.line))
      ),
      tickfont: font,
      automargin: true,
      fixedrange: true
    }
  };
}

/** `In[5] 3`, `decoder.py 12`: the axis has little room. */
function shortPlace(file: string, line: number): string {
  return `${file.split(/[\\/]/).pop()} ${line}`;
}

function patterns(
  palette: IPalette,
  categories: readonly CategoryIndex[]
): object {
  return {
    shape: categories.map(category => SHAPES[categoryStyle(category).pattern]),
    fillmode: 'overlay',
    fgcolor: palette.background,
    fgopacity: 0.3,
    size: 6
  };
}

function hover(palette: IPalette): object {
  return {
    hoverinfo: 'text',
    hoverlabel: {
      bgcolor: palette.background,
      bordercolor: palette.line,
      align: 'left',
      font: { color: palette.text, family: palette.font, size: 12 }
    }
  };
}

/** plotly reads a few HTML tags in its texts: names are to stay names. */
export function plain(text: string): string {
  return text
    .slice(0, TIP)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}
