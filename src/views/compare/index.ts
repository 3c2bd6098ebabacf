/** Two or more profiles beside each other: what differs, and what of it is noise. */
import { Disposables, el } from '../dom';
import { isShown } from '../shown';
import { STACK_KEYS } from '../state';
import { Store } from '../store';
import type { IExportChoice, IView, IViewContext, IViewKind } from '../view';
import type { Compared } from './data';
import { DifferenceFlame } from './flame';
import { ComparedGrid } from './grid';
import { lostRuns, makeSentences } from './head';
import { makeRuns } from './runs';
import type { IPart, ISelectedRow } from './state';
import { CompareTools } from './tools';

class CompareView implements IView {
  constructor(context: IViewContext) {
    this._context = context;
    const { state } = context;
    const parts = { ...context, selected: this._selected };
    this._flame = new DifferenceFlame(parts);
    this._grid = new ComparedGrid(parts);
    this._tools = new CompareTools(context, this._listeners);
    this.tools = this._tools.node;
    this._head = el(
      'div',
      { class: 'np-Compare-head' },
      this._runs,
      el('div', { class: 'np-Compare-line' }, this._said, this._tools.toggles)
    );
    this._body = el(
      'div',
      { class: 'np-Compare-body' },
      this._flame.node,
      this._flame.key,
      this._grid.node
    );
    this.node = el('div', { class: 'np-Compare' }, this._head, this._body);
    this._listeners.on(this.node, 'keydown', event => this._onKey(event));
    this._listeners.add(
      state.subscribe([...STACK_KEYS, 'compare', 'search'], () =>
        this.refresh()
      )
    );
    this._listeners.add(
      state.subscribe(['selection'], ({ selection }) => {
        // A row of another profile alone is no selection elsewhere.
        if (this._isShown && (selection >= 0 || this._ownFunction() >= 0)) {
          this._followSelection();
        }
      })
    );
    this._listeners.add(
      this._selected.subscribe(['row'], () => this._select())
    );
  }

  readonly node: HTMLElement;
  readonly tools: HTMLElement;

  refresh(): void {
    const { data, state, trans } = this._context;
    if (!isShown(state.value, 'compare')) {
      return;
    }
    this._body.hidden = this.tools.hidden = !this._isShown;
    this._runs.hidden = this._tools.toggles.hidden = !this._isShown;
    if (!this._isShown) {
      const lost = lostRuns(this._context);
      this._said.textContent =
        lost.join(' ') || trans.__('Choose what to compare with (b).');
      return;
    }
    const { comparison } = data;
    const isOther = comparison.matched !== this._shown?.matched;
    this._shown = comparison;
    if (state.value.selection >= 0 || isOther) {
      this._followSelection();
    }
    const { shows } = comparison;
    const hadFocus = this._body.contains(document.activeElement);
    this._runs.replaceChildren(...makeRuns(this._context, comparison));
    this._said.replaceChildren(...makeSentences(this._context, comparison));
    this._tools.show(comparison);
    this._flame.node.hidden = this._flame.key.hidden = shows !== 'flame';
    this._grid.node.hidden = shows === 'flame';
    this._part.refresh();
    // A part that is hidden loses the focus; keys go on in the other.
    if (hadFocus && !this._part.node.contains(document.activeElement)) {
      this._part.focus();
    }
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

  /** Whether there is something to compare with. */
  private get _isShown(): boolean {
    const { others, state } = this._context;
    const { compare, tab } = state.value;
    return tab === 'compare' && compare.runs.some(run => others.has(run));
  }

  private get _part(): IPart {
    return this._shown?.shows === 'flame' ? this._flame : this._grid;
  }

  /** The selected row's function in the viewer's own profile, -1: none. */
  private _ownFunction(): number {
    const { row } = this._selected.value;
    const { matched, own } = this._context.data.comparison;
    return row < 0 ? -1 : (matched.func[own][row] ?? -1);
  }

  /** What is selected here is so in the other views. */
  private _select(): void {
    const { data, state } = this._context;
    const { matched, own } = data.comparison;
    const { selection } = state.value;
    const { row } = this._selected.value;
    // Several functions of one name are one row: keep the selected one.
    if (selection < 0 || matched.rows[own][selection] !== row) {
      state.set({ selection: this._ownFunction() });
    }
  }

  /** What is selected in the other views is so here. */
  private _followSelection(): void {
    const { data, state } = this._context;
    const { matched, own } = data.comparison;
    const { selection } = state.value;
    const row = selection < 0 ? -1 : matched.rows[own][selection];
    this._selected.set({ row });
  }

  private _onKey(event: KeyboardEvent): void {
    const { ctrlKey, metaKey, altKey, shiftKey, key } = event;
    if (
      !(ctrlKey || metaKey || altKey || shiftKey || this._body.hidden) &&
      this._tools.handleKey(key)
    ) {
      event.preventDefault();
    }
  }

  private readonly _context: IViewContext;
  private readonly _selected = new Store<ISelectedRow>({ row: -1 });
  private readonly _listeners = new Disposables();
  private readonly _flame: DifferenceFlame;
  private readonly _grid: ComparedGrid;
  private readonly _tools: CompareTools;
  private readonly _head: HTMLElement;
  private readonly _runs = el('div', { class: 'np-Compare-runs' });
  private readonly _said = el('div', { class: 'np-Compare-said' });
  private readonly _body: HTMLElement;
  private _shown: Compared | null = null;
}

/** Appears once there is something to compare with. */
export const compare: IViewKind = {
  id: 'compare',
  label: 'Compare',
  needs: state => (state.compare.runs.length > 0 ? ['comparison'] : []),
  create: context => new CompareView(context)
};
