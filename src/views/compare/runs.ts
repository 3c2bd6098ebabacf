/** The profiles that are compared, a line each: what it is, how its time splits, how much it is. */
import { formatShare, formatValue } from '../../analysis/units';
import { categoryStyle, paintCategory } from '../categories';
import { el } from '../dom';
import type { IViewContext } from '../view';
import type { Compared } from './data';
import { changeText } from './words';

/** Narrower parts of a bar get no text, as a share of its width. */
const LEGIBLE = 0.14;

/** The parts of a line for each profile; bars are to one scale, so that they can be compared, too. */
export function makeRuns(
  { trans }: IViewContext,
  compared: Compared
): HTMLElement[] {
  const { labels, own, profiles, splits, totals, unit, values } = compared;
  const sums = splits.map(split => split.reduce((all, one) => all + one, 0));
  const longest = Math.max(...sums);
  return labels.flatMap((label, at) => [
    el('b', {
      class: `np-Compare-run${at === own ? ' np-mod-own' : ''}`,
      text: label,
      attrs: {
        title: trans.__(
          '%1 under %2: %3 by the clock',
          label,
          profiles[at].meta.engine,
          formatValue(profiles[at].meta.wall_ns, 'ns')
        )
      }
    }),
    makeBar(compared, at, unit === 'share' ? sums[at] : longest, trans),
    el('span', {
      class: 'np-Compare-total',
      text: formatValue(totals[at], values[at].unit)
    }),
    el('span', { class: 'np-Compare-change', text: changeOf(compared, at) })
  ]);
}

/** The costs by category, `whole` filling the width. */
function makeBar(
  { labels, splits, values }: Compared,
  at: number,
  whole: number,
  trans: IViewContext['trans']
): HTMLElement {
  const split = splits[at];
  const sum = split.reduce((all, one) => all + one, 0);
  const said: string[] = [];
  const parts = [...split.keys()]
    .filter(category => split[category] > 0)
    .map(category => {
      const name = trans.__(categoryStyle(category).label);
      const text = `${name} ${formatShare(split[category], sum)}`;
      const share = split[category] / whole;
      said.push(text);
      const node = el('span', {
        class: `np-Bar-part${share < LEGIBLE ? ' np-mod-bare' : ''}`,
        text: share < LEGIBLE ? '' : text,
        attrs: {
          title: `${text}, ${formatValue(split[category], values[at].unit)}`
        }
      });
      node.style.width = `${100 * share}%`;
      paintCategory(node, category);
      return node;
    });
  const label = [labels[at], said.join(', ')].join(': ');
  const attrs = { role: 'img', 'aria-label': label };
  return el('div', { class: 'np-Bar', attrs }, ...parts);
}

/** How much a total differs from the first one's; empty where that says nothing. */
function changeOf(
  { hasOneUnit, totals, values }: Compared,
  at: number
): string {
  if (at === 0 || !hasOneUnit || !(totals[0] > 0)) {
    return '';
  }
  const change = totals[at] - totals[0];
  const sign = change < 0 ? '\u2212' : '+';
  const relative = formatShare(Math.abs(change), totals[0]);
  const amount = changeText(change, 0, 'amount', values[0].unit);
  return change === 0 ? '=' : `${amount} (${sign}${relative})`;
}
