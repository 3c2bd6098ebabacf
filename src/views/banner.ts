/** What is said above the views where a profile says little. */
import { formatWhole } from '../analysis/units';
import { Disposables, el } from './dom';
import { tooFew } from './messages';
import type { IViewContext } from './view';

/** The sentence, with a button that runs the cell again where it can; empty: none. */
export function makeBanner(
  { profile, trans, env }: IViewContext,
  listeners: Disposables
): HTMLElement[] {
  const sentence = tooFew(profile, trans);
  if (!sentence) {
    return [];
  }
  const banner = el(
    'div',
    { class: 'np-Message np-Banner', attrs: { role: 'note' } },
    el('p', { text: sentence })
  );
  const { rerun } = env;
  const { rate } = profile.meta;
  if (rerun && rate) {
    const faster = Math.min(rate * 10, 9_999);
    const button = el('button', {
      class: 'np-Action',
      text: trans.__('Run again at %1 Hz', formatWhole(faster)),
      attrs: { type: 'button' }
    });
    listeners.on(button, 'click', () => rerun(faster));
    banner.append(button);
  }
  return [banner];
}
