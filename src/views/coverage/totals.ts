/** How much of everything ran: a bar each for lines, functions and branches. */
import { shareText, sumOf, type ICoverageRows } from '../../analysis/coverage';
import { el } from '../dom';
import type { ITranslation } from '../env';
import { countText } from './columns';

/** The bars, of what there is any of. */
export function makeTotals(
  { lines, functions, branches }: ICoverageRows,
  trans: ITranslation
): HTMLElement[] {
  const kinds = [
    [trans.__('Lines'), lines],
    [trans.__('Functions'), functions],
    [trans.__('Branches'), branches]
  ] as const;
  return kinds.flatMap(([label, shares]) => {
    const [found, hit] = sumOf(shares);
    if (found === 0) {
      return [];
    }
    const count = countText(hit, found, trans);
    const bar = el('span', {
      class: 'np-Coverage-bar',
      attrs: { 'aria-hidden': true }
    });
    bar.style.setProperty('--np-fill', `${(100 * hit) / found}%`);
    return [
      el(
        'div',
        {
          class: 'np-Coverage-total',
          attrs: { title: `${label}: ${count}` }
        },
        el('span', { class: 'np-Coverage-label', text: label }),
        el('strong', { text: shareText(found, hit) }),
        el('span', { class: 'np-mod-soft', text: count }),
        bar
      )
    ];
  });
}
