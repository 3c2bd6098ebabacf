/** Which cells of two profiles are the same one, under whatever prompt. */
import type { ICell } from '../../format/types';
import type { IProfile } from '../../model/profile';

/** A cell of one profile that another has too. */
export interface ICellMatch {
  /** Its name in the profile compared with. */
  readonly name: string;
  /** The line there of each line here (both from 0), -1: a new one. */
  readonly lines: Int32Array;
}

/** Longer sources are compared by number instead of by text. */
const MOST_LINES = 2000;

/**
 * The cells of `profile` as `base` knows them, by their names here; null for
 * those that are not in `base`. The cell that was profiled counts as the same
 * in both even when it was rewritten; others need the same id or source, or
 * the same prompt and half of the lines.
 */
export function matchCells(
  base: IProfile,
  profile: IProfile
): Map<string, ICellMatch | null> {
  const matches = new Map<string, ICellMatch | null>(
    profile.cells.map(cell => [cell.name, null])
  );
  const open = new Set(base.cells);
  const pair = (
    cells: readonly ICell[],
    fits: (cell: ICell, other: ICell) => boolean
  ): void => {
    for (const cell of cells) {
      if (matches.get(cell.name)) {
        continue;
      }
      const found = [...open].find(other => fits(cell, other));
      if (found) {
        open.delete(found);
        const lines = matchLines(found.source, cell.source);
        matches.set(cell.name, { name: found.name, lines });
      }
    }
  };
  const isOwn = (of: IProfile, cell: ICell): boolean =>
    cell.name === of.meta.name;
  const own = profile.cells.filter(cell => isOwn(profile, cell));
  const sameId = (a: ICell, b: ICell): boolean =>
    a.id !== null && a.id === b.id;
  const sameText = (a: ICell, b: ICell): boolean =>
    a.source.trim() === b.source.trim();
  pair(own, (a, b) => isOwn(base, b) && (sameId(a, b) || sameText(a, b)));
  pair(profile.cells, (a, b) => sameId(a, b) && sameText(a, b));
  pair(profile.cells, sameText);
  pair(profile.cells, sameId);
  pair(own, (_, b) => isOwn(base, b));
  pair(profile.cells, (a, b) => a.name === b.name && resembles(a, b));
  return matches;
}

function resembles(a: ICell, b: ICell): boolean {
  const lines = matchLines(b.source, a.source);
  const kept = lines.reduce((sum, line) => sum + (line >= 0 ? 1 : 0), 0);
  return 2 * kept >= lines.length;
}

/** For each line of `after` its line in `before` by a longest common subsequence. */
function matchLines(before: string, after: string): Int32Array {
  const old = before.split('\n').map(line => line.trim());
  const now = after.split('\n').map(line => line.trim());
  const match = new Int32Array(now.length).fill(-1);
  if (old.length > MOST_LINES || now.length > MOST_LINES) {
    return match.map((_, line) => (line < old.length ? line : -1));
  }
  const width = old.length + 1;
  const longest = new Int16Array((now.length + 1) * width);
  for (let a = now.length - 1; a >= 0; a--) {
    for (let b = old.length - 1; b >= 0; b--) {
      longest[a * width + b] =
        now[a] === old[b]
          ? longest[(a + 1) * width + b + 1] + 1
          : Math.max(longest[(a + 1) * width + b], longest[a * width + b + 1]);
    }
  }
  for (let a = 0, b = 0; a < now.length && b < old.length;) {
    if (now[a] === old[b]) {
      match[a++] = b++;
    } else if (longest[(a + 1) * width + b] >= longest[a * width + b + 1]) {
      a++;
    } else {
      b++;
    }
  }
  return match;
}
