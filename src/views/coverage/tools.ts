/** The controls beside the tabs while coverage is shown. */
import { COVERAGE_BY, type CoverageBy } from '../../analysis/coverage';
import { pickerButton, setPressed, toggleButton } from '../buttons';
import { Disposables, el } from '../dom';
import { openMenu } from '../menu';
import type { IViewContext } from '../view';
import type { ICoverageChoice } from './choice';

const LABELS: Readonly<Record<CoverageBy, string>> = {
  file: 'By file',
  function: 'By function',
  directory: 'By directory'
};

/** Buttons that change the view's part of the state. */
export class CoverageTools {
  constructor(context: IViewContext) {
    this._context = context;
    const { state, trans } = context;
    this._by = pickerButton(trans.__('What a row is (g)'));
    this._never = toggleButton(
      trans.__('Never run'),
      trans.__('Show only what has lines that never ran (n)')
    );
    this.node = el(
      'div',
      { class: 'np-Tools' },
      this.count,
      this._by,
      this._never
    );
    this._listeners.on(this._by, 'click', () => this._open());
    this._listeners.on(this._never, 'click', () =>
      this.choose({ never: !this._choice.never })
    );
    this._listeners.add(() => this._close?.());
    this._listeners.add(state.subscribe(['coverage'], () => this._label()));
    this._label();
  }

  readonly node: HTMLElement;
  /** Says how many rows there are. */
  readonly count = el('span', { class: 'np-Tools-text' });

  /** Changes a part of what is chosen. */
  choose(part: Partial<ICoverageChoice>): void {
    this._context.state.set({ coverage: { ...this._choice, ...part } });
  }

  /** Does what a key stands for; false: it stands for nothing. */
  handleKey(key: string): boolean {
    const button = { g: this._by, n: this._never }[key];
    button?.click();
    return !!button;
  }

  dispose(): void {
    this._listeners.dispose();
  }

  private get _choice(): ICoverageChoice {
    return this._context.state.value.coverage;
  }

  private _label(): void {
    const { by, never } = this._choice;
    this._by.textContent = this._context.trans.__(LABELS[by]);
    setPressed(this._never, never);
  }

  private _open(): void {
    const root = this._by.closest<HTMLElement>('.np-Viewer');
    if (root) {
      const { trans } = this._context;
      this._close?.();
      this._close = openMenu(
        root,
        this._by,
        COVERAGE_BY.map(by => ({
          label: trans.__(LABELS[by]),
          checked: by === this._choice.by,
          choice: true,
          run: () => this.choose({ by })
        }))
      );
    }
  }

  private readonly _context: IViewContext;
  private readonly _listeners = new Disposables();
  private readonly _by: HTMLButtonElement;
  private readonly _never: HTMLButtonElement;
  private _close: (() => void) | null = null;
}
