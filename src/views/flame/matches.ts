/** Which frames the search finds. */
import type { Merge } from '../../analysis/callTree';
import type { ICallTree } from '../../analysis/tree';
import { moduleKey } from '../../analysis/names';
import { formatShare, formatWhole } from '../../analysis/units';
import type { IProfile } from '../../model/profile';
import type { IMatches } from '../derived';
import type { IViewContext } from '../view';

/** The frames that match; `places` are those with no match above, costliest first. */
export interface IFrameMatches {
  has(node: number): boolean;
  readonly places: readonly number[];
}

/** Finds the matches in a tree; a module matches with any of its functions. */
export function frameMatches(
  profile: IProfile,
  tree: ICallTree,
  merge: Merge,
  matches: IMatches
): IFrameMatches {
  const has =
    merge === 'module'
      ? inModules(profile, tree, matches)
      : (node: number) => matches.has(tree.func[node]);
  const within = new Uint8Array(tree.length);
  const places: number[] = [];
  for (let node = 0; node < tree.length; node++) {
    const above = tree.parent[node];
    if (above >= 0 && within[above]) {
      within[node] = 1;
    } else if (has(node)) {
      within[node] = 1;
      places.push(node);
    }
  }
  places.sort((a, b) => tree.inclusive[b] - tree.inclusive[a] || a - b);
  return { has, places };
}

function inModules(
  profile: IProfile,
  tree: ICallTree,
  matches: IMatches
): (node: number) => boolean {
  const modules = new Set<number>();
  for (let func = 0; func < profile.functions.length; func++) {
    if (matches.has(func)) {
      modules.add(moduleKey(profile, func));
    }
  }
  return node => modules.has(tree.key[node]);
}

/** The place after `focus`, or before it; the first where `focus` is none. */
export function nextPlace(
  places: readonly number[],
  focus: number,
  step: 1 | -1
): number {
  const at = places.indexOf(focus);
  const next = at < 0 ? 0 : (at + step + places.length) % places.length;
  return places[next] ?? -1;
}

/** What the search finds in the tree that is shown, found once. */
export class FrameSearch {
  constructor(context: IViewContext) {
    this._context = context;
  }

  /** Null: nothing is searched for. */
  of(tree: ICallTree): IFrameMatches | null {
    const { data, profile, state } = this._context;
    const { matches } = data;
    if (this._tree !== tree || this._matches !== matches) {
      this._tree = tree;
      this._matches = matches;
      this._found =
        matches &&
        frameMatches(profile, tree, state.value.flame.merge, matches);
    }
    return this._found;
  }

  /** What was found, in words; empty: nothing is searched for. */
  note(tree: ICallTree): string {
    const found = this.of(tree);
    if (!found) {
      return '';
    }
    const { trans } = this._context;
    const cost = found.places.reduce((sum, at) => sum + tree.inclusive[at], 0);
    const { length } = found.places;
    return length === 0
      ? trans.__('no frame matches')
      : trans.__(
          length === 1
            ? 'matches: %1 in %2 frame'
            : 'matches: %1 in %2 frames (n: next)',
          formatShare(cost, tree.total),
          formatWhole(length)
        );
  }

  private readonly _context: IViewContext;
  private _tree: ICallTree | null = null;
  private _matches: IMatches | null = null;
  private _found: IFrameMatches | null = null;
}
