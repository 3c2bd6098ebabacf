/** What is said under the pointer: of a line, of an expression in it. */
import { categoriesOf } from '../../analysis/lines';
import { functionLabel } from '../../analysis/names';
import { formatShare, formatValue } from '../../analysis/units';
import { categoryStyle } from '../categories';
import type { ITip } from '../tooltip';
import type { IViewContext } from '../view';
import type { LineGrid } from './grid';
import type { ISourceLine } from './sheet';
import type { ISpan } from './paint';
import type { ISheet } from './sheet';

/** Shows what is to be said of the line or the expression under the pointer. */
export function showTip(
  context: IViewContext,
  grid: LineGrid,
  sheet: ISheet | null,
  { target, clientX, clientY }: PointerEvent
): void {
  const line = grid.lines[grid.rowAt(target)];
  const piece = (target as HTMLElement).closest<HTMLElement>('.np-Expr');
  grid.mark(piece);
  if (!sheet || !line || line.row < 0) {
    context.tooltip.hide();
    return;
  }
  const span = piece && line.spans[Number(piece.dataset.span)];
  const tip =
    span && line.text !== null
      ? spanTip(context, line.text, span)
      : lineTip(context, sheet, line);
  context.tooltip.show(tip, clientX, clientY);
}

/** The costs of a line, split by category, the largest first. */
function lineTip(
  context: IViewContext,
  { lines }: ISheet,
  { row, number }: ISourceLine
): ITip {
  const { data, profile, trans } = context;
  const split = categoriesOf(lines, row);
  const inclusive = lines.inclusive[row];
  const categories = [...split.keys()]
    .filter(category => split[category] > 0)
    .sort((a, b) => split[b] - split[a]);
  return {
    title: trans.__(
      'Line %1 of %2',
      number,
      functionLabel(profile, lines.function[row])
    ),
    rows: [
      costRow(
        context,
        trans.__('Self'),
        lines.self[row],
        lines.measured?.self[row]
      ),
      costRow(
        context,
        trans.__('Inclusive'),
        inclusive,
        lines.measured?.inclusive[row]
      ),
      ...categories.map(
        category =>
          [
            trans.__(categoryStyle(category).label),
            `${formatValue(split[category], data.unit)}, ${trans.__(
              '%1 of the line',
              formatShare(split[category], inclusive)
            )}`
          ] as const
      )
    ]
  };
}

/** The costs of an expression. */
function spanTip(
  context: IViewContext,
  text: string,
  { from, to, expression }: ISpan
): ITip {
  const { trans } = context;
  const { self, inclusive, measured } = expression;
  return {
    title: trans.__('Expression'),
    code: text.slice(from, to),
    rows: [
      costRow(context, trans.__('Inclusive'), inclusive, measured),
      [trans.__('Self'), formatValue(self, context.data.unit)]
    ]
  };
}

function costRow(
  { data }: IViewContext,
  label: string,
  cost: number,
  measured = 0
): readonly [string, string] {
  const amount = formatValue(cost, data.unit);
  return [
    label,
    cost > 0 ? `${data.estimate(cost, measured)}, ${amount}` : amount
  ];
}
