/** Where the time went, in two seconds, and why: lines, functions, categories, how sure. */
import { hasCoverage } from '../../analysis/coverage';
import { uncertainty } from '../../analysis/intervals';
import { formatEstimate, formatValue } from '../../analysis/units';
import { categoryStyle, paintCategory } from '../categories';
import { makeEstimate } from '../costs';
import { Disposables, el } from '../dom';
import { categoryMeaning, qualityNotes } from '../messages';
import { isShown } from '../shown';
import { selectedLine, STACK_KEYS } from '../state';
import { valueLabel, wholeLabel } from '../values';
import type { IView, IViewContext, IViewKind } from '../view';
import { Chart } from './chart';
import { functionRows, lineRows } from './lists';
import { makeRows } from './rows';
import { RowWalk } from './walk';

class SummaryView implements IView {
  constructor(context: IViewContext) {
    this._context = context;
    this._chart = new Chart(context);
    this._walk = new RowWalk(this._main, this._listeners);
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
    if (!isShown(this._context.state.value, 'summary')) {
      return;
    }
    if (this._stale) {
      this._stale = false;
      this._fillMain();
      this._fillSide();
    }
    this._mark();
    void this._chart.draw();
  }

  focus(): void {
    this._main.querySelector<HTMLElement>('.np-Row-text')?.focus();
  }

  dispose(): void {
    this._listeners.dispose();
    this._chart.dispose();
  }

  private _fillMain(): void {
    const { data, profile, trans } = this._context;
    const { precision, withWaiting } = data.reasons;
    const lines = lineRows(this._context);
    const functions = functionRows(this._context);
    const sampled = profile.meta.kind === 'sampled';
    const whole = wholeLabel(data.value, data.total, sampled, trans);
    const of = trans.__('share of %1', whole);
    const parts: HTMLElement[] = [];
    if (lines.length > 0) {
      const title = trans.__('Costliest lines');
      const heading = withWaiting
        ? trans.__(
            '%1, share of %2: %3 and %4 of waiting in the cell’s own thread',
            title,
            formatValue(precision.total, data.unit),
            whole,
            formatValue(precision.total - data.total, data.unit)
          )
        : `${title}, ${of}`;
      parts.push(
        el('h3', { text: heading }),
        makeRows(this._context, lines, precision, title, 'lines')
      );
    }
    if (functions.length > 0) {
      const title = trans.__('Costliest functions, themselves');
      const same = lines.length > 0 && !withWaiting;
      const precision = { ...data.precision, total: data.total };
      parts.push(
        el('h3', { text: same ? title : `${title}, ${of}` }),
        makeRows(this._context, functions, precision, title, 'functions')
      );
    }
    if (parts.length === 0) {
      parts.push(...this._nothing());
    }
    this._main.replaceChildren(...parts);
    this._walk.restart();
  }

  /** Where nothing of the value was measured; calls may have been counted all the same. */
  private _nothing(): HTMLElement[] {
    const { data, profile, trans, open } = this._context;
    const value = valueLabel(data.value, trans);
    if (!profile.functions.calls?.some(count => count > 0)) {
      const text = trans.__('Nothing was measured here: no %1.', value);
      return [el('p', { text })];
    }
    const text = trans.__('No %1 was measured; calls were counted.', value);
    const table = el('button', {
      class: 'np-Action',
      text: trans.__('Show the Table'),
      attrs: { type: 'button' }
    });
    table.addEventListener('click', () => open({ tab: 'table' }));
    return [el('p', { text }), table];
  }

  private _fillSide(): void {
    const { data, profile, trans } = this._context;
    const { cost: values, measured } = data.categories;
    const total = values.reduce((sum, value) => sum + value, 0);
    const precision = { ...data.precision, total };
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
    this._chart.node.hidden = !(total > 0);
    this._side.replaceChildren(
      this._chart.node,
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
  private readonly _chart: Chart;
  private readonly _walk: RowWalk;
  private readonly _main = el('div', { class: 'np-Summary-main' });
  private readonly _side = el('div', { class: 'np-Summary-side' });
  private _stale = true;
}

/** The first view. */
export const summary: IViewKind = {
  id: 'summary',
  label: 'Summary',
  applies: profile => !hasCoverage(profile),
  needs: ({ chart }) => [
    'reasons',
    'rows',
    ...(chart === 'lines' ? (['lines'] as const) : [])
  ],
  create: context => new SummaryView(context)
};
