/** The viewer: header, tabs and the views, on one state. */
import { firstLane } from '../analysis/lanes';
import { functionLabel } from '../analysis/names';
import type { IProfile } from '../model/profile';
import { iconButton } from './buttons';
import { withoutChip } from './chips';
import { Chooser } from './compare/chooser';
import { noOthers } from './compare/others';
import { Derived } from './derived';
import { Disposables, el, saveBlob, uniqueId } from './dom';
import { PLAIN, type IViewerEnv } from './env';
import { conditionsOf } from './filters';
import { Header } from './header';
import { rememberHeight } from './height';
import { makeHelp } from './help';
import { History } from './history';
import { handleKey } from './keys';
import {
  packState,
  profileKey,
  unpackState,
  type PackedState
} from './keptState';
import { showLink } from './linkBox';
import { rememberState } from './memory';
import { openMenu, type IMenuEntry } from './menu';
import { tooFew } from './messages';
import { FRAME_NEEDS, type Need } from './needs';
import { Presence } from './presence';
import { VIEWS } from './registry';
import { createState, selectedLine, type IViewState } from './state';
import type { Store } from './store';
import { Theme } from './theme';
import { Tooltip } from './tooltip';
import type { IView, IViewContext, IViewKind } from './view';
import type { WorkerClient } from './workerClient';

/** A state, what was computed for it, and the worker that goes on computing. */
export interface IPrepared {
  readonly state: Store<IViewState>;
  readonly data: Derived;
  readonly client: WorkerClient | null;
}

/** The id of the view that needs a second profile. */
const COMPARE = 'compare';

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
    this.state = prepared?.state ?? firstState(profile, env);
    const data = prepared?.data ?? new Derived(profile, this.state);
    this.node = el('section', {
      class: 'np-Viewer',
      attrs: { 'aria-label': trans.__('Profile of %1', profile.meta.name) }
    });
    host.replaceChildren(this.node);
    this._presence = new Presence(this.node, true);
    this._theme = new Theme(this.node, this._presence);
    this.context = {
      profile,
      state: this.state,
      data,
      others: noOthers(),
      env,
      trans,
      theme: this._theme,
      tooltip: new Tooltip(this.node),
      presence: this._presence,
      announce: sentence => {
        this._live.textContent = sentence;
      }
    };
    this._chooser = new Chooser(this.context, this.node);
    this._header = new Header(
      this.context,
      this._makeActions(),
      this.node,
      () => this.activeView?.focus()
    );
    this._panel = el('div', {
      class: 'np-Body',
      attrs: { role: 'tabpanel', id: uniqueId('panel') }
    });
    this.node.append(
      this._header.node,
      this._chooser.notice,
      ...this._makeBanner(),
      this._makeTabs(),
      this._panel,
      this._live
    );
    if (!env.fill) {
      rememberHeight(this.node, this._listeners);
    }
    this._listeners.on(this.node, 'keydown', event => handleKey(this, event));
    this._listeners.add(this.state.subscribe(['tab'], () => this._showTab()));
    this._listeners.add(
      this.state.subscribe(['selection', 'line'], () =>
        this._announceSelection()
      )
    );
    this._history = new History(this.state, {
      ignored: ['hover'],
      merged: [['selection', 'line'], ['search']]
    });
    this._listeners.add(() => this._history.dispose());
    this._listeners.add(
      this.context.others.subscribe(['chosen'], () => this._showCompare())
    );
    if (env.memory) {
      const first = freshState(profile).value;
      const { memory } = env;
      rememberState(profile, this.state, first, memory, this._listeners);
    }
    this._showTab();
    const { client } = prepared ?? {};
    if (client) {
      this.state.gate = next => this._prepare(client, next);
    }
  }

  readonly node: HTMLElement;
  readonly state: Store<IViewState>;
  readonly context: IViewContext;

  /** The view that is shown. */
  get activeView(): IView | null {
    return this._views.get(this.state.value.tab) ?? null;
  }

  /** To be called when the place has become visible or changed its size. */
  refresh(): void {
    this.activeView?.refresh();
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
    if (this._tabOf(id)?.hidden) {
      this.chooseOther();
      return;
    }
    this.state.set({ tab: id });
    this.activeView?.focus();
  }

  /** Opens the list of profiles to compare with. */
  chooseOther(): void {
    this._chooser.open();
  }

  /** Goes back one step: help, zoom, search, selection, the last filter; false: none. */
  back(): boolean {
    const { search, selection } = this.state.value;
    const filter = conditionsOf(this.state.value).at(-1);
    if (this._help) {
      this.toggleHelp();
    } else if (this.activeView?.back?.()) {
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
    this._help = makeHelp(this.context.trans);
    this._panel.append(this._help);
    this._help.focus();
  }

  /** Goes to the selected line in its notebook, or to the selected function's. */
  async revealSelection(): Promise<void> {
    const { profile, env, announce } = this.context;
    const { selection } = this.state.value;
    const { functions, strings } = profile;
    const place = selectedLine(this.state.value);
    const file =
      place?.file ?? (selection < 0 ? -1 : functions.file[selection]);
    const line =
      place?.line ?? (selection < 0 ? -1 : functions.line[selection]);
    if (env.revealLine && file >= 0 && line >= 0) {
      announce((await env.revealLine(strings[file], line)) || '');
    }
  }

  dispose(): void {
    this._closeMenu?.();
    this._listeners.dispose();
    for (const view of this._views.values()) {
      view.dispose();
    }
    this._views.clear();
    this._header.dispose();
    this._chooser.dispose();
    this._theme.dispose();
    this._presence.dispose();
    this.node.remove();
    this._host.replaceChildren();
  }

  /** Has a worker compute what a state needs; null if that is there. */
  private _prepare(
    client: WorkerClient,
    next: Readonly<IViewState>
  ): Promise<void> | null {
    const { data, profile } = this.context;
    const missing = data.missing(needsOf(next, profile), next);
    if (missing.length === 0) {
      return null;
    }
    this._working++;
    this._panel.setAttribute('aria-busy', 'true');
    this._busy.hidden = false;
    return client.compute(data, next, missing).finally(() => {
      if (--this._working === 0) {
        this._panel.removeAttribute('aria-busy');
        this._busy.hidden = true;
      }
    });
  }

  private _makeBanner(): HTMLElement[] {
    const { profile, trans, env } = this.context;
    const sentence = tooFew(profile, trans);
    if (!sentence) {
      return [];
    }
    const banner = el(
      'div',
      { class: 'np-Message np-Banner', attrs: { role: 'note' } },
      el('p', { text: sentence })
    );
    const { rerun } = env;
    const { rate } = profile.meta;
    if (rerun && rate) {
      const faster = Math.min(rate * 10, 9_999);
      const button = el('button', {
        class: 'np-Action',
        text: trans.__('Run again at %1 Hz', faster.toLocaleString('en-US')),
        attrs: { type: 'button' }
      });
      this._listeners.on(button, 'click', () => rerun(faster));
      banner.append(button);
    }
    return [banner];
  }

  private _makeTabs(): HTMLElement {
    const { trans } = this.context;
    this._tabs.setAttribute('aria-label', trans.__('Views'));
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
      this._listeners.on(tab, 'click', () => this.state.set({ tab: kind.id }));
      tab.hidden = kind.id === COMPARE;
      this._tabs.append(tab);
    }
    this._listeners.on(this._tabs, 'keydown', event => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) {
        event.preventDefault();
        event.stopPropagation();
        const tabs = [...this._tabs.children] as HTMLElement[];
        const shown = tabs.filter(tab => !tab.hidden);
        const { tab } = this.state.value;
        const at = shown.findIndex(({ dataset }) => dataset.view === tab);
        const next = shown[(at + step + shown.length) % shown.length];
        this.state.set({ tab: next.dataset.view });
        next.focus();
      }
    });
    this._busy.textContent = trans.__('working…');
    this._busy.hidden = true;
    return el('div', { class: 'np-Tabs' }, this._tabs, this._busy, this._tools);
  }

  private _tabOf(id: string): HTMLElement | null {
    return this._tabs.querySelector(`[data-view="${id}"]`);
  }

  /** The tab is there while there is something to compare with. */
  private _showCompare(): void {
    const { chosen } = this.context.others.value;
    this._tabOf(COMPARE)!.hidden = chosen.length === 0;
    if (chosen.length > 0) {
      this.state.set({ tab: COMPARE });
    } else if (this.state.value.tab === COMPARE) {
      this.state.set({ tab: VIEWS[0].id });
    }
    this.activeView?.focus();
  }

  private _showTab(): void {
    const { tab } = this.state.value;
    const kind = VIEWS.find(kind => kind.id === tab) ?? VIEWS[0];
    this.context.tooltip.hide();
    this._help?.remove();
    this._help = null;
    for (const button of this._tabs.children as Iterable<HTMLElement>) {
      const selected = button.dataset.view === kind.id;
      button.setAttribute('aria-selected', String(selected));
      button.setAttribute('tabindex', selected ? '0' : '-1');
      if (selected) {
        button.setAttribute('aria-controls', this._panel.id);
        this._panel.setAttribute('aria-labelledby', button.id);
      } else {
        button.removeAttribute('aria-controls');
      }
    }
    const view = this._views.get(kind.id) ?? this._create(kind);
    const focused = this._panel.contains(document.activeElement);
    for (const other of this._views.values()) {
      other.node.hidden = other !== view;
    }
    this._tools.replaceChildren(...(view.tools ? [view.tools] : []));
    view.refresh();
    // A key pressed in a view that is gone now must not reach the notebook.
    if (focused) {
      view.focus();
    }
  }

  private _create(kind: IViewKind): IView {
    let view: IView;
    try {
      view = kind.create(this.context);
    } catch (error) {
      view = brokenView(this.context, kind, error);
    }
    view.node.classList.add('np-View');
    this._views.set(kind.id, view);
    this._panel.append(view.node);
    return view;
  }

  private _makeActions(): HTMLElement[] {
    const { env, trans } = this.context;
    const actions: HTMLElement[] = [this._chooser.button];
    const { openInTab } = env;
    if (openInTab) {
      const open = iconButton('open', trans.__('Open in a tab'));
      this._listeners.on(open, 'click', () => openInTab(this._packed));
      actions.push(open);
    }
    const save = iconButton('download', trans.__('Save what is shown as…'));
    const more = iconButton('more', trans.__('More'));
    for (const [button, entries] of [
      [save, () => this._saveEntries()],
      [more, () => this._moreEntries()]
    ] as const) {
      button.setAttribute('aria-haspopup', 'menu');
      button.setAttribute('aria-expanded', 'false');
      this._listeners.on(button, 'click', () => {
        this._closeMenu?.();
        this._closeMenu = openMenu(this.node, button, entries());
      });
      actions.push(button);
    }
    return actions;
  }

  private _saveEntries(): IMenuEntry[] {
    const { env, profile, trans, announce } = this.context;
    const name = profile.meta.name.replace(/[^\w.-]+/g, '_') || 'profile';
    const entries = (this.activeView?.exports?.() ?? []).map(choice => ({
      label: choice.label,
      run: async () => {
        try {
          saveBlob(await choice.make(), `${name}.${choice.extension}`);
        } catch (error) {
          announce(error instanceof Error ? error.message : String(error));
        }
      }
    }));
    const more = (env.downloads ?? []).map(({ label, run }) => ({
      label,
      run
    }));
    const all: IMenuEntry[] = [...entries, ...more];
    return all.length > 0
      ? all
      : [{ label: trans.__('Nothing to save in this view') }];
  }

  private _moreEntries(): IMenuEntry[] {
    const { profile, trans } = this.context;
    const { state } = this;
    const entries: IMenuEntry[] = [
      ...(this._history.canUndo
        ? [{ label: trans.__('Undo (u)'), run: () => this.undo() }]
        : []),
      ...(this._history.canRedo
        ? [{ label: trans.__('Redo (Shift+U)'), run: () => this.redo() }]
        : []),
      {
        label: trans.__('Interpreter frames (p)'),
        checked: !state.value.foldPlumbing,
        run: () => this.togglePlumbing()
      }
    ];
    if (profile.samples?.own) {
      entries.push({
        label: trans.__('Charge threads to the line that launched them (a)'),
        checked: !state.value.hideAttributed,
        run: () => this.toggleAttributed()
      });
    }
    if (this.context.env.link) {
      entries.push({
        label: trans.__('Copy link to what is shown'),
        run: () => this.copyLink()
      });
    }
    entries.push({
      label: trans.__('Keys (?)'),
      run: () => this.toggleHelp()
    });
    return entries;
  }

  /** Takes back the last choice: filter, zoom, selection, view and so on. */
  undo(): void {
    const { trans, announce } = this.context;
    announce(
      this._history.undo()
        ? trans.__('Undone.')
        : trans.__('There is nothing to undo.')
    );
  }

  /** Chooses again what was taken back. */
  redo(): void {
    const { trans, announce } = this.context;
    announce(
      this._history.redo()
        ? trans.__('Redone.')
        : trans.__('There is nothing to redo.')
    );
  }

  /** Copies the address of what is shown, where the place has one. */
  copyLink(): void {
    const { env, trans, announce } = this.context;
    const link = env.link?.(this._packed);
    if (link) {
      showLink(this.node, link, trans, () => this.activeView?.focus());
    } else {
      announce(trans.__('There is no link without the open notebook.'));
    }
  }

  /** Shows or folds the interpreter's own frames. */
  togglePlumbing(): void {
    const foldPlumbing = !this.state.wanted.foldPlumbing;
    this.state.set({ foldPlumbing, zoom: [] });
    const { trans, announce } = this.context;
    announce(
      foldPlumbing
        ? trans.__('Interpreter frames are folded into their callers.')
        : trans.__('Interpreter frames are shown.')
    );
  }

  /** Shows time charged to a launching line there, or where it was spent. */
  toggleAttributed(): void {
    const { profile, trans, announce } = this.context;
    if (!profile.samples?.own) {
      return;
    }
    const hideAttributed = !this.state.wanted.hideAttributed;
    this.state.set({ hideAttributed, zoom: [] });
    announce(
      hideAttributed
        ? trans.__('Native threads are shown where they ran.')
        : trans.__('Native threads are charged to the line that launched them.')
    );
  }

  /** Opens the list of values, or that of threads, where there is one. */
  openPicker(which: 'value' | 'lane'): void {
    this._header.pickers[which].click();
  }

  /** What was chosen, as plain data. */
  private get _packed(): PackedState {
    const first = freshState(this.context.profile).value;
    return packState(this.state.value, first);
  }

  private _announceSelection(): void {
    const { selection } = this.state.value;
    const { announce, profile, trans } = this.context;
    const place = selectedLine(this.state.value);
    const name = selection < 0 ? '' : functionLabel(profile, selection);
    if (place) {
      announce(trans.__('Selected line %1 of %2', place.line, name));
    } else {
      announce(name && trans.__('Selected %1', name));
    }
  }

  private readonly _host: HTMLElement;
  private readonly _presence: Presence;
  private readonly _theme: Theme;
  private readonly _chooser: Chooser;
  private readonly _header: Header;
  private readonly _history: History<IViewState>;
  private readonly _panel: HTMLElement;
  private readonly _listeners = new Disposables();
  private readonly _views = new Map<string, IView>();
  private readonly _tools = el('div', { class: 'np-Tools' });
  private readonly _tabs = el('div', { attrs: { role: 'tablist' } });
  private readonly _live = el('div', {
    class: 'np-Hidden',
    attrs: { 'aria-live': 'polite' }
  });
  private readonly _busy = el('span', { class: 'np-Working' });
  private _working = 0;
  private _help: HTMLElement | null = null;
  private _closeMenu: (() => void) | null = null;
}

/** The state in which nothing was chosen yet. */
function freshState(profile: IProfile): Store<IViewState> {
  return createState(VIEWS[0].id, firstLane(profile, 0));
}

/** The state that a profile is shown in at first: that of a link, or as it was left. */
export function firstState(
  profile: IProfile,
  { state, memory }: IViewerEnv = {}
): Store<IViewState> {
  const fresh = freshState(profile);
  const packed = state ?? memory?.read(profileKey(profile.meta));
  fresh.set(unpackState(profile, packed, fresh.value));
  return fresh;
}

/** What the viewer reads of the computed tables in a state. */
export function needsOf(
  state: Readonly<IViewState>,
  profile: IProfile
): Need[] {
  const view = VIEWS.find(({ id }) => id === state.tab) ?? VIEWS[0];
  return [...FRAME_NEEDS, ...(view.needs?.(state, profile) ?? [])];
}

/** Stands in for a view that could not be made: the others still work. */
function brokenView(
  context: IViewContext,
  kind: IViewKind,
  error: unknown
): IView {
  const reason = error instanceof Error ? error.message : String(error);
  const sentence = context.trans.__(
    '%1 cannot be shown (%2); the other views still can.',
    kind.label,
    reason
  );
  return {
    node: el('div', {}, el('p', { class: 'np-Message', text: sentence })),
    refresh: () => undefined,
    focus: () => undefined,
    dispose: () => undefined
  };
}
