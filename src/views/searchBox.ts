/**
 * The search box: marks what matches while one types; Enter makes it a filter
 * of all views. Helps with the words of the filter language as they come.
 */
import {
  formatCondition,
  parseQuery,
  type ICondition,
  type IQuery
} from '../analysis/query';
import { formatShare } from '../analysis/units';
import { iconButton } from './buttons';
import { suggestions, type ISuggestion } from './completion';
import { withoutChip } from './chips';
import { Disposables, el, uniqueId } from './dom';
import {
  addConditions,
  conditionsOf,
  problemText,
  unmatched,
  unmatchedText
} from './filters';
import { icon } from './icons';
import { placeBelow } from './menu';
import { STACK_KEYS } from './state';
import type { IViewContext } from './view';

/** The box with its list of suggestions and the sentence below it. */
export class SearchBox {
  /**
   * @param root Where the list opens: the viewer.
   * @param leave Puts the focus into the view.
   */
  constructor(
    private readonly _context: IViewContext,
    private readonly _root: HTMLElement,
    private readonly _leave: () => void
  ) {
    const { state, trans } = _context;
    this._clear = iconButton('clear', trans.__('Clear the search'));
    this.input = el('input', {
      attrs: {
        type: 'text',
        role: 'combobox',
        placeholder: trans.__('search, filter  /'),
        'aria-label': trans.__('Search functions, modules and files; filter'),
        'aria-autocomplete': 'list',
        'aria-expanded': 'false',
        'aria-controls': this._list.id,
        'aria-describedby': this._problem.id,
        autocomplete: 'off',
        spellcheck: 'false'
      }
    });
    this._list.setAttribute('aria-label', trans.__('Ways to go on'));
    this.node = el(
      'label',
      { class: 'np-Search' },
      icon('search'),
      this.input,
      this._share,
      this._clear
    );
    this._listeners.on(this.input, 'input', () => {
      state.set({ search: this.input.value });
      if (this.input.value) {
        this._suggest();
      } else {
        this._close();
      }
    });
    this._listeners.on(this.input, 'keydown', event => this._key(event));
    this._listeners.on(this.input, 'blur', () => this._close());
    this._listeners.on(this._clear, 'click', () => {
      state.set({ search: '' });
      this.input.focus();
    });
    // The press must not take the focus away from the box.
    this._listeners.on(this._popup, 'pointerdown', event =>
      event.preventDefault()
    );
    this._listeners.on(this._popup, 'mousedown', event =>
      event.preventDefault()
    );
    this._listeners.add(
      state.subscribe(['search', ...STACK_KEYS], () => this._show())
    );
    this._show();
  }

  readonly node: HTMLElement;
  readonly input: HTMLInputElement;

  dispose(): void {
    this._close();
    this._listeners.dispose();
  }

  private get _query(): IQuery {
    return parseQuery(this.input.value);
  }

  private _show(): void {
    const { data, state } = this._context;
    if (this.input.value !== state.value.search) {
      this.input.value = state.value.search;
      this._close();
    }
    const { matches } = data;
    this._clear.hidden = !state.value.search;
    this._share.textContent =
      matches?.share === null || !matches ? '' : formatShare(matches.share, 1);
  }

  private _key(event: KeyboardEvent): void {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const handled =
      key === 'ArrowDown' || key === 'ArrowUp'
        ? this._move(key === 'ArrowDown' ? 1 : -1)
        : key === 'Enter'
          ? event.shiftKey
            ? this._goOn()
            : this._enter()
          : key === 'Tab' && !event.shiftKey
            ? this._take()
            : key === 'Escape'
              ? this._close()
              : key === 'Backspace' && this._editLast();
    if (handled) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  private _move(step: number): boolean {
    if (this._options.length === 0) {
      this._suggest(undefined, true);
    } else {
      const count = this._options.length;
      // From the box itself (-1) to either end of the list, and back.
      const places = count + 1;
      this._choose(((this._at + 1 + step + places) % places) - 1);
    }
    return true;
  }

  private _choose(at: number): void {
    this._at = at;
    this._options.forEach(({ node }, index) =>
      node.setAttribute('aria-selected', String(index === at))
    );
    const chosen = this._options[at]?.node;
    chosen?.scrollIntoView?.({ block: 'nearest' });
    if (chosen) {
      this.input.setAttribute('aria-activedescendant', chosen.id);
    } else {
      this.input.removeAttribute('aria-activedescendant');
    }
  }

  /** Takes the suggestion that is chosen; false: none is. */
  private _take(at = this._at): boolean {
    const taken = this._options[at];
    if (!taken) {
      return false;
    }
    this.input.value = taken.text;
    this._context.state.set({ search: taken.text });
    this._suggest();
    return true;
  }

  /** Leaves what is typed as it is: marked, not filtered. */
  private _goOn(): boolean {
    this._close();
    this._leave();
    return true;
  }

  /** Takes the suggestion, or makes filters of what is typed. */
  private _enter(): boolean {
    if (this._take()) {
      return true;
    }
    const { conditions } = this._query;
    const sentence = this._objection(true);
    if (sentence) {
      this._suggest(sentence);
      return true;
    }
    const { state, profile, data } = this._context;
    if (conditions.length > 0 && data.hasStacks) {
      const added = addConditions(profile, state.wanted, conditions);
      state.set({ ...added, search: '' });
    }
    return this._goOn();
  }

  /** In an empty box: the last filter becomes text again. */
  private _editLast(): boolean {
    const { state } = this._context;
    const last: ICondition | undefined = conditionsOf(state.value).at(-1);
    if (this.input.value !== '' || !last) {
      return false;
    }
    const text = formatCondition(last);
    state.set({ ...withoutChip(state.value, last), search: text });
    this.input.setSelectionRange(text.length, text.length);
    return true;
  }

  /** What stands against a filter of what is typed; empty: nothing. */
  private _objection(isWhole: boolean): string {
    const { profile, data, trans } = this._context;
    const { conditions, problem } = this._query;
    const special = conditions.some(({ field }) => field !== 'text');
    if (!data.hasStacks && (special || problem)) {
      return trans.__(
        'This profile has no stacks: words mark what matches, nothing can be filtered.'
      );
    }
    // What is still being typed, and can become right, is no mistake.
    const open = !isWhole && this._options.length > 0;
    if (problem) {
      return open ? '' : problemText(problem, trans);
    }
    const missing = open ? undefined : unmatched(profile, conditions);
    return missing ? unmatchedText(missing, trans) : '';
  }

  private _suggest(sentence?: string, isAsked = false): void {
    const { value } = this.input;
    // Behind a space nothing is offered unless it is asked for (arrow down).
    const offers =
      this._context.data.hasStacks && (isAsked || !/\s$/.test(value));
    this._fill(offers ? suggestions(this._context, value) : []);
    const said = sentence ?? this._objection(false);
    if (said && said !== this._problem.textContent) {
      this._context.announce(said);
    }
    this._problem.textContent = said;
    this._problem.hidden = said === '';
    this.input.setAttribute('aria-invalid', String(said !== ''));
    if (this._options.length === 0 && !said) {
      this._close();
    } else if (!this._isOpen) {
      this._popup.append(this._problem, this._list);
      this._root.append(this._popup);
      placeBelow(this._popup, this.node, this._root);
    }
    this.input.setAttribute(
      'aria-expanded',
      String(this._isOpen && this._options.length > 0)
    );
  }

  private _fill(list: readonly ISuggestion[]): void {
    this._options = list.map(({ label, detail, text }, at) => {
      const node = el(
        'div',
        {
          class: 'np-Suggest-option',
          attrs: {
            role: 'option',
            id: uniqueId('option'),
            'aria-selected': 'false'
          }
        },
        el('span', { class: 'np-Suggest-label', text: label }),
        el('span', { class: 'np-Menu-detail', text: detail })
      );
      node.addEventListener('click', () => this._take(at));
      return { node, text };
    });
    this._list.replaceChildren(...this._options.map(({ node }) => node));
    this._list.hidden = list.length === 0;
    this._choose(-1);
  }

  private get _isOpen(): boolean {
    return this._popup.isConnected;
  }

  /** Closes the list; false: it was closed. */
  private _close(): boolean {
    const was = this._isOpen;
    this._popup.remove();
    this._options = [];
    this._choose(-1);
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-invalid');
    this._problem.textContent = '';
    return was;
  }

  private readonly _listeners = new Disposables();
  private readonly _share = el('span', { class: 'np-Search-share' });
  private readonly _clear: HTMLButtonElement;
  private readonly _problem = el('p', {
    class: 'np-Suggest-problem',
    attrs: { id: uniqueId('problem') }
  });
  private readonly _list = el('div', {
    class: 'np-Suggest-list',
    attrs: { role: 'listbox', id: uniqueId('list') }
  });
  private readonly _popup = el('div', { class: 'np-Menu np-Suggest' });
  private _options: { node: HTMLElement; text: string }[] = [];
  private _at = -1;
}
