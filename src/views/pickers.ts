/**
 * The buttons that say what is shown: which value, and of what that ran; and one
 * that goes back to all that ran.
 */
import type { Lane } from '../analysis/lanes';
import { firstLane, type ILaneRow, type ILanes } from '../analysis/lanes';
import { formatShare } from '../analysis/units';
import { pickerButton } from './buttons';
import { Disposables, el } from './dom';
import { showLane } from './filters';
import { openFormulas } from './formulaBox';
import { isSameLane, laneName } from './laneName';
import { openMenu, type IMenuEntry } from './menu';
import { valueWords } from './values';
import type { IViewContext } from './view';

/** More than anyone reads; the costliest are shown. */
const MOST = 60;

/** The buttons; one that would offer no choice is not shown. */
export class Pickers {
  /** @param root Where the menus open: the viewer. */
  constructor(context: IViewContext, root: HTMLElement) {
    this._context = context;
    this._root = root;
    const { data, state } = context;
    this.value.hidden = data.measured.values.length < 2;
    this.lane.hidden = !hasLanes(context.data.lanes);
    for (const [button, entries] of [
      [this.value, () => this._values()],
      [this.lane, () => this._laneEntries()]
    ] as const) {
      this._listeners.on(button, 'click', () => {
        if (button.hidden) {
          return;
        }
        this._close?.();
        this._close = openMenu(this._root, button, entries());
      });
    }
    this._listeners.on(this.all, 'click', () => {
      this._show(null);
      this.lane.focus();
    });
    this._listeners.add(
      state.subscribe(['value', 'formulas', 'lane'], () => this._label())
    );
    this._label();
  }

  readonly value = pickerButton('', 'np-mod-value');
  readonly lane = pickerButton('', 'np-mod-lane');
  readonly all = el('button', {
    class: 'np-Toggle np-mod-all',
    attrs: { type: 'button' }
  });

  dispose(): void {
    this._close?.();
    this._listeners.dispose();
  }

  private _label(): void {
    const { profile, state, trans } = this._context;
    const { value, lane } = state.value;
    const shown = profile.values[value];
    this.value.textContent = shown ? valueWords(shown, trans) : '';
    this.value.title = trans.__('What is measured (v)');
    this.value.setAttribute(
      'aria-label',
      trans.__('What is measured: %1', this.value.textContent)
    );
    const found = lane && this._find(lane);
    const name = found ? laneName(found, trans) : trans.__('All threads');
    this.lane.textContent = name;
    this.lane.title = trans.__('Processes, threads and tasks (t): %1', name);
    this.lane.setAttribute('aria-label', trans.__('Of what: %1', name));
    this.lane.classList.toggle('np-mod-on', lane !== null);
    this.all.textContent = trans.__('All threads');
    this.all.hidden = lane === null;
  }

  private _show(lane: Lane | null): void {
    const { state } = this._context;
    state.set(showLane(state.value, lane));
  }

  /** Another value, of what it begins with unless something else was chosen. */
  private _measure(value: number): void {
    const { profile, state } = this._context;
    const { lane, value: before } = state.value;
    const untouched = isSameLane(lane, firstLane(profile, before));
    state.set({
      value,
      lane: untouched ? firstLane(profile, value) : lane,
      zoom: []
    });
  }

  private _values(): IMenuEntry[] {
    const { profile, state, trans } = this._context;
    const { value: shown, formulas } = state.value;
    return [
      ...profile.values.map((value, at) => ({
        label: valueWords(value, trans),
        detail: value.title
          ? value.name
          : formulas.find(({ name }) => name === value.name)?.text,
        checked: at === shown,
        choice: true,
        run: () => this._measure(at)
      })),
      { label: trans.__('Formulas…'), run: () => this._define() }
    ];
  }

  /** Opens the box in which values are defined. */
  private _define(): void {
    this._close?.();
    this._close = openFormulas(this._root, this._context, () =>
      this.value.focus()
    );
  }

  private _laneEntries(): IMenuEntry[] {
    const { data, state, trans } = this._context;
    const { processes, tasks, total } = data.lanes;
    const entry = (row: ILaneRow, inset: boolean): IMenuEntry => ({
      label: laneName(row, trans),
      detail: formatShare(row.cost, total),
      checked: isSameLane(row.lane, state.value.lane),
      choice: true,
      inset,
      run: () => this._show(row.lane)
    });
    const rows = processes.flatMap(({ process, threads }) => [
      ...(process ? [entry(process, false)] : []),
      ...threads.map(row => entry(row, process !== null))
    ]);
    return [
      {
        label: trans.__('All threads'),
        checked: state.value.lane === null,
        choice: true,
        run: () => this._show(null)
      },
      ...this._first(rows),
      ...(tasks.length > 0 ? [{ label: trans.__('asyncio tasks') }] : []),
      ...this._first(tasks.map(row => entry(row, false)))
    ];
  }

  private _first(rows: readonly IMenuEntry[]): IMenuEntry[] {
    const { trans } = this._context;
    const more = rows.length - MOST;
    return [
      ...rows.slice(0, MOST),
      ...(more > 0 ? [{ label: trans.__('%1 more are not listed', more) }] : [])
    ];
  }

  private _find(lane: Lane): ILaneRow | undefined {
    const { processes, tasks } = this._context.data.lanes;
    return [
      ...processes.flatMap(({ process, threads }) =>
        process ? [process, ...threads] : threads
      ),
      ...tasks
    ].find(row => isSameLane(row.lane, lane));
  }

  private readonly _context: IViewContext;
  private readonly _root: HTMLElement;
  private readonly _listeners = new Disposables();
  private _close: (() => void) | null = null;
}

function hasLanes({ processes, tasks }: ILanes): boolean {
  const threads = processes.reduce((sum, row) => sum + row.threads.length, 0);
  return threads > 1 || tasks.length > 1;
}
