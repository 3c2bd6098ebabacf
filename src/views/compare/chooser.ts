/** The button and the menu that choose what to compare with. */
import { FormatError } from '../../format/errors';
import { iconButton } from '../buttons';
import { Disposables, el } from '../dom';
import type { ICandidate } from '../env';
import { openMenu, type IMenuEntry } from '../menu';
import { COMPARE, showing } from '../shown';
import type { IViewContext } from '../view';
import { keyOf } from '../profileKey';
import { candidateLabel, profilesIn } from './candidates';
import { COMPARE_CHOICE, MOST_OTHERS, type IRunRef } from './choice';

/** Where candidates come from, in the order in which they are listed. */
const GROUPS = ['earlier', 'notebook', 'page', 'file'] as const;

/** Chooses the other profiles of a viewer. */
export class Chooser {
  /**
   * @param root Where the menu opens: the viewer.
   * @param working Shows that something is done until it is.
   */
  constructor(
    context: IViewContext,
    root: HTMLElement,
    working: <T>(until: Promise<T>) => Promise<T>
  ) {
    this._context = context;
    this._root = root;
    this._working = working;
    const { trans } = context;
    this.button = iconButton(
      'compare',
      trans.__('Compare with another profile (b)')
    );
    this.button.setAttribute('aria-haspopup', 'menu');
    this.button.setAttribute('aria-expanded', 'false');
    this._file.setAttribute('aria-label', trans.__('A file with profiles'));
    this._listeners.on(this.button, 'click', () => this.open());
    this._listeners.on(this._file, 'change', () => void this._readFile());
    this.notice.append(this._file);
  }

  readonly button: HTMLButtonElement;
  /** Says why a profile could not be taken. */
  readonly notice = el('div');

  /** Opens the menu below `anchor`. */
  open(anchor: HTMLElement = this.button): void {
    this._say('');
    this._show(anchor, [
      ...this._entries([...this._offered(), ...this._fromFiles]),
      { label: this._context.trans.__('A file…'), run: () => this._ask() },
      ...this._stopEntries()
    ]);
  }

  dispose(): void {
    this._turn++;
    this._close?.();
    this._listeners.dispose();
  }

  private _show(anchor: HTMLElement, entries: readonly IMenuEntry[]): void {
    this._close?.();
    this._close = openMenu(this._root, anchor, entries);
  }

  private _offered(): readonly ICandidate[] {
    return this._context.env.comparable?.() ?? [];
  }

  private _entries(candidates: readonly ICandidate[]): IMenuEntry[] {
    const { trans } = this._context;
    const { runs } = this._context.state.value.compare;
    const headings = {
      earlier: trans.__('Earlier runs of this cell'),
      notebook: trans.__('Other cells of this notebook'),
      page: trans.__('On this page'),
      file: trans.__('From files')
    };
    return GROUPS.flatMap(group => {
      const members = candidates.filter(one => one.group === group);
      return members.length === 0
        ? []
        : [
            { label: headings[group] },
            ...members.map(({ message, file }) => ({
              ...candidateLabel(message),
              checked: runs.some(({ key }) => key === keyOf(message)),
              run: () => void this._toggle(message, file)
            }))
          ];
    });
  }

  private _stopEntries(): IMenuEntry[] {
    const { state, trans } = this._context;
    return state.value.compare.runs.length === 0
      ? []
      : [{ label: trans.__('Stop comparing'), run: () => this._set([]) }];
  }

  private _ask(): void {
    // The same file again is a choice, too.
    this._file.value = '';
    this._file.click();
  }

  private async _readFile(): Promise<void> {
    const file = this._file.files?.[0];
    if (!file) {
      return;
    }
    const { trans } = this._context;
    const turn = ++this._turn;
    let messages: unknown[] = [];
    try {
      messages = profilesIn(JSON.parse(await file.text()));
    } catch {
      // Not JSON: as if nothing were in it.
    }
    if (turn !== this._turn) {
      return;
    }
    const found = messages.map((message): ICandidate => ({
      group: 'file',
      message,
      file: file.name
    }));
    this._fromFiles.push(...found);
    if (found.length === 0) {
      this._say(
        trans.__(
          'There is no profile in %1: take a notebook, or what --output or the Save menu wrote.',
          file.name
        )
      );
    } else if (found.length === 1) {
      await this._toggle(found[0].message, file.name);
    } else {
      this._show(this.button, this._entries(found));
    }
  }

  /** Takes a profile, or takes it away. */
  private async _toggle(message: unknown, file?: string): Promise<void> {
    const { others, state, trans } = this._context;
    const { runs } = state.value.compare;
    const without = runs.filter(({ key }) => key !== keyOf(message));
    if (without.length < runs.length) {
      this._set(without);
      return;
    }
    if (runs.length >= MOST_OTHERS) {
      this._say(
        trans.__('No more than %1 profiles fit side by side.', MOST_OTHERS + 1)
      );
      return;
    }
    const turn = ++this._turn;
    try {
      const run = await this._working(others.add(message, file));
      if (turn === this._turn) {
        this._set([...runs, run]);
      }
    } catch (error) {
      this._say(
        error instanceof FormatError
          ? `${error.message} ${error.remedy}`
          : String(error)
      );
    }
  }

  /** Others are compared: shown when they are; with none it is as if there never were any. */
  private _set(runs: readonly IRunRef[]): void {
    const { state } = this._context;
    const compare = { ...state.value.compare, runs };
    state.set(
      runs.length > 0
        ? { compare, ...showing({ ...state.value, compare }, COMPARE) }
        : { compare: COMPARE_CHOICE }
    );
  }

  private _say(sentence: string): void {
    this._sentence?.remove();
    this._sentence = null;
    if (sentence) {
      this._sentence = el(
        'div',
        { class: 'np-Message np-Banner', attrs: { role: 'alert' } },
        el('p', { text: sentence })
      );
      this.notice.append(this._sentence);
    }
  }

  private readonly _context: IViewContext;
  private readonly _root: HTMLElement;
  private readonly _working: <T>(until: Promise<T>) => Promise<T>;
  private readonly _listeners = new Disposables();
  private readonly _file = el('input', {
    attrs: {
      type: 'file',
      accept: '.json,.ipynb,application/json',
      tabindex: -1,
      hidden: true
    }
  });
  private readonly _fromFiles: ICandidate[] = [];
  private _sentence: HTMLElement | null = null;
  private _close: (() => void) | null = null;
  private _turn = 0;
}
