/** The viewer: header, tabs and the views, on one state. */
import type { IProfile } from '../model/profile';
import { makeBanner } from './banner';
import { withoutChip } from './chips';
import { Commands } from './commands';
import { Chooser } from './compare/chooser';
import { Others } from './compare/others';
import { Derived } from './derived';
import { Disposables, el } from './dom';
import { PLAIN, type IViewerEnv } from './env';
import { conditionsOf } from './filters';
import { firstState, freshState, needsOf } from './firstState';
import { Header } from './header';
import { rememberHeight } from './height';
import { makeHelp } from './help';
import { handleKey } from './keys';
import { rememberState } from './remember';
import { Panes } from './panes';
import { Presence } from './presence';
import { Reader } from './reader';
import { viewsOf } from './registry';
import { COMPARE } from './shown';
import { SHOWN_KEYS, type IViewState } from './state';
import type { Store } from './store';
import { Tabs } from './tabs';
import { Theme } from './theme';
import { Tooltip } from './tooltip';
import type { IView, IViewContext } from './view';

/** A state, what was read and computed for it, and what goes on doing so. */
export interface IPrepared {
  readonly state: Store<IViewState>;
  readonly data: Derived;
  readonly others: Others;
  readonly reader: Reader;
}

/** Shows one profile inside `host`, whose children it replaces. */
export class Viewer {
  /** @param prepared What was made beforehand: see `IPrepared`. */
  constructor(
    host: HTMLElement,
    profile: IProfile,
    env: IViewerEnv = {},
    prepared?: IPrepared
  ) {
    const trans = env.trans ?? PLAIN;
    this._host = host;
    const { state, data, others, reader } =
      prepared ?? unprepared(profile, env);
    this.state = state;
    this.node = el('section', {
      class: 'np-Viewer',
      attrs: { 'aria-label': trans.__('Profile of %1', profile.meta.name) }
    });
    host.replaceChildren(this.node);
    this._presence = new Presence(this.node, true);
    this._theme = new Theme(this.node, this._presence);
    this.context = {
      get profile() {
        return data.profile;
      },
      state: this.state,
      data,
      others,
      env,
      trans,
      theme: this._theme,
      tooltip: new Tooltip(this.node),
      presence: this._presence,
      open: next => this.commands.open(next),
      announce: sentence => {
        this._live.textContent = sentence;
      }
    };
    this._chooser = new Chooser(this.context, this.node, until =>
      this._tabs.working(until)
    );
    this.commands = new Commands(this, this.context, this._chooser.button);
    this._header = new Header(this.context, this.commands, this.node, () =>
      this.activeView?.focus()
    );
    this._panes = new Panes(this.context, this.node);
    this._tabs = new Tabs(
      this.context,
      this._panes.first.node,
      this._panes.node
    );
    this._tabs.node.append(this._panes.button);
    this.node.append(
      this._header.node,
      this._chooser.notice,
      ...makeBanner(this.context, this._listeners),
      this._tabs.node,
      this._panes.node,
      this._live
    );
    if (!env.fill) {
      rememberHeight(this.node, this._listeners);
    }
    this._listeners.on(this.node, 'keydown', event => handleKey(this, event));
    this._listeners.add(
      this.state.subscribe(SHOWN_KEYS, () => this._showViews())
    );
    this._listeners.add(
      this.state.subscribe(['compare'], () => this._offerCompare())
    );
    if (env.memory) {
      const first = freshState(profile).value;
      const { memory } = env;
      rememberState(profile, this.state, first, memory, this._listeners);
    }
    this._offerCompare();
    this._showViews();
    this.state.gate = next => this._prepare(reader, next);
    void others.load(state.value.compare.runs)?.then(() => this.refresh());
  }

  readonly node: HTMLElement;
  readonly state: Store<IViewState>;
  readonly context: IViewContext;
  readonly commands: Commands;

  /** The view that is shown; of two the one that had the focus last. */
  get activeView(): IView | null {
    return this._panes.active;
  }

  /** To be called when the place has become visible or changed its size. */
  refresh(): void {
    this._panes.refresh();
  }

  /** Puts the cursor into the search box. */
  focusSearch(): void {
    this._header.search.focus();
    this._header.search.select();
  }

  /** Takes the focus back where what had it is gone. */
  keepFocus(): void {
    const { activeElement } = document;
    if (!activeElement || activeElement === document.body) {
      this.activeView?.focus();
    }
  }

  /** Shows a view and goes there; of that which compares only if it can. */
  showView(id: string): void {
    if (!this._tabs.has(id)) {
      if (id === COMPARE) {
        this.chooseOther();
      }
      return;
    }
    if (!this._panes.goTo(id)) {
      this.state.set({ tab: id });
      this.activeView?.focus();
    }
  }

  /** Puts a second view beside the first, or takes it away. */
  toggleBeside(): void {
    this._panes.toggle();
  }

  /** Goes from one of two views to the other; false: there is one alone. */
  goAcross(): boolean {
    return this._panes.goAcross();
  }

  /** Opens the list of profiles to compare with. */
  chooseOther(): void {
    this._chooser.open();
  }

  /** Goes back one step: help, to the view that led here, zoom, search, selection, the last filter; false: none. */
  back(): boolean {
    const { search, selection } = this.state.value;
    const filter = conditionsOf(this.state.value).at(-1);
    if (this._help) {
      this.toggleHelp();
    } else if (this.commands.leave() || this.activeView?.back?.()) {
      return true;
    } else if (search) {
      this.state.set({ search: '' });
      this.activeView?.focus();
    } else if (selection >= 0) {
      this.state.set({ selection: -1 });
    } else if (filter) {
      this.state.set(withoutChip(this.state.value, filter));
    } else {
      return false;
    }
    return true;
  }

  /** Shows or hides the list of keys. */
  toggleHelp(): void {
    if (this._help) {
      this._help.remove();
      this._help = null;
      this.activeView?.focus();
      return;
    }
    const { profile, trans } = this.context;
    this._help = makeHelp(trans, viewsOf(profile).length);
    this._panes.node.append(this._help);
    this._help.focus();
  }

  dispose(): void {
    this._listeners.dispose();
    this._panes.dispose();
    this._header.dispose();
    this.commands.dispose();
    this._chooser.dispose();
    this._tabs.dispose();
    this._theme.dispose();
    this._presence.dispose();
    this.node.remove();
    this._host.replaceChildren();
  }

  /** Reads and computes what a state needs; null if that is there. */
  private _prepare(
    reader: Reader,
    next: Readonly<IViewState>
  ): Promise<void> | null {
    const { data, others } = this.context;
    const turn = ++this._turn;
    const compute = (): Promise<void> | null =>
      turn === this._turn
        ? reader.prepare(data, next, needsOf(next, data.measured))
        : null;
    const reading = others.load(next.compare.runs);
    const working = reading
      ? reading.then(async () => (await compute()) ?? undefined)
      : compute();
    return working && this._tabs.working(working);
  }

  /** The tab is there while there is something to compare with. */
  private _offerCompare(): void {
    const { compare, tab } = this.state.value;
    const isOffered = compare.runs.length > 0;
    this._tabs.offer(COMPARE, isOffered);
    if (!isOffered && tab === COMPARE) {
      this.state.set({ tab: viewsOf(this.context.profile)[0].id });
    }
    if (this._runs && this._runs !== compare.runs) {
      this.activeView?.focus();
    }
    this._runs = compare.runs;
  }

  private _showViews(): void {
    this.context.tooltip.hide();
    this._help?.remove();
    this._help = null;
    const { kind, tools } = this._panes.show();
    this._tabs.show(kind.id, tools);
  }

  /** Opens the list of values, or that of threads, where there is one. */
  openPicker(which: 'value' | 'lane'): void {
    this._header.pickers[which].click();
  }

  private readonly _host: HTMLElement;
  private readonly _presence: Presence;
  private readonly _theme: Theme;
  private readonly _chooser: Chooser;
  private readonly _header: Header;
  private readonly _panes: Panes;
  private readonly _tabs: Tabs;
  private readonly _listeners = new Disposables();
  private readonly _live = el('div', {
    class: 'np-Hidden',
    attrs: { 'aria-live': 'polite' }
  });
  private _help: HTMLElement | null = null;
  /** What was compared with last; null: nothing was shown yet. */
  private _runs: readonly unknown[] | null = null;
  /** Counts what was prepared: an earlier turn is over. */
  private _turn = 0;
}

/** A profile as it is shown where nothing was done beforehand. */
function unprepared(profile: IProfile, env: IViewerEnv): IPrepared {
  const state = firstState(profile, env);
  const data = new Derived(profile, state);
  const reader = new Reader(null);
  return { state, data, reader, others: new Others(env, reader, data.others) };
}
