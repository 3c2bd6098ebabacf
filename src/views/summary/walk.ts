/** Going through the rows by keyboard: up and down, and along the buttons of one. */
import type { Disposables } from '../dom';

const ROW = '.np-Row';
const TEXT = '.np-Row-text';

/**
 * The rows of `root` are one stop of Tab, the one that had the focus last;
 * the arrow keys reach the others. Reasons, being links, stay stops.
 */
export class RowWalk {
  constructor(root: HTMLElement, listeners: Disposables) {
    this._root = root;
    listeners.on(root, 'keydown', event => this._onKey(event));
    listeners.on(root, 'focusin', ({ target }) => {
      const row = (target as HTMLElement).closest<HTMLElement>(ROW);
      if (row) {
        this._stopAt(row);
      }
    });
  }

  /** To be called when the rows are others. */
  restart(): void {
    const [first] = this._rows;
    if (first) {
      this._stopAt(first);
    }
  }

  private _stopAt(stop: HTMLElement): void {
    for (const row of this._rows) {
      for (const button of row.querySelectorAll<HTMLElement>(
        `${TEXT}, button.np-Row-place`
      )) {
        button.tabIndex = row === stop && button.matches(TEXT) ? 0 : -1;
      }
    }
  }

  private _onKey(event: KeyboardEvent): void {
    const { target, key } = event;
    const row = (target as HTMLElement).closest<HTMLElement>(ROW);
    if (!row || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const rows = this._rows;
    const at = rows.indexOf(row);
    const buttons = [...row.querySelectorAll('button')];
    const here = buttons.indexOf(target as HTMLButtonElement);
    const steps: Readonly<
      Record<string, () => HTMLElement | null | undefined>
    > = {
      ArrowDown: () => rows[at + 1]?.querySelector<HTMLElement>(TEXT),
      ArrowUp: () => rows[at - 1]?.querySelector<HTMLElement>(TEXT),
      ArrowRight: () => buttons[here + 1],
      ArrowLeft: () => buttons[here - 1],
      Home: () => rows[0].querySelector<HTMLElement>(TEXT),
      End: () => rows.at(-1)!.querySelector<HTMLElement>(TEXT)
    };
    if (key in steps) {
      steps[key]()?.focus();
      event.preventDefault();
    }
  }

  private get _rows(): HTMLElement[] {
    return [...this._root.querySelectorAll<HTMLElement>(ROW)];
  }

  private readonly _root: HTMLElement;
}
