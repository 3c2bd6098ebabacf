/** How many lines of a file there are to travel to, and the button that goes to the next. */
import { el } from '../dom';
import type { ITranslation } from '../env';
import { knowsFunctionsAlone, type ISheet } from './sheet';

/** Costly lines, or those that never ran. */
export class Travel {
  readonly count = el('span', { class: 'np-Tools-text' });
  readonly next = el('button', {
    class: 'np-Toggle',
    text: '↓',
    attrs: { type: 'button' }
  });

  /** @param count Of the lines of the sheet to travel to. */
  show(sheet: ISheet | null, count: number, trans: ITranslation): void {
    const runs = sheet?.exact?.runs;
    const words = runs
      ? trans.__(
          count === 1 ? '%1 line never ran' : '%1 lines never ran',
          count
        )
      : sheet && knowsFunctionsAlone(sheet)
        ? trans.__(
            count === 1 ? '%1 costly function' : '%1 costly functions',
            count
          )
        : trans.__(count === 1 ? '%1 costly line' : '%1 costly lines', count);
    this.count.textContent = words;
    this.next.title = runs
      ? trans.__('Next line that never ran (n), the one before (N)')
      : trans.__('Next costly line (n), the one before (N)');
    this.next.setAttribute('aria-label', this.next.title);
    this.next.disabled = count === 0;
  }
}
