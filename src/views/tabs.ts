/** The row of tabs, with the shown view's tools and what is being computed. */
import { Disposables, el, uniqueId } from './dom';
import { VIEWS } from './registry';
import type { IViewContext } from './view';

/** A tab for each view; `state.tab` says which is shown. */
export class Tabs {
  /**
   * @param panel Where the view of the chosen tab is.
   * @param body Where all views are.
   */
  constructor(context: IViewContext, panel: HTMLElement, body: HTMLElement) {
    this._context = context;
    this._panel = panel;
    this._body = body;
    const { state, trans } = context;
    this._list.setAttribute('aria-label', trans.__('Views'));
    for (const kind of VIEWS) {
      const tab = el('button', {
        class: 'np-Tab',
        text: trans.__(kind.label),
        attrs: {
          type: 'button',
          role: 'tab',
          id: uniqueId('tab'),
          'data-view': kind.id
        }
      });
      tab.hidden = kind.applies?.(context.profile) === false;
      this._listeners.on(tab, 'click', () => state.set({ tab: kind.id }));
      this._list.append(tab);
    }
    this._listeners.on(this._list, 'keydown', event => this._travel(event));
    this._busy.textContent = trans.__('working…');
    this._busy.hidden = true;
    this.node = el(
      'div',
      { class: 'np-Tabs' },
      this._list,
      this._busy,
      this._tools
    );
  }

  readonly node: HTMLElement;

  /** Marks the tab of the shown view, and takes its tools if they are to stand here. */
  show(id: string, tools?: HTMLElement): void {
    for (const button of this._tabs) {
      const selected = button.dataset.view === id;
      button.setAttribute('aria-selected', String(selected));
      button.setAttribute('tabindex', selected ? '0' : '-1');
      if (selected) {
        button.setAttribute('aria-controls', this._panel.id);
        this._panel.setAttribute('aria-labelledby', button.id);
      } else {
        button.removeAttribute('aria-controls');
      }
    }
    this._tools.replaceChildren(...(tools ? [tools] : []));
  }

  /** Whether a view can be chosen. */
  has(id: string): boolean {
    return !this._tab(id)?.hidden;
  }

  /** Lets a view be chosen, or not. */
  offer(id: string, offered: boolean): void {
    const tab = this._tab(id);
    if (tab) {
      tab.hidden = !offered;
    }
  }

  /** Says that something is computed, until the promise has settled. */
  async working<T>(until: Promise<T>): Promise<T> {
    this._working++;
    this._body.setAttribute('aria-busy', 'true');
    this._busy.hidden = false;
    try {
      return await until;
    } finally {
      if (--this._working === 0) {
        this._body.removeAttribute('aria-busy');
        this._busy.hidden = true;
      }
    }
  }

  dispose(): void {
    this._listeners.dispose();
  }

  private _travel(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const { state } = this._context;
    const shown = this._tabs.filter(tab => !tab.hidden);
    const at = shown.findIndex(
      ({ dataset }) => dataset.view === state.value.tab
    );
    const next = shown[(at + step + shown.length) % shown.length];
    state.set({ tab: next.dataset.view });
    next.focus();
  }

  private get _tabs(): HTMLElement[] {
    return [...this._list.children] as HTMLElement[];
  }

  private _tab(id: string): HTMLElement | null {
    return this._list.querySelector(`[data-view="${id}"]`);
  }

  private readonly _context: IViewContext;
  private readonly _panel: HTMLElement;
  private readonly _body: HTMLElement;
  private readonly _listeners = new Disposables();
  private readonly _list = el('div', { attrs: { role: 'tablist' } });
  private readonly _busy = el('span', { class: 'np-Working' });
  private readonly _tools = el('div', { class: 'np-Tools' });
  private _working = 0;
}
