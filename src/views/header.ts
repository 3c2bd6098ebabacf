/** The two lines above the tabs: what ran and how the time splits; how sure it is. */
import { moduleShares } from './modules';
import { coverageRows, hasCoverage, sumOf } from '../analysis/coverage';
import { uncertainty } from '../analysis/intervals';
import { formatEstimate, formatShare, formatValue } from '../analysis/units';
import { categoryStyle, paintCategory } from './categories';
import { Chips } from './chips';
import type { Commands } from './commands';
import { Disposables, el } from './dom';
import {
  categoryMeaning,
  isSimulated,
  qualityLine,
  qualityNotes
} from './messages';
import { Pickers } from './pickers';
import { SearchBox } from './searchBox';
import { STACK_KEYS } from './state';
import { wholeLabel } from './values';
import type { IViewContext } from './view';

/** A part of the stacked bar. */
interface IPart {
  readonly category: number;
  readonly name: string;
  readonly share: string;
  readonly value: number;
  readonly node: HTMLElement;
  /** What the bar shows of it, and what stands beside the bar. */
  text: string;
  beside: string;
}

/** Room in pixels: beside a part's label, one character, name and time. */
const PADDING = 14;
const CHARACTER = 6.6;
const RESERVED = 180;
const SWATCH = 25;
/** The share of the header that names beside the bar may take. */
const BESIDE = 0.4;

const textWidth = (parts: readonly IPart[]): number =>
  parts.reduce((sum, part) => sum + part.beside.length * CHARACTER + SWATCH, 0);

/** The head of a viewer. */
export class Header {
  /**
   * @param root Where menus open: the viewer.
   * @param leave Puts the focus into the view.
   */
  constructor(
    context: IViewContext,
    { buttons, steps }: Pick<Commands, 'buttons' | 'steps'>,
    root: HTMLElement,
    leave: () => void
  ) {
    this._context = context;
    this.pickers = new Pickers(context, root);
    this._listeners.add(() => this.pickers.dispose());
    const box = new SearchBox(context, root, leave);
    const chips = new Chips(context, steps);
    chips.onEmpty = leave;
    this._listeners.add(() => chips.dispose());
    this._listeners.add(() => box.dispose());
    this.search = box.input;
    this.node = el('div');
    this.node.append(
      this._makeFirst(),
      this._makeSecond(box.node, buttons),
      chips.node
    );
    this._listeners.resized(this.node, () => this._fitLabels());
    this._listeners.add(
      context.state.subscribe(STACK_KEYS, () => this._fill())
    );
  }

  readonly node: HTMLElement;
  readonly search: HTMLInputElement;
  readonly pickers: Pickers;

  dispose(): void {
    this._listeners.dispose();
  }

  private _makeFirst(): HTMLElement {
    const { profile, trans } = this._context;
    const { meta } = profile;
    this._fill();
    const status =
      meta.status === 'ok'
        ? null
        : el('span', {
            class: 'np-Head-status',
            text:
              meta.status === 'interrupted'
                ? trans.__('interrupted')
                : trans.__('ended with an error')
          });
    return el(
      'div',
      { class: 'np-Head' },
      el('span', {
        class: 'np-Head-name',
        text: meta.name,
        attrs: { title: meta.name }
      }),
      this._size,
      status,
      // Of coverage there is nothing to divide.
      ...(hasCoverage(profile) ? [] : [this._bar, this._legend])
    );
  }

  private _fill(): void {
    this._fillSize();
    this._fillBar();
  }

  /** How long it took; where no clock tells how much there is of the value shown. */
  private _fillSize(): void {
    const { data, profile, trans } = this._context;
    const { wall_ns: wall, cpu_ns: cpu } = profile.meta;
    if (hasCoverage(profile)) {
      const [found, hit] = sumOf(coverageRows(profile, 'file').lines);
      this._size.textContent = trans.__(
        '%1 of %2 lines ran',
        formatValue(hit, 'count'),
        formatValue(found, 'count')
      );
    } else if (
      profile.values.length > 0 &&
      (isSimulated(profile) || (wall === 0 && data.unit !== 'ns'))
    ) {
      this._size.textContent = wholeLabel(data.value, data.whole, false, trans);
      this._size.title = data.value.title ?? '';
    } else {
      const [time, onCpus] = [wall, cpu].map(ns => formatValue(ns, 'ns'));
      this._size.textContent = time;
      this._size.title = trans.__('%1 by the clock, %2 on CPUs', time, onCpus);
    }
  }

  private _makeSecond(
    search: HTMLElement,
    actions: readonly HTMLElement[]
  ): HTMLElement {
    const { profile, trans } = this._context;
    return el(
      'div',
      { class: 'np-Sub' },
      el('span', {
        class: 'np-Quality',
        text: qualityLine(profile, trans).join(' · '),
        attrs: { title: qualityNotes(profile, trans).join('\n') }
      }),
      this.pickers.value,
      this.pickers.lane,
      this.pickers.all,
      search,
      ...actions
    );
  }

  private _fillBar(): void {
    const { data, profile, trans } = this._context;
    const { cost: values, measured } = data.categories;
    const total = values.reduce((sum, value) => sum + value, 0);
    const precision = { ...data.precision, total };
    const modules = moduleShares(this._context.data.breakdown);
    this._parts = [...values]
      .map((value, category): IPart => {
        const style = categoryStyle(category);
        const name = modules.get(category) ?? trans.__(style.label);
        const share = formatShare(value, total);
        const half = uncertainty(precision, value, measured[category]);
        const exactly = formatEstimate(value, total, half);
        const node = el('span', {
          class: 'np-Bar-part',
          attrs: {
            title: `${trans.__(style.label)}: ${exactly}, ${formatValue(value, data.unit)}. ${categoryMeaning(profile, category, trans)}`
          }
        });
        node.style.width = `${(100 * value) / (total || 1)}%`;
        paintCategory(node, category);
        return { category, name, share, value, node, text: '', beside: '' };
      })
      .filter(part => part.value > 0);
    this._total = total;
    this._bar.replaceChildren(...this._parts.map(part => part.node));
    this._bar.hidden = this._parts.length === 0;
    this._bar.setAttribute(
      'aria-label',
      this._parts.map(part => `${part.name} ${part.share}`).join(', ')
    );
    this._fitLabels();
  }

  /** Writes into a part what it has room for, the rest beside the bar. */
  private _fitLabels(): void {
    const width = (this.node.clientWidth || 800) - RESERVED;
    // What stands beside takes room away from the bar: look twice.
    let beside = this._split(width);
    beside = this._split(width - textWidth(beside));
    for (const part of this._parts) {
      part.node.textContent = part.text;
      part.node.classList.toggle('np-mod-bare', part.text === '');
    }
    this._legend.replaceChildren(
      ...beside.map(part => {
        const swatch = el('span', { class: 'np-Swatch' });
        paintCategory(swatch, part.category);
        return el('span', {}, swatch, part.beside);
      })
    );
  }

  /** Decides each part's text in a bar of `width`; returns what goes beside. */
  private _split(width: number): IPart[] {
    for (const part of this._parts) {
      const room = (width * part.value) / this._total - PADDING;
      const whole = `${part.name} ${part.share}`;
      const fits = whole.length * CHARACTER <= room;
      const bare = !fits && part.share.length * CHARACTER > room;
      part.text = fits ? whole : bare ? '' : part.share;
      part.beside = fits ? '' : bare ? whole : part.name;
    }
    // The costliest first, as long as the bar keeps most of the line.
    const beside: IPart[] = [];
    const costliest = [...this._parts].sort((a, b) => b.value - a.value);
    for (const part of costliest) {
      const more = [...beside, part];
      if (
        part.beside &&
        part.value / this._total >= 0.005 &&
        textWidth(more) <= BESIDE * this.node.clientWidth
      ) {
        beside.push(part);
      }
    }
    return beside.slice(0, 3);
  }

  private readonly _context: IViewContext;
  private readonly _listeners = new Disposables();
  private readonly _size = el('span', { class: 'np-Head-time' });
  private readonly _bar = el('div', {
    class: 'np-Bar',
    attrs: { role: 'img' }
  });
  private readonly _legend = el('div', { class: 'np-Legend' });
  private _parts: IPart[] = [];
  private _total = 1;
}
