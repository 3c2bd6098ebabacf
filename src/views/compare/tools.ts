/** The buttons of the compare view, and the keys that press them. */
import { setPressed, toggleButton } from '../buttons';
import { el, type Disposables } from '../dom';
import type { IViewContext } from '../view';
import type { Shows } from './choice';
import type { Compared } from './data';
import { chooseCompare } from './state';

/** The ways to look at a comparison, in the order of their buttons. */
const SHOWS: readonly Shows[] = ['flame', 'functions', 'lines'];

/** Buttons that show, and change, how profiles are compared. */
export class CompareTools {
  constructor(context: IViewContext, listeners: Disposables) {
    this._context = context;
    const { trans } = context;
    const labels = {
      flame: trans.__('Flame'),
      functions: trans.__('Functions'),
      lines: trans.__('Lines')
    };
    for (const shows of SHOWS) {
      const label = labels[shows];
      const hint = trans.__('Show differences as: %1 (l)', label);
      const button = toggleButton(label, hint);
      listeners.on(button, 'click', () => chooseCompare(context, { shows }));
      this._shows.set(shows, button);
    }
    this._onlyReal = toggleButton(
      trans.__('Hide noise'),
      trans.__('Leave out what does not differ by more than chance (d)')
    );
    this._unit = toggleButton(
      trans.__('Shares'),
      trans.__('Compare parts of the whole instead of amounts (s)')
    );
    this._column = toggleButton(
      trans.__('With callees'),
      trans.__(
        'Compare what functions and lines cost with what they called (w)'
      )
    );
    for (const [button, key] of [
      [this._onlyReal, 'd'],
      [this._unit, 's'],
      [this._column, 'w']
    ] as const) {
      listeners.on(button, 'click', () => this.handleKey(key));
    }
    this.node = el(
      'div',
      { class: 'np-Tools' },
      el(
        'span',
        {
          class: 'np-Segments',
          attrs: { role: 'group', 'aria-label': trans.__('Differences as') }
        },
        ...this._shows.values()
      )
    );
    this.toggles = el(
      'div',
      {
        class: 'np-Compare-toggles',
        attrs: { role: 'group', 'aria-label': trans.__('What is compared') }
      },
      this._onlyReal,
      this._column,
      this._unit
    );
  }

  /** What is shown: beside the tabs. */
  readonly node: HTMLElement;
  /** What it shows: beside the sentences, as there is no room for all beside the tabs. */
  readonly toggles: HTMLElement;

  /** Shows what is chosen, and what can be. */
  show({ shows, unit, column, hasStacks, hasOneUnit }: Compared): void {
    for (const [which, button] of this._shows) {
      setPressed(button, which === shows);
      button.disabled = which !== 'functions' && !hasStacks;
    }
    setPressed(this._unit, unit === 'share');
    this._unit.disabled = !hasOneUnit;
    setPressed(this._column, column === 'inclusive');
    setPressed(this._onlyReal, this._context.state.value.compare.onlyReal);
    this._column.hidden = this._onlyReal.hidden = shows === 'flame';
  }

  /** Answers to a key; false if it means nothing here. */
  handleKey(key: string): boolean {
    const { data, state } = this._context;
    const { shows, unit, column, hasOneUnit } = data.comparison;
    switch (key) {
      case 'd':
        chooseCompare(this._context, {
          onlyReal: !state.value.compare.onlyReal
        });
        return true;
      case 's':
        if (hasOneUnit) {
          chooseCompare(this._context, {
            unit: unit === 'share' ? 'amount' : 'share'
          });
        }
        return true;
      case 'w':
        chooseCompare(this._context, {
          column: column === 'self' ? 'inclusive' : 'self'
        });
        return true;
      case 'l': {
        const next = SHOWS[(SHOWS.indexOf(shows) + 1) % SHOWS.length];
        chooseCompare(this._context, { shows: next });
        return true;
      }
      default:
        return false;
    }
  }

  private readonly _context: IViewContext;
  private readonly _shows = new Map<Shows, HTMLButtonElement>();
  private readonly _onlyReal: HTMLButtonElement;
  private readonly _unit: HTMLButtonElement;
  private readonly _column: HTMLButtonElement;
}
