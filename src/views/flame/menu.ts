/** The menu of a frame. */
import type { ICallTree } from '../../analysis/tree';
import type { IStackEdit } from '../../analysis/edits';
import type { IMenuEntry } from '../menu';
import { copyName } from '../clipboard';
import type { IViewContext } from '../view';
import type { FrameNames } from './names';

/** What the flame graph does with the frame. */
export interface IFrameActions {
  zoom(): void;
  edit(what: IStackEdit['what']): void;
}

/** What can be done with a node, each with its key. */
export function frameEntries(
  context: IViewContext,
  names: FrameNames,
  tree: ICallTree,
  node: number,
  { zoom, edit }: IFrameActions
): IMenuEntry[] {
  const { state, trans } = context;
  const { flame, foldPlumbing } = state.value;
  const selection = tree.func[node];
  const [name] = names.of(tree, node);
  const show =
    (tab: string, focus = state.value.focus) =>
    (): void =>
      context.open({ tab, selection, focus });
  const entries: IMenuEntry[] = [
    { label: name.slice(0, 60) },
    { label: trans.__('Zoom in'), detail: 'Enter', run: zoom },
    {
      label: trans.__('Only this, from all callers'),
      detail: 'f',
      run: () => edit('focus')
    },
    {
      label: trans.__('Hide: its cost goes to its caller'),
      detail: 'h',
      run: () => edit('hide')
    },
    {
      label: trans.__('Fold: what it calls becomes its own cost'),
      detail: 'c',
      run: () => edit('fold')
    }
  ];
  if (flame.merge !== 'module') {
    entries.push(
      {
        label: trans.__('Callers and callees in the graph'),
        run: show('graph', selection)
      },
      { label: trans.__('Show in the table'), run: show('table') },
      { label: trans.__('Show its source'), run: show('source') }
    );
  }
  entries.push(
    {
      label: trans.__('Copy name'),
      detail: 'Ctrl + C',
      run: () => void copyName(context, name)
    },
    {
      label: trans.__('Interpreter frames'),
      detail: 'p',
      checked: !foldPlumbing,
      run: () => state.set({ foldPlumbing: !foldPlumbing, zoom: [] })
    }
  );
  return entries;
}
