/** What the cell did inside CPython: its parts as a list and as a map. */
import { hasInterpreter } from '../../analysis/interpreter';
import type { IMapPart } from '../../analysis/interpreterMap';
import { formatValue } from '../../analysis/units';
import { Disposables, el } from '../dom';
import { isShown } from '../shown';
import { STACK_KEYS } from '../state';
import { RowWalk } from '../summary/walk';
import { valueTitle } from '../values';
import type { IView, IViewContext, IViewKind } from '../view';
import { drawBoxes } from './boxes';
import { functionRows, partRows, type IRowActions } from './list';

class InterpreterView implements IView {
  constructor(context: IViewContext) {
    this._context = context;
    const { state, trans } = context;
    const table = this._link(trans.__('As a table'), () => ({
      tab: 'table',
      table: { ...state.value.table, group: 'interpreter', lines: false }
    }));
    const graph = this._link(trans.__('Which part calls which'), () => ({
      tab: 'graph',
      grouping: 'interpreter',
      collapsed: [],
      expanded: []
    }));
    this.node = el(
      'div',
      {},
      el(
        'div',
        { class: 'np-Interpreter' },
        el(
          'div',
          { class: 'np-Interpreter-list' },
          this._heading,
          this._list,
          el('p', { class: 'np-Interpreter-links' }, table, graph)
        ),
        this._map
      )
    );
    this._walk = new RowWalk(this._list, this._listeners);
    this._listeners.add(
      state.subscribe(STACK_KEYS, () => {
        this._stale = true;
        this.refresh();
      })
    );
    this._listeners.add(
      state.subscribe(['selection', 'search'], () => this._mark())
    );
    this._listeners.on(this._map, 'click', ({ target }) =>
      this._clicked(target as HTMLElement)
    );
    this._listeners.on(this._map, 'dblclick', ({ target }) => {
      const func = funcOf(target as HTMLElement);
      if (func >= 0) {
        this._actions.show(func);
      }
    });
    this._listeners.resized(this._map, () => this._draw());
  }

  readonly node: HTMLElement;

  refresh(): void {
    if (!isShown(this._context.state.value, 'interpreter')) {
      return;
    }
    if (this._stale) {
      this._stale = false;
      this._fill();
    }
    this._draw();
  }

  focus(): void {
    this._list.querySelector<HTMLElement>('.np-Row-text')?.focus();
  }

  /** From a part back to all. */
  back(): boolean {
    const opened = this._opened;
    if (!opened) {
      return false;
    }
    this._open('');
    this._list
      .querySelector<HTMLElement>(
        `[data-part="${CSS.escape(opened)}"] .np-Row-text`
      )
      ?.focus();
    return true;
  }

  dispose(): void {
    this._listeners.dispose();
  }

  private readonly _actions: IRowActions = {
    open: part => {
      this._open(part.label);
      this.focus();
    },
    select: func => this._context.state.set({ selection: func }),
    show: func => {
      const { data, open } = this._context;
      const tab = data.hasStacks ? 'flame' : 'graph';
      open({ tab, selection: func, foldPlumbing: false });
    }
  };

  private _open(label: string): void {
    this._opened = label;
    this._fill();
    this._draw();
  }

  private _fill(): void {
    const { _context: context } = this;
    const { data, trans } = context;
    const map = data.interpreter;
    const part = this._part;
    const whole = part ?? map;
    const share = data.estimate(whole.value, whole.measured);
    const value = valueTitle(data.value, trans);
    const total = formatValue(data.total, data.unit);
    const back = el('button', {
      class: 'np-Link',
      text: trans.__('CPython'),
      attrs: { type: 'button', title: trans.__('All parts (Esc)') }
    });
    back.addEventListener('click', () => this.back());
    this._heading.replaceChildren(
      ...(part
        ? [back, ` › ${trans.__(part.label)}: `]
        : [trans.__('%1 in CPython’s own C code: ', value)]),
      el('strong', { text: share }),
      trans.__(' of %1', total)
    );
    this._list.replaceChildren(
      part
        ? functionRows(context, part, this._actions)
        : partRows(context, map, this._actions)
    );
    this._walk.restart();
  }

  private _draw(): void {
    const { _context: context } = this;
    if (!this._stale && isShown(context.state.value, 'interpreter')) {
      drawBoxes(context, this._map, context.data.interpreter, this._part);
      this._mark();
    }
  }

  /** Shows what is selected and what the search leaves out. */
  private _mark(): void {
    const { data, state } = this._context;
    const { matches } = data;
    const { selection } = state.value;
    for (const node of this.node.querySelectorAll<HTMLElement>('[data-func]')) {
      const func = Number(node.dataset.func);
      node.setAttribute('aria-current', String(func === selection));
      node.classList.toggle('np-mod-dim', !!matches && !matches.has(func));
    }
  }

  private _clicked(target: HTMLElement): void {
    const func = funcOf(target);
    const box = target.closest<HTMLElement>('[data-part]');
    if (func >= 0) {
      this._actions.select(func);
    } else if (box) {
      this._open(box.dataset.part!);
    }
  }

  private _link(
    text: string,
    next: () => Parameters<IViewContext['open']>[0]
  ): HTMLElement {
    const link = el('button', {
      class: 'np-Link',
      text,
      attrs: { type: 'button' }
    });
    // The parts are those of the machinery: what is opened shows it.
    this._listeners.on(link, 'click', () =>
      this._context.open({ ...next(), foldPlumbing: false })
    );
    return link;
  }

  /** The part that is looked into. */
  private get _part(): IMapPart | undefined {
    const { parts } = this._context.data.interpreter;
    return parts.find(({ label }) => label === this._opened);
  }

  private readonly _context: IViewContext;
  private readonly _listeners = new Disposables();
  private readonly _heading = el('h3');
  private readonly _list = el('div');
  /** What the list says, for the eye. */
  private readonly _map = el('div', {
    class: 'np-Map',
    attrs: { 'aria-hidden': true }
  });
  private readonly _walk: RowWalk;
  private _opened = '';
  private _stale = true;
}

function funcOf(target: HTMLElement): number {
  const box = target.closest<HTMLElement>('[data-func]');
  return box ? Number(box.dataset.func) : -1;
}

/** The parts of CPython that a cell exercised. */
export const interpreter: IViewKind = {
  id: 'interpreter',
  label: 'CPython',
  applies: hasInterpreter,
  needs: () => ['interpreter'],
  create: context => new InterpreterView(context)
};
