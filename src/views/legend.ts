/** The legend below a picture: the categories that the profile has. */
import { categoryStyle, paintCategory } from './categories';
import { el, type Disposables } from './dom';
import { STACK_KEYS } from './state';
import type { IViewContext } from './view';

/** A line of swatches with names, costliest category first. */
export function makeLegend(
  context: IViewContext,
  listeners: Disposables
): HTMLElement {
  const { profile, state, trans } = context;
  const node = el('div', {
    class: 'np-Key',
    attrs: { 'aria-label': trans.__('Colours of %1', profile.meta.name) }
  });
  const fill = (): void => node.replaceChildren(...makeItems(context));
  listeners.add(state.subscribe(STACK_KEYS, fill));
  fill();
  return node;
}

function makeItems(context: IViewContext): HTMLElement[] {
  const { data, trans } = context;
  const { cost: values } = data.categories;
  // What clocks measured has no frames.
  const drawn = [...values.keys()].filter(
    category => values[category] > 0 && hasFrames(context, category)
  );
  drawn.sort((a, b) => values[b] - values[a]);
  return drawn.map(category => {
    const style = categoryStyle(category);
    const swatch = el('span', { class: 'np-Swatch' });
    paintCategory(swatch, category);
    return el(
      'span',
      { attrs: { title: trans.__(style.meaning) } },
      swatch,
      trans.__(style.label)
    );
  });
}

function hasFrames(context: IViewContext, category: number): boolean {
  const { rows } = context.data;
  return rows.category.subarray(0, rows.length).includes(category);
}
