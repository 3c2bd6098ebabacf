/** Makes a view, or what stands in its place. */
import { missingStacks } from '../analysis/missing';
import { brokenView } from './brokenView';
import { emptyView } from './empty';
import type { IView, IViewContext, IViewKind } from './view';

/** The view that still says something of a profile without samples. */
const SUMMARY = 'summary';

/**
 * A view of a kind. Where nothing was measured it says so instead of showing
 * an empty table, and where it fails the others still work.
 */
export function createView(context: IViewContext, kind: IViewKind): IView {
  const { profile } = context;
  try {
    const missing =
      profile.meta.kind === 'exact' ? null : missingStacks(profile);
    return missing === null || kind.id === SUMMARY
      ? kind.create(context)
      : emptyView(context, missing);
  } catch (error) {
    return brokenView(context, kind, error);
  }
}
