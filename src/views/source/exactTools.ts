/** What is shown of counted lines beside their costs: calls below them, a column for each value. */
import { hasExactLines } from '../../analysis/exactLines';
import { setPressed, toggleButton } from '../buttons';
import type { Disposables } from '../dom';
import type { IViewContext } from '../view';

/** What of the state these tools set. */
export const EXACT_KEYS = ['lineCalls', 'allValues'] as const;

/** The buttons, and their keys; none for a profile without such lines. */
export class ExactTools {
  constructor(context: IViewContext, listeners: Disposables) {
    const { profile, state, trans } = context;
    const hasSeveral = (): boolean => context.profile.values.length > 1;
    const isExact = hasExactLines(profile);
    const add = (
      key: (typeof EXACT_KEYS)[number],
      letter: string,
      label: string,
      meaning: string
    ): HTMLButtonElement => {
      const toggle = (): void => state.set({ [key]: !state.value[key] });
      const button = toggleButton(label, `${meaning} (${letter})`);
      const show = (): void => setPressed(button, state.value[key]);
      listeners.on(button, 'click', toggle);
      listeners.add(state.subscribe([key], show));
      show();
      this.buttons.push(button);
      this.keys[letter] = toggle;
      return button;
    };
    if (isExact && profile.callSites?.length) {
      add(
        'lineCalls',
        'c',
        trans.__('Calls'),
        trans.__('The calls that a line makes, below it')
      );
    }
    if (isExact) {
      const button = add(
        'allValues',
        'e',
        trans.__('All values'),
        trans.__('A column for each value that was counted')
      );
      // A formula of the reader's is a further value.
      const show = (): void => {
        button.hidden = !hasSeveral();
      };
      listeners.add(state.subscribe(['formulas'], show));
      show();
    }
  }

  readonly buttons: HTMLButtonElement[] = [];
  readonly keys: Record<string, () => void> = {};
}
