/** Arrows beside a list, from the rows where jumps are to those where they lead. */

/** A jump between two rows. */
export interface IJump {
  readonly from: number;
  readonly to: number;
}

/** A jump with its lane: 0 is nearest to the rows; -1: there is no room for it. */
export interface IPlacedJump extends IJump {
  readonly lane: number;
}

/** What is drawn of a jump in one row. */
export interface IJumpPiece {
  /** Place in the list of jumps. */
  readonly jump: number;
  readonly lane: number;
  /** The arrow's line goes on upwards, downwards. */
  readonly up: boolean;
  readonly down: boolean;
  readonly end: 'from' | 'to' | null;
}

/**
 * Gives each jump a lane in which it meets no other, short ones first, so that
 * they lie inside of longer ones; those beyond `most` lanes get none.
 */
export function placeJumps(
  jumps: readonly IJump[],
  most: number
): IPlacedJump[] {
  const lanes: IJump[][] = [];
  const placed: IPlacedJump[] = jumps.map(jump => ({ ...jump, lane: -1 }));
  const order = [...jumps.keys()].sort(
    (a, b) => span(jumps[a]) - span(jumps[b]) || a - b
  );
  for (const at of order) {
    const jump = jumps[at];
    for (let lane = 0; lane < most; lane++) {
      lanes[lane] ??= [];
      if (!lanes[lane].some(other => meet(jump, other))) {
        lanes[lane].push(jump);
        placed[at] = { ...jump, lane };
        break;
      }
    }
  }
  return placed;
}

/** The pieces that lie in one row. */
export function piecesIn(
  jumps: readonly IPlacedJump[],
  row: number
): IJumpPiece[] {
  const pieces: IJumpPiece[] = [];
  jumps.forEach(({ from, to, lane }, jump) => {
    const first = Math.min(from, to);
    const last = Math.max(from, to);
    if (lane >= 0 && first <= row && row <= last) {
      pieces.push({
        jump,
        lane,
        up: row > first,
        down: row < last,
        end: row === to ? 'to' : row === from ? 'from' : null
      });
    }
  });
  return pieces;
}

function span({ from, to }: IJump): number {
  return Math.abs(from - to);
}

function meet(a: IJump, b: IJump): boolean {
  return (
    Math.min(a.from, a.to) <= Math.max(b.from, b.to) &&
    Math.min(b.from, b.to) <= Math.max(a.from, a.to)
  );
}
