/** What limits the views, one chip each: a click takes it away. */
import type { ICondition } from '../analysis/query';
import { formatCondition } from '../analysis/query';
import { formatShare } from '../analysis/units';
import { Disposables, el } from './dom';
import { conditionText, conditionsOf, removeCondition } from './filters';
import { icon } from './icons';
import { STACK_KEYS, type IViewState } from './state';
import type { IViewContext } from './view';

/** A line of chips, hidden while everything is shown. */
export class Chips {
  /** @param steps Undo and redo. */
  constructor(context: IViewContext, steps: HTMLElement) {
    this._context = context;
    const { state, trans } = context;
    this.node = el(
      'div',
      {
        class: 'np-Chips',
        attrs: { role: 'group', 'aria-label': trans.__('Filters') }
      },
      this._list,
      this._share,
      steps
    );
    this._all.textContent = trans.__('Show everything');
    this._listeners.on(this._all, 'click', () => {
      state.set({ conditions: [], time: null, zoom: [] });
    });
    this._listeners.add(state.subscribe(STACK_KEYS, () => this._show()));
    this._show();
  }

  readonly node: HTMLElement;

  /** Called when the line goes while it has the focus. */
  onEmpty: () => void = () => undefined;

  dispose(): void {
    this._listeners.dispose();
  }

  private _show(): void {
    const { state, data, trans } = this._context;
    const conditions = conditionsOf(state.value);
    const hadFocus = this.node.contains(document.activeElement);
    this.node.hidden = conditions.length === 0;
    this._list.replaceChildren(
      ...conditions.map((condition, at) => this._makeChip(condition, at))
    );
    if (conditions.length === 0) {
      if (hadFocus) {
        // When the views have changed, too.
        queueMicrotask(() => this.onEmpty());
      }
      return;
    }
    if (conditions.length > 1) {
      this._list.append(this._all);
    }
    this._share.textContent = trans.__(
      '%1 of all is shown',
      formatShare(data.total, data.whole)
    );
  }

  private _makeChip(condition: ICondition, at: number): HTMLElement {
    const { state, trans } = this._context;
    const text = conditionText(condition, trans);
    const label =
      condition.field === 'time' && !condition.negated
        ? trans.__('Only %1: show all of the time again', text)
        : trans.__('Filter %1: take it away', text);
    const chip = el(
      'button',
      {
        class: `np-Chip${condition.negated ? ' np-mod-negated' : ''}`,
        attrs: {
          type: 'button',
          'aria-label': label,
          title: `${formatCondition(condition)}\n${label}`
        }
      },
      el('span', { text }),
      icon('clear')
    );
    const remove = (): void => {
      state.set(withoutChip(state.value, condition));
      const chips = this._list.querySelectorAll<HTMLElement>('.np-Chip');
      chips[Math.min(at, chips.length - 1)]?.focus();
    };
    chip.addEventListener('click', remove);
    chip.addEventListener('keydown', event => {
      if (event.key === 'Backspace' || event.key === 'Delete') {
        event.preventDefault();
        event.stopPropagation();
        remove();
      }
    });
    return chip;
  }

  private readonly _context: IViewContext;
  private readonly _listeners = new Disposables();
  private readonly _list = el('div', { class: 'np-Chips-list' });
  private readonly _share = el('span', {
    class: 'np-Chips-share',
    attrs: { role: 'status' }
  });
  private readonly _all = el('button', {
    class: 'np-Toggle np-mod-all',
    attrs: { type: 'button' }
  });
}

/** The state without what a chip shows. */
export function withoutChip(
  state: Readonly<IViewState>,
  condition: ICondition
): Partial<IViewState> {
  const isTime = condition.field === 'time' && !condition.negated;
  return isTime && !state.conditions.includes(condition)
    ? { time: null, zoom: [] }
    : removeCondition(state, condition);
}
