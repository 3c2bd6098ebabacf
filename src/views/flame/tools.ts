/** What stands beside the tabs: how the flame graph is arranged, and a note. */
import { pickerButton, toggleButton } from '../buttons';
import { el, type Disposables } from '../dom';
import { openMenu, type IMenuEntry } from '../menu';
import type { IFlameChoice } from '../state';
import type { IViewContext } from '../view';
import { chooseFlame, editEntries } from './edits';

const ORDERS: Readonly<Record<IFlameChoice['order'], string>> = {
  cost: 'Costliest first',
  time: 'In order of time',
  leaves: 'Leaves first'
};
const MERGES: Readonly<Record<IFlameChoice['merge'], string>> = {
  function: 'By function',
  line: 'By line',
  module: 'By module'
};
const COLOURS: Readonly<Record<IFlameChoice['colours'], string>> = {
  category: 'Colour by category',
  module: 'Colour by module'
};

/** The controls of the flame graph. */
export class FlameTools {
  /**
   * @param showAll Called to zoom out.
   * @param chosen Called when something was chosen: keys go to the picture again.
   */
  constructor(
    context: IViewContext,
    listeners: Disposables,
    showAll: () => void,
    chosen: () => void
  ) {
    this._context = context;
    this._chosen = chosen;
    const { trans } = context;
    this._whole = toggleButton(
      trans.__('Whole cell'),
      trans.__('Zoom out (Home)')
    );
    this._whole.removeAttribute('aria-pressed');
    this._order = pickerButton(trans.__('How frames stand side by side (l)'));
    this._merge = pickerButton(
      trans.__('What is one frame, and its colour (g)')
    );
    this._edits = pickerButton(
      trans.__('What is hidden, folded or focused on')
    );
    this._edits.classList.add('np-mod-on');
    this.node = el(
      'div',
      { class: 'np-Tools' },
      this._note,
      this._whole,
      this._edits,
      this._order,
      this._merge
    );
    listeners.on(this._whole, 'click', showAll);
    for (const [button, entries] of [
      [this._order, () => this._choices('order', ORDERS)],
      [
        this._merge,
        () => [
          ...this._choices('merge', MERGES),
          ...this._choices('colours', COLOURS)
        ]
      ],
      [this._edits, () => editEntries(context)]
    ] as const) {
      listeners.on(button, 'click', () => this._open(button, entries()));
    }
    listeners.add(() => this._close?.());
  }

  readonly node: HTMLElement;

  /** Shows the choices as they are. */
  show(note: string, zoomed: boolean): void {
    const { state, trans } = this._context;
    const { order, merge, edits } = state.value.flame;
    this._note.textContent = note;
    this._note.title = note;
    this._whole.hidden = !zoomed;
    this._order.textContent = trans.__(ORDERS[order]);
    this._merge.textContent = trans.__(MERGES[merge]);
    this._edits.hidden = edits.length === 0;
    this._edits.textContent = trans.__(
      edits.length === 1 ? '%1 change' : '%1 changes',
      edits.length
    );
  }

  /** Opens one of the menus. */
  open(which: 'order' | 'merge'): void {
    (which === 'order' ? this._order : this._merge).click();
  }

  private _choices<K extends 'order' | 'merge' | 'colours'>(
    key: K,
    labels: Readonly<Record<IFlameChoice[K], string>>
  ): IMenuEntry[] {
    const { state, trans } = this._context;
    const choices = Object.keys(labels) as IFlameChoice[K][];
    return choices.map(choice => ({
      label: trans.__(labels[choice]),
      checked: state.value.flame[key] === choice,
      choice: true,
      run: () => chooseFlame(this._context, { [key]: choice })
    }));
  }

  private _open(button: HTMLElement, entries: IMenuEntry[]): void {
    const root = this.node.closest<HTMLElement>('.np-Viewer');
    this._close?.();
    const all = entries.map(entry => ({
      ...entry,
      run: entry.run && this._thenChosen(entry.run)
    }));
    this._close = root && openMenu(root, button, all);
  }

  private _thenChosen(run: () => void): () => void {
    return () => {
      run();
      this._chosen();
    };
  }

  private readonly _context: IViewContext;
  private readonly _chosen: () => void;
  private readonly _whole: HTMLButtonElement;
  private readonly _order: HTMLButtonElement;
  private readonly _merge: HTMLButtonElement;
  private readonly _edits: HTMLButtonElement;
  private readonly _note = el('span', { class: 'np-Tools-text' });
  private _close: (() => void) | null = null;
}
