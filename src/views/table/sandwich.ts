/** The selected function between those that call it and those that it calls. */
import type { INeighbours } from '../../analysis/neighbours';
import { functionLabel, functionTitle, placeLabel } from '../../analysis/names';
import { formatValue } from '../../analysis/units';
import { csvTable } from '../../export/csv';
import type { FunctionIndex } from '../../model/profile';
import { paintCategory } from '../categories';
import { el } from '../dom';
import type { IViewContext } from '../view';
import { dressName } from './dress';
import { Grid } from './grid';
import { neighbourColumns } from './neighbourColumns';

/** No callers and no callees. */
const NOBODY: INeighbours = {
  length: 0,
  func: new Int32Array(0),
  cost: new Float64Array(0),
  measured: null,
  calls: null
};

/** Callers above, the function, callees below; choosing one goes there. */
export class Sandwich {
  constructor(context: IViewContext) {
    this._context = context;
    const { trans } = context;
    this._callers = this._makeGrid(
      trans.__('Callers'),
      () => this._above,
      step => (step > 0 ? this._callees.enter(1) : undefined)
    );
    this._callees = this._makeGrid(
      trans.__('Callees'),
      () => this._below,
      step => (step < 0 ? this._callers.enter(-1) : undefined)
    );
    this.node = el(
      'div',
      { class: 'np-Sandwich', attrs: { role: 'group' } },
      this._callers.node,
      this._middle,
      this._callees.node
    );
  }

  readonly node: HTMLElement;

  /** Shows the selected function; a sentence where there is none. */
  show(): void {
    const { data, state, trans } = this._context;
    const func = state.value.selection;
    if (func !== this._func) {
      // Who came by another way begins a new one.
      this._trail = func === this._next ? this._trail : [];
      this._callers.reset();
      this._callees.reset();
    }
    this._func = func;
    const found = func < 0 ? null : data.neighbours(func);
    this._above = found?.callers ?? NOBODY;
    this._below = found?.callees ?? NOBODY;
    this.node.setAttribute(
      'aria-label',
      func < 0
        ? trans.__('Callers and callees')
        : trans.__('Callers and callees of %1', this._name)
    );
    this._showMiddle();
    const count = (
      { func }: INeighbours,
      none: string,
      one: string,
      more: string
    ): string => {
      const known = func.filter(of => of >= 0).length;
      return [none, one][known] ?? trans.__(more, known);
    };
    this._fill(
      this._callers,
      this._above,
      count(
        this._above,
        trans.__('No callers'),
        trans.__('1 caller'),
        '%1 callers'
      )
    );
    this._fill(
      this._callees,
      this._below,
      count(
        this._below,
        trans.__('No callees'),
        trans.__('1 callee'),
        '%1 callees'
      )
    );
  }

  /** Goes back to the function that this one was reached from; false: none. */
  back(): boolean {
    const before = this._trail.pop();
    if (before !== undefined) {
      this._select(before);
    }
    return before !== undefined;
  }

  /** Callers and callees as CSV. */
  csv(): Blob {
    const { data, profile } = this._context;
    const sides = [
      ['caller', this._above],
      ['callee', this._below]
    ] as const;
    return csvTable(
      ['side', 'function', `cost_${data.unit}`, 'calls', 'full_name'],
      sides.flatMap(([side, { func, cost, calls }]) =>
        Array.from(func, (of, row) => [
          side,
          of < 0 ? '' : functionLabel(profile, of),
          cost[row],
          calls && calls[row] >= 0 ? calls[row] : null,
          of < 0 ? '' : functionTitle(profile, of)
        ])
      )
    );
  }

  dispose(): void {
    this._callers.dispose();
    this._callees.dispose();
  }

  private get _name(): string {
    return functionLabel(this._context.profile, this._func);
  }

  private _makeGrid(
    label: string,
    side: () => INeighbours,
    passed: (step: -1 | 1) => void
  ): Grid {
    const { profile } = this._context;
    const go = (row: number): void => this._go(side().func[row]);
    return new Grid({
      label,
      passed,
      entered: go,
      isSelected: (_, active) => active,
      // An arrow only looks; a click goes there.
      chosen: (row, clicked) => (clicked ? go(row) : undefined),
      dress: (node, row) => {
        const func = side().func[row];
        node.classList.toggle('np-mod-still', func < 0);
        if (func >= 0) {
          const category = profile.functions.category[func];
          dressName(node, category, functionTitle(profile, func));
        }
      }
    });
  }

  private _fill(grid: Grid, side: INeighbours, label: string): void {
    const whole = this._costs()?.inclusive ?? 0;
    grid.show(
      neighbourColumns(this._context, side, label, whole),
      Int32Array.from(side.func.keys()),
      null
    );
  }

  /** The row of the function among all. */
  private _costs() {
    const { rows } = this._context.data;
    const row = this._func < 0 ? -1 : rows.func.indexOf(this._func);
    return row < 0
      ? null
      : {
          self: rows.self[row],
          inclusive: rows.inclusive[row],
          ownMeasured: rows.measured?.self[row],
          measured: rows.measured?.inclusive[row],
          calls: rows.calls?.[row] ?? -1,
          category: rows.category[row]
        };
  }

  private _showMiddle(): void {
    const { data, profile, trans } = this._context;
    const costs = this._costs();
    if (this._func < 0 || !costs) {
      const sentence =
        this._func < 0
          ? trans.__(
              'Select a function: what calls it stands above, what it calls below.'
            )
          : trans.__('Nothing that is shown went through %1.', this._name);
      this._middle.replaceChildren(el('p', { text: sentence }));
      return;
    }
    const { self, inclusive, ownMeasured, measured, calls, category } = costs;
    const amount = (cost: number, exactly?: number): string =>
      `${formatValue(cost, data.unit)} · ${data.estimate(cost, exactly)}`;
    const swatch = el('span', { class: 'np-Swatch' });
    paintCategory(swatch, category);
    const facts = [
      trans.__('%1 with callees', amount(inclusive, measured)),
      trans.__('%1 itself', amount(self, ownMeasured)),
      ...(calls > 0
        ? [
            trans.__(
              '%1 calls, %2 each',
              formatValue(calls, 'count'),
              formatValue(inclusive / calls, data.unit)
            )
          ]
        : [])
    ];
    const place = placeLabel(profile, this._func);
    this._middle.replaceChildren(
      el(
        'div',
        {
          class: 'np-Sandwich-name',
          attrs: { title: functionTitle(profile, this._func) }
        },
        swatch,
        el('strong', { text: this._name }),
        el('span', { class: 'np-mod-soft', text: place })
      ),
      el(
        'div',
        { class: 'np-Sandwich-facts' },
        ...facts.map(text => el('span', { text }))
      )
    );
  }

  private _go(func: FunctionIndex): void {
    if (func >= 0 && func !== this._func) {
      this._trail.push(this._func);
      this._select(func);
    }
  }

  private _select(func: FunctionIndex): void {
    this._next = func;
    this._context.state.set({ selection: func, line: null });
  }

  private readonly _context: IViewContext;
  private readonly _callers: Grid;
  private readonly _callees: Grid;
  private readonly _middle = el('div', { class: 'np-Sandwich-middle' });
  private _above = NOBODY;
  private _below = NOBODY;
  private _func: FunctionIndex = -1;
  /** The functions that were left for a neighbour. */
  private _trail: FunctionIndex[] = [];
  /** The function that was gone to last. */
  private _next: FunctionIndex = -1;
}
