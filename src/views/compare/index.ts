/** Two or more profiles beside each other: what differs, and what of it is noise. */
import { setPressed, toggleButton } from '../buttons';
import { Disposables, el } from '../dom';
import { STACK_KEYS } from '../state';
import { Store } from '../store';
import type { IExportChoice, IView, IViewContext, IViewKind } from '../view';
import { Compared } from './data';
import { DifferenceFlame } from './flame';
import { ComparedGrid } from './grid';
import { fillHead } from './head';
import type { ICompareState, IPart, Shows } from './state';

class CompareView implements IView {
  constructor(context: IViewContext) {
    this._context = context;
    const { state, others, trans } = context;
    const compared = (): Compared => this._compared;
    this._flame = new DifferenceFlame(context, this._state, compared);
    this._grid = new ComparedGrid(context, this._state, compared);
    this._body = el(
      'div',
      { class: 'np-Compare-body' },
      this._flame.node,
      this._flame.key,
      this._grid.node
    );
    this.node = el('div', { class: 'np-Compare' }, this._head, this._body);
    const shows: readonly [Shows, string][] = [
      ['flame', trans.__('Flame')],
      ['functions', trans.__('Functions')],
      ['lines', trans.__('Lines')]
    ];
    for (const [which, label] of shows) {
      const button = toggleButton(
        label,
        trans.__('Show differences as: %1', label)
      );
      this._listeners.on(button, 'click', () =>
        this._state.set({ shows: which })
      );
      this._shows.set(which, button);
    }
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
    this._listeners.on(this._unit, 'click', () => this._switchUnit());
    this._listeners.on(this._column, 'click', () => this._switchColumn());
    this.tools = el(
      'div',
      { class: 'np-Tools' },
      this._column,
      this._unit,
      el(
        'span',
        {
          class: 'np-Segments',
          attrs: { role: 'group', 'aria-label': trans.__('Differences as') }
        },
        ...this._shows.values()
      )
    );
    this._listeners.on(this.node, 'keydown', event => this._onKey(event));
    this._listeners.add(others.subscribe(['chosen'], () => this._renew()));
    this._listeners.add(state.subscribe([...STACK_KEYS], () => this._renew()));
    this._listeners.add(
      state.subscribe(['selection'], ({ selection, tab }) => {
        // A row of another profile alone is no selection elsewhere.
        if (tab === 'compare' && (selection >= 0 || this._ownFunction() >= 0)) {
          this._followSelection();
        }
      })
    );
    this._listeners.add(
      this._state.subscribe(['row'], ({ row }) => {
        const { matched, own } = this._compared;
        const { selection } = state.value;
        // Several functions of one name are one row: keep the selected one.
        if (selection < 0 || matched.rowOf[own][selection] !== row) {
          state.set({ selection: this._ownFunction() });
        }
      })
    );
    this._listeners.add(
      this._state.subscribe(['shows', 'unit', 'column'], () => this.refresh())
    );
    this._listeners.add(state.subscribe(['search'], () => this.refresh()));
    this._begin();
  }

  readonly node: HTMLElement;
  readonly tools: HTMLElement;

  refresh(): void {
    const { state, others, trans } = this._context;
    if (state.value.tab !== 'compare') {
      return;
    }
    this._body.hidden = this.tools.hidden = others.value.chosen.length === 0;
    if (this._body.hidden) {
      this._head.textContent = trans.__('Choose what to compare with (b).');
      return;
    }
    const compared = this._compared;
    if (state.value.selection >= 0 || compared !== this._seen) {
      this._seen = compared;
      this._followSelection();
    }
    const { unit, column } = this._state.value;
    const shows = this._shown;
    fillHead(this._head, this._context, compared, this._state.value);
    for (const [which, button] of this._shows) {
      setPressed(button, which === shows);
      button.disabled = which !== 'functions' && compared.reason !== null;
    }
    setPressed(this._unit, unit === 'share');
    setPressed(this._column, column === 'inclusive');
    this._column.hidden = shows === 'flame';
    this._flame.node.hidden = this._flame.key.hidden = shows !== 'flame';
    this._grid.node.hidden = shows === 'flame';
    this._part.refresh();
  }

  focus(): void {
    if (!this._body.hidden) {
      this._part.focus();
    }
  }

  back(): boolean {
    return this._part.back?.() ?? false;
  }

  exports(): readonly IExportChoice[] {
    return this._body.hidden ? [] : this._part.exports();
  }

  dispose(): void {
    this._listeners.dispose();
    this._flame.dispose();
    this._grid.dispose();
  }

  /** What is shown: of profiles without stacks only the functions can be. */
  private get _shown(): Shows {
    return this._compared.reason ? 'functions' : this._state.value.shows;
  }

  private get _part(): IPart {
    return this._shown === 'flame' ? this._flame : this._grid;
  }

  private get _compared(): Compared {
    return (this._kept ??= new Compared(this._context));
  }

  /** The selected row's function in the viewer's own profile, -1: none. */
  private _ownFunction(): number {
    const { row } = this._state.value;
    const { matched, own } = this._compared;
    return row < 0 ? -1 : (matched.func[own][row] ?? -1);
  }

  /**
   * Runs of one engine are compared in amounts; engines in shares, and with
   * callees: what one of them cannot see it charges to the caller.
   */
  private _begin(): void {
    const { profile, others } = this._context;
    const engines = others.value.chosen.map(other => other.profile.meta.engine);
    const alike = engines.every(engine => engine === profile.meta.engine);
    this._state.set({
      unit: alike ? 'amount' : 'share',
      column: alike ? 'self' : 'inclusive'
    });
  }

  private _renew(): void {
    this._kept = null;
    this.refresh();
  }

  /** What is selected in the other views is so here. */
  private _followSelection(): void {
    const { selection } = this._context.state.value;
    const { matched, own } = this._compared;
    this._state.set({
      row: selection < 0 ? -1 : matched.rowOf[own][selection]
    });
  }

  private _switchUnit(): void {
    const { unit } = this._state.value;
    this._state.set({ unit: unit === 'share' ? 'amount' : 'share' });
  }

  private _switchColumn(): void {
    const { column } = this._state.value;
    this._state.set({ column: column === 'self' ? 'inclusive' : 'self' });
  }

  private _onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this._body.hidden) {
      return;
    }
    const order: readonly Shows[] = ['flame', 'functions', 'lines'];
    switch (event.key) {
      case 's':
        this._switchUnit();
        break;
      case 'w':
        this._switchColumn();
        break;
      case 'l': {
        const at = order.indexOf(this._shown);
        this._state.set({ shows: order[(at + 1) % order.length] });
        this.focus();
        break;
      }
      default:
        return;
    }
    event.preventDefault();
  }

  private readonly _context: IViewContext;
  private readonly _state = new Store<ICompareState>({
    shows: 'functions',
    unit: 'amount',
    column: 'self',
    row: -1
  });
  private readonly _listeners = new Disposables();
  private readonly _flame: DifferenceFlame;
  private readonly _grid: ComparedGrid;
  private readonly _head = el('div', { class: 'np-Compare-head' });
  private readonly _body: HTMLElement;
  private readonly _shows = new Map<Shows, HTMLButtonElement>();
  private readonly _unit: HTMLButtonElement;
  private readonly _column: HTMLButtonElement;
  private _kept: Compared | null = null;
  private _seen: Compared | null = null;
}

/** Appears once there is something to compare with. */
export const compare: IViewKind = {
  id: 'compare',
  label: 'Compare',
  create: context => new CompareView(context)
};
