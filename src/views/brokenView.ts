/** What stands where a view failed. */
import { el } from './dom';
import type { IView, IViewContext, IViewKind } from './view';

/** Stands in for a view that could not be made: the others still work. */
export function brokenView(
  context: IViewContext,
  kind: IViewKind,
  error: unknown
): IView {
  const reason = error instanceof Error ? error.message : String(error);
  const sentence = context.trans.__(
    '%1 cannot be shown (%2); the other views still can.',
    kind.label,
    reason
  );
  return {
    node: el('div', {}, el('p', { class: 'np-Message', text: sentence })),
    refresh: () => undefined,
    focus: () => undefined,
    dispose: () => undefined
  };
}
