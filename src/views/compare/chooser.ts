/** The button and the menu that choose what to compare with. */
import { decode } from '../../format/decode';
import { FormatError } from '../../format/errors';
import { iconButton } from '../buttons';
import { Disposables, el } from '../dom';
import type { ICandidate } from '../env';
import { openMenu, type IMenuEntry } from '../menu';
import type { IViewContext } from '../view';
import { candidateLabel, isSameRun, profilesIn } from './candidates';
import { MOST_OTHERS } from './others';

/** Where candidates come from, in the order in which they are listed. */
const GROUPS = ['earlier', 'notebook', 'page', 'file'] as const;

/** Chooses the other profiles of a viewer. */
export class Chooser {
  /** @param root Where the menu opens: the viewer. */
  constructor(context: IViewContext, root: HTMLElement) {
    this._context = context;
    this._root = root;
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
    const { chosen } = this._context.others.value;
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
            ...members.map(({ message }) => ({
              ...candidateLabel(message),
              checked: chosen.some(other => isSameRun(other.message, message)),
              run: () => void this._toggle(message)
            }))
          ];
    });
  }

  private _stopEntries(): IMenuEntry[] {
    const { others, trans } = this._context;
    return others.value.chosen.length === 0
      ? []
      : [
          {
            label: trans.__('Stop comparing'),
            run: () => others.set({ chosen: [] })
          }
        ];
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
      message
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
      await this._toggle(found[0].message);
    } else {
      this._show(this.button, this._entries(found));
    }
  }

  /** Takes a profile, or takes it away. */
  private async _toggle(message: unknown): Promise<void> {
    const { others, trans } = this._context;
    const { chosen } = others.value;
    const without = chosen.filter(other => !isSameRun(other.message, message));
    if (without.length < chosen.length) {
      others.set({ chosen: without });
      return;
    }
    if (chosen.length >= MOST_OTHERS) {
      this._say(
        trans.__('No more than %1 profiles fit side by side.', MOST_OTHERS + 1)
      );
      return;
    }
    const turn = ++this._turn;
    try {
      const profile = await decode(message);
      if (turn === this._turn) {
        others.set({ chosen: [...chosen, { message, profile }] });
      }
    } catch (error) {
      this._say(
        error instanceof FormatError
          ? `${error.message} ${error.remedy}`
          : String(error)
      );
    }
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
