/** What the rows of the machine code say: an instruction's cost, its jumps, its text. */
import { halfWidth } from '../../analysis/intervals';
import type { ICounted } from '../../analysis/machineCode';
import { functionLabel } from '../../analysis/names';
import { formatEstimate, formatValue, formatWhole } from '../../analysis/units';
import type { IPlacedJump } from '../../layout/jumps';
import { makeEstimate } from '../costs';
import { el } from '../dom';
import { valueTitle } from '../values';
import type { IViewContext } from '../view';
import { makeArrows } from './arrows';
import type { ICodeLine, ICodeSheet } from './code';
import { visible } from './paint';
import { columnTitle } from './rowGrid';
import { takenWords } from './words';

/** Pixels of a column of another value. */
const WIDTH = 66;
/** Jumps and calls of one instruction that are said. */
const TAGS = 3;

/** The values that have a column of their own: those of which the function has any. */
export function codeValues(
  { profile, state }: IViewContext,
  { exact, lines }: ICodeSheet
): number[] {
  const has = (value: number): boolean =>
    lines.some(({ counted }) => (counted?.values[value] ?? 0) > 0);
  return exact && state.value.allValues
    ? [...profile.values.keys()].filter(has)
    : [];
}

/** The row of titles. */
export function makeCodeHead(
  { profile, trans }: IViewContext,
  exact: boolean,
  values: readonly number[]
): HTMLElement {
  const whole = trans.__(
    'Share of what the function cost itself, in the whole profile whatever is filtered: the tint.'
  );
  return el(
    'div',
    { class: 'np-Asm-head', attrs: { role: 'row' } },
    columnTitle(
      trans.__('Self'),
      exact
        ? whole
        : `${whole} ${trans.__('A sample often names the instruction after the one that took the time.')}`
    ),
    ...(values.length > 0
      ? [
          valueCells(
            ...values.map(value =>
              columnTitle(
                profile.values[value].name,
                valueTitle(profile.values[value], trans)
              )
            )
          )
        ]
      : []),
    columnTitle(
      trans.__('Line'),
      trans.__('The line of the source, of inlined code where it was written')
    ),
    columnTitle(
      trans.__('Offset'),
      trans.__('Bytes from the start of the function; arrows: jumps within it')
    ),
    columnTitle(trans.__('Instruction'), trans.__('Intel syntax on x86-64'))
  );
}

/** The cells of all values, which take one column of the row. */
function valueCells(...cells: HTMLElement[]): HTMLElement {
  const node = el(
    'div',
    { class: 'np-Asm-values', attrs: { role: 'presentation' } },
    ...cells
  );
  node.style.gridTemplateColumns = `repeat(${cells.length}, ${WIDTH}px)`;
  return node;
}

/**
 * The cells of one row.
 *
 * @param samples How many samples stand behind the function's cost; 0: it is
 * counted, not sampled.
 * @param active The current row, whose jumps stand out.
 */
export function makeCodeCells(
  context: IViewContext,
  { cost: whole, lines, most }: ICodeSheet,
  values: readonly number[],
  at: number,
  jumps: readonly IPlacedJump[],
  samples: number,
  active: number
): HTMLElement[] {
  const { data, profile } = context;
  const line = lines[at];
  if (line.offset < 0) {
    return [
      el('div', {
        class: 'np-Asm-title',
        text: visible(line.operands),
        attrs: { role: 'gridcell', 'aria-colspan': 4 + values.length }
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
  const others = values.map(value => {
    const amount = line.counted?.values[value] ?? 0;
    return el('div', {
      text: amount > 0 ? formatValue(amount, profile.values[value].unit) : '',
      attrs: { role: 'gridcell' }
    });
  });
  return [
    cost,
    ...(others.length > 0 ? [valueCells(...others)] : []),
    place,
    el(
      'div',
      { class: 'np-Asm-offset', attrs: { role: 'rowheader' } },
      makeArrows(jumps, at, active),
      el('span', { text: `+${line.offset.toString(16)}` })
    ),
    textCell(context, line, lines[at - 1]?.inlined !== line.inlined)
  ];
}

function textCell(
  context: IViewContext,
  { cost, mnemonic, operands, inlined, counted }: ICodeLine,
  begins: boolean
): HTMLElement {
  const cell = el('div', {
    class: 'np-Asm-text',
    attrs: { role: 'gridcell' }
  });
  const { trans } = context;
  if (!mnemonic) {
    cell.textContent =
      cost > 0 || counted ? `${trans.__('(not at hand)')} ` : '';
    cell.classList.add('np-mod-missing');
    cell.append(...tags(context, counted));
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
  cell.append(...tags(context, counted));
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

/** What was counted of an instruction beside its cost: where it jumped, whom it called. */
function tags(
  { data, profile, trans }: IViewContext,
  counted: ICounted | null
): HTMLElement[] {
  const { calls, jumps } = counted ?? { calls: [], jumps: [] };
  const tag = (text: string, title: string): HTMLElement =>
    el('span', { class: 'np-Asm-tag', text, attrs: { title } });
  return [
    ...jumps.slice(0, TAGS).map(({ taken, executed }) => {
      const said = takenWords(taken, executed, trans);
      return tag(said, said);
    }),
    ...calls.slice(0, TAGS).map(({ callee, count, cost }) => {
      const name = visible(functionLabel(profile, callee));
      const amount = formatValue(cost, data.unit);
      return count < 0
        ? tag(name, `${name}: ${amount}`)
        : tag(
            `${name} ×${formatValue(count, 'count')}`,
            trans.__('%1: %2 in %3 calls', name, amount, formatWhole(count))
          );
    })
  ];
}

/** Operands, and what the disassembler says about them. */
function split(operands: string): [string, string] {
  const at = operands.search(/\s(#\s|\/\/)/);
  return at < 0
    ? [operands, '']
    : [operands.slice(0, at), operands.slice(at).trim()];
}
