/** Changes to the stacks that a reader makes: one function or module at a time. */
import type { FunctionIndex, IProfile } from '../model/profile';
import type { IStackView } from './stackView';
import { moduleKey } from './names';
import { StackRows } from './stackRows';

/** A change to all stacks through a function or module. */
export interface IStackEdit {
  /**
   * `hide`: it vanishes, its own cost goes to its caller; `fold`: what it
   * calls vanishes, with all cost becoming its own; `focus`: only what it
   * runs is left, without its callers.
   */
  readonly what: 'hide' | 'fold' | 'focus';
  readonly by: 'function' | 'module';
  /** A row of `profile.functions`, or a module's `moduleKey`. */
  readonly key: number;
}

/** Which functions an edit is about. */
export function editedBy(
  profile: IProfile,
  { by, key }: IStackEdit
): (func: FunctionIndex) => boolean {
  return by === 'function'
    ? func => func === key
    : func => moduleKey(profile, func) === key;
}

/** A view after some edits, one after the other. */
export function editStacks(
  view: IStackView,
  edits: readonly IStackEdit[]
): IStackView {
  return edits.reduce(editOnce, view);
}

/**
 * Cost that moves to a caller keeps its category; where there is no caller
 * the row stays. So only a focus changes the total.
 */
function editOnce(view: IStackView, edit: IStackEdit): IStackView {
  const has = editedFunctions(view, edit);
  const rows = new StackRows(view);
  // By row: whether it is, or is below, one that the edit is about.
  const inside = new Uint8Array(view.length);
  // The row that its callees hang below; -1: they are roots.
  const base = new Int32Array(view.length).fill(-1);
  for (let row = 0; row < view.length; row++) {
    const above = view.prefix[row];
    const within = above >= 0 && inside[above] === 1;
    const is = has[view.function[row]] === 1;
    inside[row] = within || is ? 1 : 0;
    if (edit.what === 'focus' && !inside[row]) {
      continue;
    }
    const below = above >= 0 ? base[above] : -1;
    const gone = edit.what === 'hide' ? is : edit.what === 'fold' && within;
    base[row] = gone ? below : rows.add(row, below, view.frame[row]);
    if (!gone) {
      rows.charge(row, base[row]);
    } else if (view.count[row] > 0) {
      rows.charge(row, rows.placeFor(row, below));
    }
  }
  const moved = (row: number): number => (row < 0 ? -1 : rows.ofRow[row]);
  return {
    ...view,
    ...rows.finish(view.profile.frames!.function),
    ofStack: view.ofStack.map(moved),
    rowOf: sample => moved(view.rowOf(sample))
  };
}

function editedFunctions(view: IStackView, edit: IStackEdit): Uint8Array {
  const is = editedBy(view.profile, edit);
  return Uint8Array.from(
    { length: view.profile.functions.length },
    (_, func) => (is(func) ? 1 : 0)
  );
}
