/** Arrows beside rows: where jumps lead, each drawn piece by piece in the rows that it passes. */
import {
  piecesIn,
  type IJumpPiece,
  type IPlacedJump
} from '../../layout/jumps';

const SVG = 'http://www.w3.org/2000/svg';
const ROW = 20;
/** Pixels from one lane of arrows to the next. */
const LANE = 6;
/** Lanes of arrows: more cannot be followed by eye. */
export const LANES = 5;
const WIDTH = LANES * LANE + 8;

/**
 * The pieces of arrows that lie in a row. A screen reader has words for them.
 *
 * @param active The current row, whose jumps stand out.
 */
export function makeArrows(
  jumps: readonly IPlacedJump[],
  row: number,
  active: number
): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'np-Arrows');
  svg.setAttribute('width', String(WIDTH));
  svg.setAttribute('height', String(ROW));
  svg.setAttribute('aria-hidden', 'true');
  for (const piece of piecesIn(jumps, row)) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', pathOf(piece));
    path.dataset.jump = String(piece.jump);
    const isActive = isJumpOf(jumps[piece.jump], active);
    path.classList.toggle('np-mod-active', isActive);
    svg.append(path);
  }
  return svg;
}

function pathOf({ lane, up, down, end }: IJumpPiece): string {
  // Between two pixels a line of one would be blurred over both.
  const x = WIDTH - 7.5 - (lane + 0.5) * LANE;
  const middle = ROW / 2 + 0.5;
  const right = WIDTH - 2;
  const vertical =
    up || down ? `M${x} ${up ? 0 : middle}V${down ? ROW : middle}` : '';
  const across = end ? `M${x} ${middle}H${right}` : '';
  const head = end === 'to' ? `m-4 -3l4 3l-4 3` : '';
  return vertical + across + head;
}

/** Lets the jumps from and to the current row stand out. */
export function markArrows(
  node: HTMLElement,
  jumps: readonly IPlacedJump[],
  active: number
): void {
  node.querySelectorAll<SVGElement>('.np-Arrows path').forEach(path => {
    const isActive = isJumpOf(jumps[Number(path.dataset.jump)], active);
    path.classList.toggle('np-mod-active', isActive);
  });
}

/** Whether a jump begins or ends in a row. */
function isJumpOf({ from, to }: IPlacedJump, row: number): boolean {
  return from === row || to === row;
}
