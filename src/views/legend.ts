/** The legend below a picture: the categories that the profile has. */
import { categoryStyle, paintCategory } from './categories';
import { el } from './dom';
import type { IViewContext } from './view';

/** A line of swatches with names, costliest category first. */
export function makeLegend(context: IViewContext): HTMLElement {
  const { data, profile, trans } = context;
  const values = data.categories;
  // What clocks measured has no frames.
  const drawn = [...values.keys()].filter(
    category => values[category] > 0 && hasFrames(context, category)
  );
  drawn.sort((a, b) => values[b] - values[a]);
  return el(
    'div',
    {
      class: 'np-Key',
      attrs: { 'aria-label': trans.__('Colours of %1', profile.meta.name) }
    },
    ...drawn.map(category => {
      const style = categoryStyle(category);
      const swatch = el('span', { class: 'np-Swatch' });
      paintCategory(swatch, category);
      return el(
        'span',
        { attrs: { title: trans.__(style.meaning) } },
        swatch,
        trans.__(style.label)
      );
    })
  );
}

function hasFrames(context: IViewContext, category: number): boolean {
  const { rows } = context.data;
  return rows.category.subarray(0, rows.length).includes(category);
}
