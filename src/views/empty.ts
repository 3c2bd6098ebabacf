/** A view that has nothing to show: why, and where to go instead, if anywhere. */
import type { Missing } from '../analysis/missing';
import { el } from './dom';
import type { ITranslation } from './env';
import type { IView, IViewContext } from './view';

const NAMES: Readonly<Record<string, string>> = {
  summary: 'Summary',
  graph: 'Graph',
  table: 'Table'
};

/** Says what is missing and offers other views by their ids. */
export function emptyView(
  context: IViewContext,
  missing: Missing,
  instead: readonly string[] = []
): IView {
  const { trans } = context;
  const buttons = instead.map(id => {
    const button = el('button', {
      class: 'np-Action',
      text: trans.__('Show the %1', trans.__(NAMES[id] ?? id)),
      attrs: { type: 'button' }
    });
    button.addEventListener('click', () => context.open({ tab: id }));
    return button;
  });
  return {
    node: el(
      'div',
      {},
      el(
        'div',
        { class: 'np-Empty' },
        el('p', { text: sentenceOf(missing, trans) }),
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

/** What is missing, why, and what to do. */
function sentenceOf(missing: Missing, trans: ITranslation): string {
  switch (missing.what) {
    case 'stacks':
      return trans.__(
        '%1 counts calls and keeps no stacks; the Graph and Table views show what it measured.',
        missing.engine || trans.__('This engine')
      );
    case 'times':
      return trans.__(
        '%1 counts calls and notes no times; profile the cell with perf or py-spy to see when things ran.',
        missing.engine || trans.__('This engine')
      );
    case 'snapshots':
      return trans.__('How large memory was in time is not in this profile.');
    case 'samples':
      return trans.__(
        'No samples were taken: the cell was too short. Repeat the work or raise the rate.'
      );
    case 'numbers':
      return trans.__(
        'The times of this profile are no numbers, so that nothing can be placed in time; the other views do not need them.'
      );
  }
}
