/** What the rows of the source view say: a line's number, its costs, its text. */
import { categoriesOf } from '../../analysis/lines';
import { functionLabel } from '../../analysis/names';
import { formatValue } from '../../analysis/units';
import { makeEstimate, makeSplitBar } from '../costs';
import { el } from '../dom';
import type { ITranslation } from '../env';
import type { IViewContext } from '../view';
import { paintLine } from './paint';
import type { ISheet, ISourceLine } from './sheet';

/** The row of titles. */
export function makeHead(trans: ITranslation): HTMLElement {
  const title = (label: string, meaning: string): HTMLElement =>
    el('div', {
      text: label,
      attrs: { role: 'columnheader', title: meaning }
    });
  return el(
    'div',
    { class: 'np-Source-head', attrs: { role: 'row' } },
    el(
      'div',
      { class: 'np-Source-facts', attrs: { role: 'presentation' } },
      title(trans.__('Line'), trans.__('The number of the line')),
      title(
        trans.__('Self'),
        trans.__(
          'Share of the line itself, with the native code that it calls: the tint'
        )
      ),
      title(
        trans.__('Inclusive'),
        trans.__('Share of the line with all that it calls')
      ),
      title(
        trans.__('Split'),
        trans.__('The inclusive cost by category, as long as its share')
      )
    ),
    title(
      trans.__('Source'),
      trans.__('Underlined: expressions, the stronger the costlier')
    )
  );
}

/** The cells of one row. */
export function makeCells(
  context: IViewContext,
  sheet: ISheet,
  line: ISourceLine
): HTMLElement[] {
  const { lines, scale } = sheet;
  const { number, row } = line;
  const facts = el(
    'div',
    { class: 'np-Source-facts', attrs: { role: 'presentation' } },
    el('div', {
      class: 'np-Source-number',
      text: String(number),
      attrs: { role: 'rowheader' }
    }),
    costCell(context, row < 0 ? 0 : lines.self[row], lines.measured?.self[row]),
    costCell(
      context,
      row < 0 ? 0 : lines.inclusive[row],
      lines.measured?.inclusive[row]
    ),
    el(
      'div',
      { attrs: { role: 'gridcell' } },
      row < 0
        ? null
        : makeSplitBar(
            context,
            categoriesOf(lines, row),
            lines.inclusive[row],
            scale.inclusive
          )
    )
  );
  return [facts, sourceCell(context, sheet, line)];
}

function costCell(
  { data }: IViewContext,
  cost: number,
  measured = 0
): HTMLElement {
  const cell = el('div', { attrs: { role: 'gridcell' } });
  if (cost > 0) {
    cell.append(makeEstimate(data.estimate(cost, measured)));
    cell.title = formatValue(cost, data.unit);
  }
  return cell;
}

function sourceCell(
  context: IViewContext,
  { lines, scale }: ISheet,
  { row, text, tokens, spans }: ISourceLine
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
    cell.textContent = functionLabel(profile, lines.function[row]);
    return cell;
  }
  const most = Math.max(...spans.map(span => span.expression.inclusive), 1e-9);
  cell.append(
    ...paintLine(text, tokens, spans, span => span.expression.inclusive / most)
  );
  if (spans.length > 0) {
    const said = spans.map(
      ({ from, to, expression: { inclusive, measured } }) =>
        `${text.slice(from, to)} ${data.estimate(inclusive, measured)}`
    );
    cell.append(
      el('span', {
        class: 'np-Hidden',
        text: ` ${trans.__('Expressions: %1', said.join('; '))}`
      })
    );
  }
  return cell;
}
