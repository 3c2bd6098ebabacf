/** What the rows of the machine code say: an instruction's cost, its jumps, its text. */
import { halfWidth } from '../../analysis/intervals';
import { formatEstimate, formatValue } from '../../analysis/units';
import {
  piecesIn,
  type IJumpPiece,
  type IPlacedJump
} from '../../layout/jumps';
import { makeEstimate } from '../costs';
import { el } from '../dom';
import type { ITranslation } from '../env';
import type { IViewContext } from '../view';
import type { ICodeLine, ICodeSheet } from './code';
import { visible } from './paint';

const SVG = 'http://www.w3.org/2000/svg';
const ROW = 20;
/** Pixels from one lane of arrows to the next. */
const LANE = 6;
/** Lanes of arrows: more cannot be followed by eye. */
export const LANES = 5;
const WIDTH = LANES * LANE + 8;

/** The row of titles. */
export function makeCodeHead(trans: ITranslation): HTMLElement {
  const title = (label: string, meaning: string): HTMLElement =>
    el('div', {
      text: label,
      attrs: { role: 'columnheader', title: meaning }
    });
  return el(
    'div',
    { class: 'np-Asm-head', attrs: { role: 'row' } },
    title(
      trans.__('Self'),
      trans.__(
        'Share of what the function cost itself, in the whole profile whatever is filtered: the tint. A sample often names the instruction after the one that took the time.'
      )
    ),
    title(
      trans.__('Line'),
      trans.__('The line of the source, of inlined code where it was written')
    ),
    title(
      trans.__('Offset'),
      trans.__('Bytes from the start of the function; arrows: jumps within it')
    ),
    title(trans.__('Instruction'), trans.__('Intel syntax on x86-64'))
  );
}

/**
 * The cells of one row.
 *
 * @param samples How many samples stand behind the function's cost; 0: it is
 * counted, not sampled.
 * @param active The current row, whose jumps stand out.
 */
export function makeCodeCells(
  { data, trans }: IViewContext,
  { cost: whole, lines, most }: ICodeSheet,
  at: number,
  jumps: readonly IPlacedJump[],
  samples: number,
  active: number
): HTMLElement[] {
  const line = lines[at];
  if (line.offset < 0) {
    return [
      el('div', {
        class: 'np-Asm-title',
        text: visible(line.operands),
        attrs: { role: 'gridcell', 'aria-colspan': 4 }
      })
    ];
  }
  const cost = el('div', { class: 'np-Asm-cost', attrs: { role: 'gridcell' } });
  if (line.cost > 0) {
    const half = samples > 0 ? halfWidth(line.cost / whole, samples) : 0;
    cost.append(makeEstimate(formatEstimate(line.cost, whole, half)));
    cost.title = formatValue(line.cost, data.unit);
    cost.style.setProperty('--np-heat', (line.cost / most).toFixed(3));
  }
  const place = el('div', {
    class: 'np-Asm-line',
    text: line.places.length > 0 ? String(line.places[0].line) : '',
    attrs: { role: 'gridcell' }
  });
  place.title = line.places
    .map(({ file, line }) => `${file}:${line}`)
    .join('\n');
  return [
    cost,
    place,
    el(
      'div',
      { class: 'np-Asm-offset', attrs: { role: 'rowheader' } },
      arrows(piecesIn(jumps, at), jump => isJumpOf(jumps[jump], active)),
      el('span', { text: `+${line.offset.toString(16)}` })
    ),
    textCell(trans, line, lines[at - 1]?.inlined !== line.inlined)
  ];
}

/** Whether a jump begins or ends in a row. */
export function isJumpOf({ from, to }: IPlacedJump, row: number): boolean {
  return from === row || to === row;
}

function textCell(
  trans: ITranslation,
  { cost, mnemonic, operands, inlined }: ICodeLine,
  begins: boolean
): HTMLElement {
  const cell = el('div', {
    class: 'np-Asm-text',
    attrs: { role: 'gridcell' }
  });
  if (!mnemonic) {
    cell.textContent = cost > 0 ? trans.__('(not at hand)') : '';
    cell.classList.add('np-mod-missing');
    return cell;
  }
  const [code, comment] = split(operands);
  cell.append(
    el('span', { class: 'np-Asm-mnemonic', text: visible(mnemonic) }),
    el('span', { text: visible(code) })
  );
  if (comment) {
    cell.append(
      el('span', { class: 'np-Code-comment', text: ` ${visible(comment)}` })
    );
  }
  if (inlined && begins) {
    cell.append(
      el('span', {
        class: 'np-Asm-inlined',
        text: visible(inlined),
        attrs: { title: trans.__('Inlined from %1', inlined) }
      })
    );
  }
  return cell;
}

/** Operands, and what the disassembler says about them. */
function split(operands: string): [string, string] {
  const at = operands.search(/\s(#\s|\/\/)/);
  return at < 0
    ? [operands, '']
    : [operands.slice(0, at), operands.slice(at).trim()];
}

/** The pieces of arrows in a row; a screen reader has them in the operands. */
function arrows(
  pieces: readonly IJumpPiece[],
  isActive: (jump: number) => boolean
): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'np-Asm-arrows');
  svg.setAttribute('width', String(WIDTH));
  svg.setAttribute('height', String(ROW));
  svg.setAttribute('aria-hidden', 'true');
  for (const piece of pieces) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', pathOf(piece));
    path.dataset.jump = String(piece.jump);
    path.classList.toggle('np-mod-active', isActive(piece.jump));
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
