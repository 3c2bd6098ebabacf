/** Where the time went, in two seconds: lines, functions, categories, how sure. */
import { functionLabel, functionTitle, placeLabel } from '../../analysis/names';
import { uncertainty } from '../../analysis/intervals';
import { formatEstimate, formatValue } from '../../analysis/units';
import { CATEGORIES } from '../../format/types';
import type { FunctionIndex } from '../../model/profile';
import { categoryStyle, paintCategory } from '../categories';
import { makeEstimate } from '../costs';
import { Disposables, el } from '../dom';
import { categoryMeaning, qualityNotes } from '../messages';
import { selectedLine, STACK_KEYS } from '../state';
import { valueLabel, valueTitle, wholeLabel } from '../values';
import type { IView, IViewContext, IViewKind } from '../view';
import { explainLines } from './reasons';
import { makeRows, type IRow } from './rows';
import { Sunburst } from './sunburst';

/** Rows of each list. */
const LINES = 12;
const FUNCTIONS = 12;
/** A row below this share tells nothing. */
const LEAST = 0.002;

class SummaryView implements IView {
  constructor(context: IViewContext) {
    this._context = context;
    this._sunburst = new Sunburst(context);
    this.node = el(
      'div',
      {},
      el('div', { class: 'np-Summary' }, this._main, this._side)
    );
    const { state } = context;
    this._listeners.add(
      state.subscribe(STACK_KEYS, () => {
        this._stale = true;
        this.refresh();
      })
    );
    this._listeners.add(
      state.subscribe(['selection', 'line', 'search'], () => this._mark())
    );
  }

  readonly node: HTMLElement;

  refresh(): void {
    if (this._context.state.value.tab !== 'summary') {
      return;
    }
    if (this._stale) {
      this._stale = false;
      this._fillMain();
      this._fillSide();
    }
    this._mark();
    void this._sunburst.draw();
  }

  focus(): void {
    this._main.querySelector<HTMLElement>('.np-Row-text')?.focus();
  }

  dispose(): void {
    this._listeners.dispose();
    this._sunburst.dispose();
  }

  private _fillMain(): void {
    const { data, profile, trans } = this._context;
    const lines = this._lineRows();
    const functions = this._functionRows();
    const sampled = profile.meta.kind === 'sampled';
    const whole = wholeLabel(data.value, data.total, sampled, trans);
    const of = trans.__('share of %1', whole);
    const parts: HTMLElement[] = [];
    if (lines.length > 0) {
      const title = trans.__('Costliest lines');
      parts.push(
        el('h3', { text: `${title}, ${of}` }),
        makeRows(this._context, lines, title, 'lines')
      );
    }
    if (functions.length > 0) {
      const title = trans.__('Costliest functions, themselves');
      parts.push(
        el('h3', { text: lines.length > 0 ? title : `${title}, ${of}` }),
        makeRows(this._context, functions, title, 'functions')
      );
    }
    if (parts.length === 0) {
      parts.push(
        el('p', {
          text: trans.__(
            'Nothing was measured here: no %1.',
            valueLabel(data.value, trans)
          )
        })
      );
    }
    this._main.replaceChildren(...parts);
  }

  private _lineRows(): IRow[] {
    const { data, profile, trans } = this._context;
    const { lines } = data;
    const count = Math.min(LINES, lines.length);
    const reasons = explainLines(data.view, lines, count, trans);
    return reasons
      .map((reason, i): IRow => {
        const func = lines.function[i];
        const file = profile.strings[lines.file[i]];
        const place = placeLabel(profile, func, lines.line[i]);
        const name = functionLabel(profile, func);
        const text = lines.text[i]?.trim();
        return {
          func,
          cost: lines.self[i],
          measured: lines.measured?.self[i] ?? 0,
          text: text || name,
          title: `${text ? `${text}\n` : ''}${name}\n${file}:${lines.line[i]}`,
          place,
          link: { file, line: lines.line[i] },
          line: { func, file: lines.file[i], line: lines.line[i] },
          why: reason.text,
          byCategory: reason.byCategory
        };
      })
      .filter(row => row.cost >= LEAST * data.total && row.cost > 0);
  }

  private _functionRows(): IRow[] {
    const { data, profile, trans } = this._context;
    const { rows } = data;
    const found: IRow[] = [];
    for (let i = 0; i < Math.min(FUNCTIONS, rows.length); i++) {
      const func: FunctionIndex = rows.func[i];
      const cost = rows.self[i];
      if (cost < LEAST * data.total || cost <= 0) {
        break;
      }
      const byCategory = CATEGORIES.map((_, code) =>
        code === rows.category[i] ? cost : 0
      );
      const { functions, strings } = profile;
      const file = functions.file[func];
      const calls = rows.calls?.[i] ?? -1;
      const why = [
        trans.__(
          '%1 with callees',
          data.estimate(rows.inclusive[i], rows.measured?.inclusive[i])
        )
      ];
      if (calls >= 0) {
        const count = formatValue(calls, 'count');
        why.push(trans.__(calls === 1 ? '%1 call' : '%1 calls', count));
      }
      found.push({
        func,
        cost,
        measured: rows.measured?.self[i] ?? 0,
        text: functionLabel(profile, func),
        title: functionTitle(profile, func),
        place: placeLabel(profile, func),
        link:
          functions.kind[func] === 0 && file >= 0 && functions.line[func] > 0
            ? { file: strings[file], line: functions.line[func] }
            : null,
        line: null,
        why: why.join(', '),
        byCategory
      });
    }
    return found;
  }

  private _fillSide(): void {
    const { data, profile, trans } = this._context;
    const { cost: values, measured } = data.categories;
    const total = values.reduce((sum, value) => sum + value, 0);
    const precision = { ...data.view.precision, total };
    const cells: HTMLElement[] = [];
    const order = [...values.keys()].sort((a, b) => values[b] - values[a]);
    for (const category of order.filter(category => values[category] > 0)) {
      const style = categoryStyle(category);
      const swatch = el('span', { class: 'np-Swatch' });
      paintCategory(swatch, category);
      cells.push(
        el(
          'span',
          { attrs: { title: categoryMeaning(profile, category, trans) } },
          swatch,
          trans.__(style.label)
        ),
        el('span', { text: formatValue(values[category], data.unit) }),
        makeEstimate(
          formatEstimate(
            values[category],
            total,
            uncertainty(precision, values[category], measured[category])
          )
        )
      );
    }
    const notes = qualityNotes(profile, trans).map(note =>
      el('li', { text: note })
    );
    this._side.replaceChildren(
      el('h3', {
        text: trans.__(
          '%1 by category, module, function',
          valueTitle(data.value, trans)
        )
      }),
      this._sunburst.node,
      el('div', { class: 'np-Categories' }, ...cells),
      el('ul', { class: 'np-Notes' }, ...notes)
    );
  }

  /** Shows what is selected and what the search leaves out. */
  private _mark(): void {
    const { data, state } = this._context;
    const { matches } = data;
    const line = selectedLine(state.value)?.line;
    for (const row of this._main.querySelectorAll<HTMLElement>('.np-Row')) {
      const func = Number(row.dataset.func);
      const other =
        row.dataset.line && line && Number(row.dataset.line) !== line;
      const selected = func === state.value.selection && !other;
      row.setAttribute('aria-current', String(selected));
      row.classList.toggle('np-mod-dim', !!matches && !matches.has(func));
    }
  }

  private readonly _context: IViewContext;
  private readonly _listeners = new Disposables();
  private readonly _sunburst: Sunburst;
  private readonly _main = el('div', { class: 'np-Summary-main' });
  private readonly _side = el('div', { class: 'np-Summary-side' });
  private _stale = true;
}

/** The first view. */
export const summary: IViewKind = {
  id: 'summary',
  label: 'Summary',
  create: context => new SummaryView(context)
};
