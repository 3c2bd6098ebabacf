/** What a viewer does for the header's buttons, their menus and the keys. */
import { functionLabel } from '../analysis/names';
import { iconButton } from './buttons';
import { copyName } from './clipboard';
import { Disposables, el, saveBlob } from './dom';
import { freshState } from './firstState';
import { History } from './history';
import { packState, type PackedState } from './keptState';
import { showLink } from './linkBox';
import { openMenu, type IMenuEntry } from './menu';
import { viewsOf } from './registry';
import { BESIDE, showing } from './shown';
import { selectedLine, STACK_KEYS, type IViewState } from './state';
import type { IView, IViewContext } from './view';

/** The viewer, as far as commands need it. */
export interface ICommandHost {
  readonly node: HTMLElement;
  readonly activeView: IView | null;
  toggleHelp(): void;
}

/** The commands of a viewer. */
export class Commands {
  /** @param chooser The button that chooses a profile to compare with. */
  constructor(host: ICommandHost, context: IViewContext, chooser: HTMLElement) {
    this._host = host;
    this._context = context;
    this._history = new History(context.state, {
      ignored: ['hover', 'room'],
      merged: [['selection', 'line'], ['search'], ['split']],
      place: 'tab',
      held: ['zoom', 'focus', ...STACK_KEYS]
    });
    this.buttons = this._makeButtons(chooser);
    this.steps = this._makeSteps();
    this._listeners.add(
      context.state.subscribe(['selection', 'line'], () =>
        this._announceSelection()
      )
    );
  }

  /** What stands at the right of the header. */
  readonly buttons: readonly HTMLElement[];

  /** Undo and redo, beside the filters. */
  readonly steps: HTMLElement;

  dispose(): void {
    this._closeMenu?.();
    this._history.dispose();
    this._listeners.dispose();
  }

  /**
   * Goes to the selected line in its notebook, or to the selected function's;
   * what is in no cell is shown in the Source view, or else its instructions.
   */
  async revealSelection(): Promise<void> {
    const { profile, env, state, announce } = this._context;
    const { selection } = state.value;
    const { functions, strings } = profile;
    const place = selectedLine(this._context.state.value);
    const file =
      place?.file ?? (selection < 0 ? -1 : functions.file[selection]);
    const line =
      place?.line ?? (selection < 0 ? -1 : functions.line[selection]);
    const isInCell = profile.cells.some(({ name }) => name === strings[file]);
    if (selection >= 0 && !isInCell) {
      const hasSource = (functions.source?.[selection] ?? -1) >= 0;
      const hasCode = profile.code?.function.includes(selection) ?? false;
      const instructions = state.value.instructions || (hasCode && !hasSource);
      this.open({ tab: 'source', instructions });
    } else if (env.revealLine && file >= 0 && line >= 0) {
      announce((await env.revealLine(strings[file], line)) || '');
    }
  }

  private _makeButtons(chooser: HTMLElement): HTMLElement[] {
    const { env, trans } = this._context;
    const actions: HTMLElement[] = [chooser];
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
        this._closeMenu = openMenu(this._host.node, button, entries());
      });
      actions.push(button);
    }
    return actions;
  }

  private _makeSteps(): HTMLElement {
    const { trans } = this._context;
    const undo = iconButton('undo', trans.__('Undo (u)'));
    const redo = iconButton('redo', trans.__('Redo (Shift+U)'));
    this._listeners.on(undo, 'click', () => this.undo());
    this._listeners.on(redo, 'click', () => this.redo());
    const node = el('span', { class: 'np-Steps' }, undo, redo);
    const show = (): void => {
      const { canUndo, canRedo } = this._history;
      // Not disabled: that would drop the focus of who goes on clicking.
      undo.setAttribute('aria-disabled', String(!canUndo));
      redo.setAttribute('aria-disabled', String(!canRedo));
      node.hidden = !canUndo && !canRedo;
    };
    this._history.onChange = show;
    show();
    return node;
  }

  private _saveEntries(): IMenuEntry[] {
    const { env, profile, trans, announce } = this._context;
    const name = profile.meta.name.replace(/[^\w.-]+/g, '_') || 'profile';
    const entries = (this._host.activeView?.exports?.() ?? []).map(choice => ({
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
    const { profile, trans } = this._context;
    const { state } = this._context;
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
    if (this._context.env.link) {
      entries.push({
        label: trans.__('Copy link to what is shown'),
        run: () => this.copyLink()
      });
    }
    entries.push({
      label: trans.__('Keys (?)'),
      run: () => this._host.toggleHelp()
    });
    return entries;
  }

  /** Shows another view, unless it stands beside already; Escape leads back. */
  open({ tab, ...others }: Partial<IViewState>): void {
    const { profile, state } = this._context;
    const isThere = viewsOf(profile).some(({ id }) => id === tab);
    const view =
      tab === undefined ? {} : showing(state.wanted, isThere ? tab : BESIDE);
    this._history.open({ ...others, ...view });
  }

  /** Goes back to the view that this one was opened from; false: to none. */
  leave(): boolean {
    const { activeView } = this._host;
    return (
      this._history.canLeave &&
      (activeView?.settle?.() || this._history.leave())
    );
  }

  /** Takes back the last choice: filter, zoom, selection, view and so on. */
  undo(): void {
    const { trans, announce } = this._context;
    announce(
      this._history.undo()
        ? trans.__('Undone.')
        : trans.__('There is nothing to undo.')
    );
  }

  /** Chooses again what was taken back. */
  redo(): void {
    const { trans, announce } = this._context;
    announce(
      this._history.redo()
        ? trans.__('Redone.')
        : trans.__('There is nothing to redo.')
    );
  }

  /** Copies the address of what is shown, where the place has one. */
  copyLink(): void {
    const { env, others, state, trans, announce } = this._context;
    const link = env.link?.(this._packed);
    if (link) {
      const { runs } = state.value.compare;
      const note = runs.every(run => others.isInPlace(run))
        ? ''
        : trans.__(
            'What it is compared with is not in the notebook: elsewhere the link shows all but that.'
          );
      showLink(this._host.node, link, note, trans, () =>
        this._host.activeView?.focus()
      );
    } else {
      announce(trans.__('There is no link without the open notebook.'));
    }
  }

  /** Copies the name of the selected function; false: none is selected. */
  copySelection(): boolean {
    const { profile, state } = this._context;
    const { selection } = state.value;
    if (selection >= 0) {
      void copyName(this._context, functionLabel(profile, selection));
    }
    return selection >= 0;
  }

  /** Shows or folds the interpreter's own frames. */
  togglePlumbing(): void {
    const foldPlumbing = !this._context.state.wanted.foldPlumbing;
    this._context.state.set({ foldPlumbing, zoom: [] });
    const { trans, announce } = this._context;
    announce(
      foldPlumbing
        ? trans.__('Interpreter frames are folded into their callers.')
        : trans.__('Interpreter frames are shown.')
    );
  }

  /** Shows time charged to a launching line there, or where it was spent. */
  toggleAttributed(): void {
    const { profile, trans, announce } = this._context;
    if (!profile.samples?.own) {
      return;
    }
    const hideAttributed = !this._context.state.wanted.hideAttributed;
    this._context.state.set({ hideAttributed, zoom: [] });
    announce(
      hideAttributed
        ? trans.__('Native threads are shown where they ran.')
        : trans.__('Native threads are charged to the line that launched them.')
    );
  }

  private _announceSelection(): void {
    const { selection } = this._context.state.value;
    const { announce, profile, trans } = this._context;
    const place = selectedLine(this._context.state.value);
    const name = selection < 0 ? '' : functionLabel(profile, selection);
    if (place) {
      announce(trans.__('Selected line %1 of %2', place.line, name));
    } else {
      announce(name && trans.__('Selected %1', name));
    }
  }

  /** What was chosen, as plain data. */
  private get _packed(): PackedState {
    const first = freshState(this._context.profile).value;
    return packState(this._context.state.value, first);
  }

  private readonly _host: ICommandHost;
  private readonly _context: IViewContext;
  private readonly _history: History<IViewState>;
  private readonly _listeners = new Disposables();
  private _closeMenu: (() => void) | null = null;
}
