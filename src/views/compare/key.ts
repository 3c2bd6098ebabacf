/** The legend: what the colours and patterns of differences mean. */
import { el } from '../dom';
import type { ITranslation } from '../env';

/** A line of swatches, from much less to much more, and noise. */
export function makeKey(trans: ITranslation): HTMLElement {
  const swatch = (kind: string): HTMLElement =>
    el('span', { class: `np-Swatch np-Change ${kind}` });
  const less = [3, 2, 1].map(level => swatch(`np-mod-less${level}`));
  const more = [1, 2, 3].map(level => swatch(`np-mod-more${level}`));
  return el(
    'div',
    { class: 'np-Key', attrs: { 'aria-label': trans.__('Colours') } },
    el('span', {}, ...less, trans.__('▼ less')),
    el('span', {}, ...more, trans.__('▲ more')),
    el(
      'span',
      {},
      swatch('np-mod-noise'),
      trans.__('within noise, or the same')
    ),
    el('span', {
      text: trans.__(
        'steps at 1 and 5 points of the whole; width: the mean of both'
      )
    })
  );
}
