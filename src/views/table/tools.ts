/** The controls beside the tabs while the table is shown. */
import type { Group } from '../../analysis/groups';
import { hasInterpreter } from '../../analysis/interpreter';
import { pickerButton, setPressed, toggleButton } from '../buttons';
import { Disposables, el } from '../dom';
import { openMenu, type IMenuEntry } from '../menu';
import { Kind, type IProfile } from '../../model/profile';
import type { IViewContext } from '../view';
import type { ITableChoice } from './choice';
import type { TableContent } from './content';

/** What rows can stand under, and what that is called. */
const GROUPS: readonly (readonly [Group, string, string])[] = [
  ['function', 'No groups', 'Not in groups'],
  ['module', 'By module', 'By module'],
  ['file', 'By file', 'By file'],
  ['interpreter', 'By part of CPython', 'By part of CPython']
];

/** Buttons that change the table's part of the state. */
export class TableTools {
  constructor(context: IViewContext, content: TableContent) {
    this._context = context;
    const { state, trans } = context;
    this._lines = toggleButton(
      trans.__('Lines'),
      trans.__('Show source lines instead of functions (l)')
    );
    this._lines.hidden = !hasLines(context.profile);
    this._sandwich = toggleButton(
      trans.__('Sandwich'),
      trans.__('Callers above, callees below the selected function (s)')
    );
    this._group = pickerButton(trans.__('Groups of rows (g)'));
    this._columns = pickerButton(trans.__('Choose the columns (c)'));
    this._columns.textContent = trans.__('Columns');
    this.node = el(
      'div',
      { class: 'np-Tools' },
      this.count,
      this._lines,
      this._group,
      this._columns,
      this._sandwich
    );
    const toggle = (key: 'lines' | 'sandwich') => (): void =>
      this.choose({ [key]: !this._choice[key] });
    this._listeners.on(this._lines, 'click', toggle('lines'));
    this._listeners.on(this._sandwich, 'click', toggle('sandwich'));
    this._listeners.on(this._group, 'click', () =>
      this._open(this._group, this._groupEntries())
    );
    this._listeners.on(this._columns, 'click', () => {
      this._open(this._columns, this._columnEntries(content));
    });
    this._listeners.add(() => this._close?.());
    this._listeners.add(state.subscribe(['table'], () => this._label()));
    this._label();
  }

  readonly node: HTMLElement;
  /** Says how many rows there are. */
  readonly count = el('span', { class: 'np-Tools-text' });

  /** Changes a part of what is chosen. */
  choose(part: Partial<ITableChoice>): void {
    this._context.state.set({ table: { ...this._choice, ...part } });
  }

  /** Does what a key stands for; false: it stands for nothing. */
  handleKey(key: string): boolean {
    const button = {
      l: this._lines,
      g: this._group,
      c: this._columns,
      s: this._sandwich
    }[key];
    if (!button || button.hidden) {
      return false;
    }
    button.click();
    return true;
  }

  dispose(): void {
    this._listeners.dispose();
  }

  private get _choice(): ITableChoice {
    return this._context.state.value.table;
  }

  private _label(): void {
    const { lines, sandwich, group } = this._choice;
    setPressed(this._lines, lines);
    setPressed(this._sandwich, sandwich);
    const name = GROUPS.find(([id]) => id === group)?.[1] ?? '';
    this._group.textContent = this._context.trans.__(name);
    this._group.classList.toggle('np-mod-on', group !== 'function');
  }

  private _open(button: HTMLElement, entries: readonly IMenuEntry[]): void {
    const root = button.closest<HTMLElement>('.np-Viewer');
    if (root) {
      this._close?.();
      this._close = openMenu(root, button, entries);
    }
  }

  /** The interpreter's parts are those of its machinery: it is shown with them. */
  private _setGroup(group: Group): void {
    const shows = group === 'interpreter' ? { foldPlumbing: false } : {};
    const table = { ...this._choice, group };
    this._context.state.set({ table, ...shows });
  }

  private _groupEntries(): IMenuEntry[] {
    const { trans } = this._context;
    const { profile } = this._context;
    return GROUPS.filter(
      ([group]) => group !== 'interpreter' || hasInterpreter(profile)
    ).map(([group, , label]) => ({
      label: trans.__(label),
      checked: group === this._choice.group,
      choice: true,
      run: () => this._setGroup(group)
    }));
  }

  /** All but the first column, which says what a row is. */
  private _columnEntries({ all, shown }: TableContent): IMenuEntry[] {
    const { trans } = this._context;
    return [
      ...all.slice(1).map(({ id, label, of }) => {
        const checked = shown.some(column => column.id === id);
        return {
          label,
          detail: of,
          checked,
          stays: true,
          run: () => {
            const { columns } = this._choice;
            const before = columns[id] ?? checked;
            this.choose({ columns: { ...columns, [id]: !before } });
          }
        };
      }),
      {
        label: trans.__('As at first'),
        run: () => this.choose({ columns: {} })
      }
    ];
  }

  private readonly _context: IViewContext;
  private readonly _listeners = new Disposables();
  private readonly _lines: HTMLButtonElement;
  private readonly _sandwich: HTMLButtonElement;
  private readonly _group: HTMLButtonElement;
  private readonly _columns: HTMLButtonElement;
  private _close: (() => void) | null = null;
}

/** Whether any line of Python is known; the lines themselves take longer. */
function hasLines({ frames, functions }: IProfile): boolean {
  return (
    frames?.line.some(
      (line, frame) =>
        line > 0 && functions.kind[frames.function[frame]] === Kind.Python
    ) ?? false
  );
}
