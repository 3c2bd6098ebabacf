/** How a cost is shown: its share with its interval, its split by category. */
import { formatShare } from '../analysis/units';
import { categoryStyle, paintCategory } from './categories';
import { el } from './dom';
import type { IViewContext } from './view';

/** A share, and smaller its interval where it has one. */
export function makeEstimate(text: string): HTMLElement {
  const [share, uncertainty] = text.split(/\u00a0(?=±)/);
  return el(
    'span',
    { class: 'np-Estimate' },
    el('span', { text: share }),
    el('span', {
      class: 'np-Uncertainty',
      text: uncertainty ? `\u00a0${uncertainty}` : ''
    })
  );
}

/**
 * A bar of `whole` in its categories, as long as its share in `longest`.
 *
 * @param byCategory Costs in the order of `CATEGORIES`.
 */
export function makeSplitBar(
  { trans }: IViewContext,
  byCategory: ArrayLike<number>,
  whole: number,
  longest: number
): HTMLElement {
  const said: string[] = [];
  const parts = Array.from(byCategory, (cost, category) => {
    if (cost <= 0) {
      return null;
    }
    const label = trans.__(categoryStyle(category).label);
    said.push(`${label} ${formatShare(cost, whole)}`);
    const part = el('span');
    part.style.width = `${(100 * cost) / longest}%`;
    paintCategory(part, category);
    return part;
  });
  const split = said.join(', ');
  return el(
    'span',
    {
      class: 'np-Mini',
      attrs: { role: 'img', 'aria-label': split, title: split }
    },
    ...parts
  );
}
