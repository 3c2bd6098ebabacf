/** The views: one, or two side by side, each with its tools above it. */
import { iconButton, pickerButton, setPressed } from './buttons';
import { createView } from './create';
import { Disposables, el } from './dom';
import { openMenu, type IMenuEntry } from './menu';
import { Pane } from './pane';
import { VIEWS, viewsOf } from './registry';
import { BESIDE, besideOf, COMPARE, shownViews } from './shown';
import { makeDivider } from './split';
import type { IView, IViewContext, IViewKind } from './view';

/** Pixels from which two views have room side by side. */
const ROOM = 1100;

/** Makes the views that the state shows and gives them their places. */
export class Panes {
  /** @param root The viewer: menus open in it, and its width is the room there is. */
  constructor(context: IViewContext, root: HTMLElement) {
    this._context = context;
    const { state, trans } = context;
    this.button = iconButton('beside', trans.__('A second view beside it (B)'));
    this._picker.title = trans.__('Which view stands beside');
    this.first.node.setAttribute('role', 'tabpanel');
    this._second.node.setAttribute('role', 'region');
    this._second.name.replaceWith(this._picker);
    const { first, _second: second, _listeners: listeners } = this;
    this._divider = makeDivider(context, listeners, this.node, first.node);
    this.node.append(first.node, this._divider, second.node);
    listeners.on(this.button, 'click', () => this.toggle());
    listeners.on(this._picker, 'click', () => {
      this._closeMenu?.();
      this._closeMenu = openMenu(root, this._picker, this._entries());
    });
    listeners.on(this.node, 'focusin', ({ target }) => this._entered(target));
    listeners.resized(root, () => {
      // Out of sight there is no width: what there was will be there again.
      if (root.clientWidth > 0) {
        state.set({ room: root.clientWidth < ROOM ? 1 : 2 });
      }
    });
  }

  /** Holds both, and what divides them. */
  readonly node = el('div', { class: 'np-Body' });
  /** Where the view of the chosen tab is. */
  readonly first = new Pane();
  /** Puts a second view beside, or takes it away. */
  readonly button: HTMLButtonElement;

  /** The view that has the focus or had it last, else the first. */
  get active(): IView | null {
    return this._shown[this._at] ?? this._shown[0] ?? null;
  }

  /** Shows what the state says; returns the first view's kind, and its tools if it is alone. */
  show(): { kind: IViewKind; tools: HTMLElement | undefined } {
    const { state } = this._context;
    const [id, other] = shownViews(state.value);
    const kind = kindOf(id) ?? viewsOf(this._context.profile)[0];
    const second = other ? kindOf(other) : undefined;
    const before = document.activeElement;
    const hadFocus = this.node.contains(before);
    if (kind.id !== this._kind) {
      this._kind = kind.id;
      this._at = 0;
    }
    const view = this._view(kind);
    const beside = second ? this._view(second) : null;
    this._shown = beside ? [view, beside] : [view];
    for (const known of this._views.values()) {
      known.node.hidden = !this._shown.includes(known);
    }
    this.first.show(kind, view, this._context, beside !== null);
    this._divider.hidden = this._second.node.hidden = !beside;
    if (second && beside) {
      this._second.show(second, beside, this._context, true);
      this._name(second);
    }
    this.button.hidden = state.value.room < 2;
    setPressed(this.button, beside !== null);
    this.refresh();
    // A key pressed in a view that is gone now must not reach the notebook.
    if (hadFocus && !this._holds(before)) {
      this.active?.focus();
    }
    return { kind, tools: beside ? undefined : view.tools };
  }

  /** To be called when the place has become visible or changed its size. */
  refresh(): void {
    for (const view of this._shown) {
      view.refresh();
    }
  }

  /** Goes to a view that is shown; false: it is not. */
  goTo(id: string): boolean {
    const at = shownViews(this._context.state.value).indexOf(id);
    this._shown[at]?.focus();
    return at >= 0;
  }

  /** Goes from one of two views to the other; false: there is one alone. */
  goAcross(): boolean {
    if (this._shown.length < 2) {
      return false;
    }
    this._shown[this._at === 0 ? 1 : 0].focus();
    return true;
  }

  /** Puts a second view beside the first, or takes it away. */
  toggle(): void {
    const { announce, state, trans } = this._context;
    const { beside, room } = state.wanted;
    if (room < 2) {
      announce(
        trans.__(
          'Two views have no room side by side here: open the profile in a tab, or make this wider.'
        )
      );
      return;
    }
    state.set({ beside: beside ? '' : BESIDE });
    const kind = kindOf(besideOf(state.wanted));
    announce(
      kind
        ? trans.__('%1 stands beside; F6 goes there.', trans.__(kind.label))
        : trans.__('One view alone.')
    );
  }

  dispose(): void {
    this._closeMenu?.();
    this._listeners.dispose();
    for (const view of this._views.values()) {
      view.dispose();
    }
    this._views.clear();
  }

  private _view(kind: IViewKind): IView {
    const known = this._views.get(kind.id);
    if (known) {
      return known;
    }
    const view = createView(this._context, kind);
    view.node.classList.add('np-View');
    this._views.set(kind.id, view);
    return view;
  }

  private _name(kind: IViewKind): void {
    const { trans } = this._context;
    const name = trans.__(kind.label);
    const label = trans.__('Beside: %1', name);
    this._picker.textContent = name;
    this._picker.setAttribute('aria-label', label);
    this._second.node.setAttribute('aria-label', label);
  }

  private _entries(): IMenuEntry[] {
    const { profile, state, trans } = this._context;
    const { compare, tab } = state.value;
    return viewsOf(profile)
      .filter(
        ({ id }) => id !== tab && (id !== COMPARE || compare.runs.length > 0)
      )
      .map(({ id, label }) => ({
        label: trans.__(label),
        checked: id === besideOf(state.value),
        choice: true,
        run: () => state.set({ beside: id })
      }));
  }

  private _entered(target: EventTarget | null): void {
    const at = [this.first, this._second].findIndex(({ node }) =>
      node.contains(target as Node)
    );
    this._at = at < 0 ? this._at : at;
  }

  /** Whether what had the focus is still in sight and has it. */
  private _holds(before: Element | null): boolean {
    return (
      document.activeElement === before &&
      !!before &&
      this.node.contains(before) &&
      !before.closest('[hidden]')
    );
  }

  private readonly _context: IViewContext;
  private readonly _listeners = new Disposables();
  private readonly _views = new Map<string, IView>();
  private readonly _second = new Pane();
  private readonly _picker = pickerButton('', 'np-mod-beside');
  private readonly _divider: HTMLElement;
  private _shown: readonly IView[] = [];
  private _kind = '';
  /** Which of those shown has the focus, or had it last. */
  private _at = 0;
  private _closeMenu: (() => void) | null = null;
}

function kindOf(id: string): IViewKind | undefined {
  return VIEWS.find(kind => kind.id === id);
}
