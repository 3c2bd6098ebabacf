/** The legend below a picture: the categories that the profile has. */
import { categoryStyle, paintCategory } from './categories';
import { el, type Disposables } from './dom';
import { SHOWN_KEYS, STACK_KEYS } from './state';
import type { IViewContext } from './view';

/**
 * A line of swatches with names, costliest category first. `costs` by
 * category: of what is drawn, by default the frames of the stacks shown.
 */
export function makeLegend(
  context: IViewContext,
  listeners: Disposables,
  costs = () => costsOfFrames(context)
): HTMLElement {
  const { profile, state, trans } = context;
  const node = el('div', {
    class: 'np-Key',
    attrs: { 'aria-label': trans.__('Colours of %1', profile.meta.name) }
  });
  let isStale = true;
  const fill = (): void => {
    const isHidden = !!node.closest<HTMLElement>('.np-View')?.hidden;
    if (isStale && !isHidden) {
      isStale = false;
      const items = makeItems(context, costs());
      node.title = items.map(item => item.textContent).join(', ');
      node.replaceChildren(...items);
    }
  };
  listeners.add(state.subscribe(SHOWN_KEYS, fill));
  listeners.add(
    state.subscribe(STACK_KEYS, () => {
      isStale = true;
      fill();
    })
  );
  fill();
  return node;
}

function makeItems(
  { trans }: IViewContext,
  values: Float64Array
): HTMLElement[] {
  const drawn = [...values.keys()].filter(category => values[category] > 0);
  drawn.sort((a, b) => values[b] - values[a]);
  return drawn.map(category => {
    const style = categoryStyle(category);
    const swatch = el('span', { class: 'np-Swatch' });
    paintCategory(swatch, category);
    const label = trans.__(style.label);
    return el(
      'span',
      { attrs: { title: `${label}: ${trans.__(style.meaning)}` } },
      swatch,
      label
    );
  });
}

/** What clocks measured has no frames: it is left out. */
function costsOfFrames({ data }: IViewContext): Float64Array {
  const { rows } = data;
  const framed = new Set(rows.category.subarray(0, rows.length));
  return data.categories.cost.map((cost, category) =>
    framed.has(category) ? cost : 0
  );
}
