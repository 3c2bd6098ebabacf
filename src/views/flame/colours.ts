/** What the colour of a frame means: its category, or its module. */
import type { ICallTree } from '../../analysis/tree';
import { moduleKey, moduleLabel } from '../../analysis/names';
import { subtreeSums } from '../../analysis/paths';
import type { IProfile } from '../../model/profile';
import { categoryStyle, paintSwatch, type Pattern } from '../categories';
import { el, type Disposables } from '../dom';
import { makeLegend } from '../legend';
import type { IFlameChoice } from '../state';
import type { IPalette } from '../theme';
import type { IViewContext } from '../view';

/** The colours of a frame; the pattern is drawn over the fill, in its own colour. */
export interface IFrameColours {
  readonly fill: string;
  readonly text: string;
  readonly pattern: Pattern;
  readonly hatch: string;
}

/** The colours of each node of a tree. */
export type Colouring = (tree: ICallTree, node: number) => IFrameColours;

/** Frames in the colours of their categories. */
export function byCategory(palette: IPalette): Colouring {
  const colours = palette.categories.map((colours, category) => ({
    ...colours,
    pattern: categoryStyle(category).pattern,
    hatch: palette.hatch
  }));
  return (tree, node) => colours[tree.category[node]];
}

/** Hues that are told apart with the common kinds of colour blindness as well. */
const HUES = [212, 34, 158, 326, 54, 190, 8, 264, 96, 288] as const;

/** The modules that have colours of their own, those that take most room first. */
export interface IModuleRanks {
  /** By `moduleKey`. */
  readonly rank: ReadonlyMap<number, number>;
  readonly labels: readonly string[];
  /** Whether there are modules without a colour of their own. */
  readonly more: boolean;
}

/**
 * Ranks the modules of a profile by the cost of all calls into them. It does
 * not depend on the filter: a module keeps its colour.
 */
export function rankModules(profile: IProfile): IModuleRanks {
  const { stacks, samples, frames } = profile;
  const costs = new Map<number, { cost: number; func: number }>();
  if (stacks && samples && frames) {
    const weight = new Float64Array(stacks.length);
    for (let sample = 0; sample < samples.length; sample++) {
      if (samples.stack[sample] >= 0) {
        weight[samples.stack[sample]] += samples.values[0]?.[sample] ?? 0;
      }
    }
    const sums = subtreeSums(stacks.prefix, weight);
    const keys = Int32Array.from(
      { length: profile.functions.length },
      (_, func) => moduleKey(profile, func)
    );
    for (let row = 0; row < stacks.length; row++) {
      const above = stacks.prefix[row];
      const func = frames.function[stacks.frame[row]];
      const key = keys[func];
      if (above < 0 || keys[frames.function[stacks.frame[above]]] !== key) {
        const before = costs.get(key) ?? { cost: 0, func };
        costs.set(key, { ...before, cost: before.cost + sums[row] });
      }
    }
  }
  const ranked = [...costs].sort(([, a], [, b]) => b.cost - a.cost);
  const first = ranked.slice(0, HUES.length);
  return {
    rank: new Map(first.map(([key], rank) => [key, rank])),
    labels: first.map(([, { func }]) => moduleLabel(profile, func)),
    more: ranked.length > first.length
  };
}

/** Frames in the colours of their modules. */
export function byModule(
  profile: IProfile,
  { rank }: IModuleRanks,
  palette: IPalette
): Colouring {
  const others = moduleColours(-1, palette);
  const colours = HUES.map((_, rank) => moduleColours(rank, palette));
  const known = new Map<number, IFrameColours>();
  return ({ func }, node) => {
    const of = func[node];
    let found = known.get(of);
    if (!found) {
      found = colours[rank.get(moduleKey(profile, of)) ?? -1] ?? others;
      known.set(of, found);
    }
    return found;
  };
}

/** In high contrast each on light and on dark, which makes more than there are hues. */
const PATTERNS: readonly Pattern[] = [
  'plain',
  'hatched',
  'dotted',
  'crossed',
  'lined',
  'backslashed'
];
const WHITE = '#fff';
const BLACK = '#141417';

/** The colours of a rank; -1: of all modules that have none of their own. */
function moduleColours(rank: number, palette: IPalette): IFrameColours {
  const { dark, hatch } = palette;
  if (palette.highContrast) {
    return contrastColours(rank);
  }
  const hue = HUES[rank] ?? 0;
  const saturation = rank < 0 ? 0 : dark ? 42 : 58;
  // Neighbours in the list differ in lightness as well.
  const odd = rank % 2 === 1;
  const lightness = dark ? (odd ? 30 : 34) : odd ? 80 : 72;
  return {
    fill: `hsl(${hue} ${saturation}% ${lightness}%)`,
    text: dark ? WHITE : BLACK,
    pattern: 'plain',
    hatch
  };
}

/** Colours that are told apart without their hue: by lightness and pattern. */
function contrastColours(rank: number): IFrameColours {
  const isDark = rank >= PATTERNS.length;
  const hue = HUES[rank] ?? 0;
  const saturation = rank < 0 ? 0 : 70;
  const lightness = rank < 0 ? 58 : isDark ? 26 : 82;
  return {
    fill: `hsl(${hue} ${saturation}% ${lightness}%)`,
    text: isDark ? WHITE : BLACK,
    pattern: PATTERNS[Math.max(0, rank) % PATTERNS.length],
    hatch: isDark ? 'rgb(255 255 255 / 45%)' : 'rgb(0 0 0 / 45%)'
  };
}

/** The colouring that is chosen, with the legend that explains it. */
export class FlameColours {
  constructor(context: IViewContext, listeners: Disposables) {
    this._context = context;
    const { trans, theme } = context;
    this._modules = el('div', {
      class: 'np-Key',
      attrs: { 'aria-label': trans.__('Colours of modules'), hidden: true }
    });
    this._categories = makeLegend(context, listeners);
    this.legends = [this._categories, this._modules];
    listeners.add(theme.subscribe(() => this.show(this._shown)));
  }

  readonly legends: readonly HTMLElement[];

  show(which: IFlameChoice['colours']): void {
    const context = this._context;
    const { profile, theme } = context;
    this._shown = which;
    const modules = which === 'module';
    this._categories.hidden = modules;
    this._modules.hidden = !modules;
    if (modules) {
      this._ranks ??= rankModules(profile);
      const swatches = moduleSwatches(context, this._ranks);
      const labels = swatches.map(swatch => swatch.textContent);
      this._modules.title = labels.join(', ');
      this._modules.replaceChildren(...swatches);
      this._colouring = byModule(profile, this._ranks, theme.palette);
    } else {
      this._colouring = byCategory(theme.palette);
    }
  }

  get colouring(): Colouring {
    return this._colouring;
  }

  private readonly _context: IViewContext;
  private readonly _categories: HTMLElement;
  private readonly _modules: HTMLElement;
  private _shown: IFlameChoice['colours'] = 'category';
  private _ranks: IModuleRanks | null = null;
  private _colouring: Colouring = () => NO_COLOURS;
}

const NO_COLOURS: IFrameColours = {
  fill: '',
  text: '',
  pattern: 'plain',
  hatch: ''
};

/** The modules with their colours, for below the picture. */
function moduleSwatches(
  { theme, trans }: IViewContext,
  { labels, more }: IModuleRanks
): HTMLElement[] {
  const entries = labels.map((label, rank) => [label, rank] as const);
  return [
    ...entries,
    ...(more ? [[trans.__('other modules'), -1] as const] : [])
  ].map(([label, rank]) => {
    const swatch = el('span', { class: 'np-Swatch' });
    paintSwatch(swatch, moduleColours(rank, theme.palette));
    return el('span', { attrs: { title: label } }, swatch, label);
  });
}
