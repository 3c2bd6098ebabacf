/** What the rows of the source view say: a line's number, its costs, its text; what stands below it. */
import type { IDefinition } from '../../analysis/definitions';
import { functionLabel, functionTitle } from '../../analysis/names';
import { el } from '../dom';
import type { IViewContext } from '../view';
import type { ISourceColumn } from './columns';
import { isLine, type ISourceLine } from './line';
import { paintLine, visible } from './paint';
import { columnTitle } from './rowGrid';
import type { ISheet } from './sheet';
import { jumpWords } from './words';

/** What stands beside the text. */
export interface IColumns {
  /** Always in sight. */
  readonly facts: readonly ISourceColumn[];
  /** Moved sideways with the text. */
  readonly values: readonly ISourceColumn[];
}

/** The row of titles. */
export function makeHead(
  { trans }: IViewContext,
  { facts, values }: IColumns
): HTMLElement {
  const title = ({ label, meaning }: ISourceColumn): HTMLElement =>
    columnTitle(label, meaning);
  return el(
    'div',
    { class: 'np-Source-head', attrs: { role: 'row' } },
    cells(
      'np-Source-facts',
      columnTitle(trans.__('Line'), trans.__('The number of the line')),
      ...facts.map(title)
    ),
    cells('np-Source-values', ...values.map(title)),
    columnTitle(
      trans.__('Source'),
      trans.__('Underlined: expressions, the stronger the costlier')
    )
  );
}

/**
 * The cells of one row.
 *
 * @param active The current row.
 */
export function makeCells(
  context: IViewContext,
  sheet: ISheet,
  { facts, values }: IColumns,
  at: number,
  active: number
): HTMLElement[] {
  const line = sheet.shown[at];
  const cell = (column: ISourceColumn): HTMLElement => {
    const node = el('div', { attrs: { role: 'gridcell' } });
    column.fill(node, line, at, active);
    return node;
  };
  return [
    cells(
      'np-Source-facts',
      el(
        'div',
        { class: 'np-Source-number', attrs: { role: 'rowheader' } },
        el('span', {
          class: isLine(line) ? '' : 'np-Hidden',
          text: String(line.number)
        })
      ),
      ...facts.map(cell)
    ),
    cells('np-Source-values', ...values.map(cell)),
    textCell(context, sheet, line)
  ];
}

function cells(name: string, ...nodes: HTMLElement[]): HTMLElement {
  return el('div', { class: name, attrs: { role: 'presentation' } }, ...nodes);
}

function textCell(
  context: IViewContext,
  sheet: ISheet,
  line: ISourceLine
): HTMLElement {
  return line.begins
    ? beginCell(context, sheet, line.begins)
    : line.calls.length > 0
      ? callCell(context, line)
      : sourceCell(context, sheet, line);
}

/** The name of a function that begins in the line above. */
function beginCell(
  { profile, trans }: IViewContext,
  { scale }: ISheet,
  { func, self }: IDefinition
): HTMLElement {
  const heat = scale.self > 0 ? self / scale.self : 0;
  const cell = el(
    'div',
    { class: 'np-Source-text', attrs: { role: 'gridcell' } },
    el('span', {
      class: 'np-Source-begins',
      text: trans.__('all of %1', visible(functionLabel(profile, func))),
      attrs: { title: functionTitle(profile, func) }
    })
  );
  cell.style.setProperty('--np-heat', heat.toFixed(3));
  return cell;
}

/** The callee of a row below a line; of several added up how many there are. */
function callCell(
  { profile, trans }: IViewContext,
  { calls }: ISourceLine
): HTMLElement {
  const cell = el('div', {
    class: 'np-Source-text',
    attrs: { role: 'gridcell' }
  });
  const [first, ...others] = calls;
  if (others.length > 0) {
    cell.append(trans.__('%1 more functions called', calls.length));
    return cell;
  }
  cell.append(
    el('span', { class: 'np-Hidden', text: trans.__('Call of ') }),
    el('span', {
      class: 'np-Source-callee',
      text: visible(functionLabel(profile, first.callee)),
      attrs: { title: functionTitle(profile, first.callee) }
    })
  );
  if (first.cyclic) {
    cell.append(
      el('span', {
        class: 'np-Source-cyclic',
        text: ` ${trans.__('(within a cycle)')}`,
        attrs: {
          title: trans.__(
            'These functions call each other: what this call cost stands in the line that began it, too.'
          )
        }
      })
    );
  }
  return cell;
}

function sourceCell(
  context: IViewContext,
  { exact, lines, scale }: ISheet,
  { number, row, text, tokens, spans }: ISourceLine
): HTMLElement {
  const { data, profile, trans } = context;
  const cell = el('div', {
    class: 'np-Source-text',
    attrs: { role: 'gridcell' }
  });
  if (row >= 0 && scale.self > 0) {
    const heat = lines.self[row] / scale.self;
    cell.style.setProperty('--np-heat', heat.toFixed(3));
  }
  if (text === null) {
    cell.classList.add('np-mod-missing');
    const func = lines.function[row];
    cell.textContent = func >= 0 ? functionLabel(profile, func) : '';
  } else {
    const most = Math.max(
      ...spans.map(span => span.expression.inclusive),
      1e-9
    );
    cell.append(
      ...paintLine(
        text,
        tokens,
        spans,
        span => span.expression.inclusive / most
      )
    );
  }
  const said = spans.map(
    ({ from, to, expression: { inclusive, measured } }) =>
      `${text!.slice(from, to)} ${data.estimate(inclusive, measured)}`
  );
  const jumps = exact?.jumps.filter(({ from }) => from === number) ?? [];
  const hidden = [
    ...(said.length > 0 ? [trans.__('Expressions: %1', said.join('; '))] : []),
    ...jumpWords(jumps, trans)
  ];
  if (hidden.length > 0) {
    cell.append(
      el('span', { class: 'np-Hidden', text: ` ${hidden.join('; ')}` })
    );
  }
  return cell;
}
