/** A view that has nothing to show: why, and where to go instead, if anywhere. */
import { el } from './dom';
import type { IView, IViewContext } from './view';

const NAMES: Readonly<Record<string, string>> = {
  summary: 'Summary',
  graph: 'Graph',
  table: 'Table'
};

/** Says `reason` and offers other views by their ids. */
export function emptyView(
  context: IViewContext,
  reason: string,
  instead: readonly string[] = []
): IView {
  const { state, trans } = context;
  const buttons = instead.map(id => {
    const button = el('button', {
      class: 'np-Action',
      text: trans.__('Show the %1', NAMES[id] ?? id),
      attrs: { type: 'button' }
    });
    button.addEventListener('click', () => state.set({ tab: id }));
    return button;
  });
  return {
    node: el(
      'div',
      {},
      el(
        'div',
        { class: 'np-Empty' },
        el('p', { text: reason }),
        buttons.length > 0
          ? el('div', { class: 'np-Empty-instead' }, ...buttons)
          : null
      )
    ),
    refresh: () => undefined,
    focus: () => buttons[0]?.focus(),
    dispose: () => undefined
  };
}
