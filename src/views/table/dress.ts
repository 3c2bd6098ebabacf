/** How a row of a grid shows what it stands for. */
import { CATEGORIES } from '../../format/types';
import type { CategoryIndex } from '../../model/profile';
import { paintCategory } from '../categories';
import { el } from '../dom';

/** Puts the swatch of a category before the name in a row, whose tooltip is `title`. */
export function dressName(
  node: HTMLElement,
  category: CategoryIndex,
  title: string
): void {
  const cell = node.firstElementChild as HTMLElement;
  const swatch = el('span', { class: 'np-Swatch' });
  paintCategory(swatch, category);
  cell.prepend(swatch);
  cell.title = title;
  node.style.setProperty('--np-bar', `var(--np-${CATEGORIES[category]})`);
}

/** Shows that a row is a group that is open or not, or below one. */
export function dressLevel(node: HTMLElement, open: boolean | null): void {
  const cell = node.firstElementChild as HTMLElement;
  node.setAttribute('aria-level', open === null ? '2' : '1');
  if (open === null) {
    node.classList.add('np-mod-member');
    return;
  }
  node.classList.add('np-mod-group');
  node.setAttribute('aria-expanded', String(open));
  cell.prepend(
    el('span', {
      class: 'np-Grid-mark',
      text: open ? '▾' : '▸',
      attrs: { 'aria-hidden': true }
    })
  );
}
