/** Hiding, folding and focusing on frames, and taking it back. */
import type { ICallTree } from '../../analysis/tree';
import { editedBy, type IStackEdit } from '../../analysis/edits';
import { functionLabel, moduleLabel } from '../../analysis/names';
import type { IMenuEntry } from '../menu';
import type { IFlameChoice } from '../state';
import type { IViewContext } from '../view';

/** Changes how the flame graph shows the stacks; a zoom ends where they move. */
export function chooseFlame(
  { state }: IViewContext,
  part: Partial<IFlameChoice>
): void {
  const { flame, zoom } = state.value;
  const moves = part.order ?? part.merge ?? part.edits;
  state.set({
    flame: { ...flame, ...part },
    zoom: moves === undefined ? zoom : []
  });
}

/** Hides, folds or focuses on what a frame stands for, wherever it is. */
export function editFrame(
  context: IViewContext,
  what: IStackEdit['what'],
  tree: ICallTree,
  node: number
): void {
  const { flame } = context.state.value;
  const by = flame.merge === 'module' ? 'module' : 'function';
  const key = by === 'module' ? tree.key[node] : tree.func[node];
  const edit: IStackEdit = { what, by, key };
  chooseFlame(context, { edits: [...flame.edits, edit] });
  context.announce(editSentence(context, edit));
}

/** The changes, newest first: each goes when it is chosen. */
export function editEntries(context: IViewContext): IMenuEntry[] {
  const { trans } = context;
  const { edits } = context.state.value.flame;
  const entries = edits.map(edit => ({
    label: `✕ ${editSentence(context, edit)}`,
    run: () => chooseFlame(context, { edits: edits.filter(e => e !== edit) })
  }));
  return [
    { label: trans.__('Choose one to take it back') },
    ...entries.reverse(),
    {
      label: trans.__('Take all back'),
      run: () => chooseFlame(context, { edits: [] })
    }
  ];
}

function editSentence(
  { profile, trans }: IViewContext,
  edit: IStackEdit
): string {
  const is = editedBy(profile, edit);
  const { length } = profile.functions;
  const func = Array.from({ length }, (_, func) => func).find(is) ?? -1;
  const name =
    edit.by === 'module'
      ? moduleLabel(profile, func)
      : functionLabel(profile, func);
  switch (edit.what) {
    case 'hide':
      return trans.__('%1 is hidden', name);
    case 'fold':
      return trans.__('%1 is folded', name);
    case 'focus':
      return trans.__('Only %1', name);
  }
}
