/** What is said under the pointer: of a line, of an expression in it. */
import type { IDefinition } from '../../analysis/definitions';
import { categoriesOf } from '../../analysis/lines';
import { functionLabel } from '../../analysis/names';
import { formatShare, formatValue, formatWhole } from '../../analysis/units';
import type { FunctionIndex } from '../../model/profile';
import { categoryStyle } from '../categories';
import type { ITip } from '../tooltip';
import { valueTitle } from '../values';
import type { IViewContext } from '../view';
import type { IExactSheet } from './exactSheet';
import type { LineGrid } from './grid';
import { isLine, type ISourceLine } from './line';
import type { ISpan } from './paint';
import type { ISheet } from './sheet';
import { branchWords, jumpWords } from './words';

/** Branches, jumps or calls that are said: more fill the screen. */
const MOST_WORDS = 12;

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
  if (!sheet || !line || (line.row < 0 && isLine(line))) {
    context.tooltip.hide();
    return;
  }
  if (line.begins) {
    context.tooltip.show(beginTip(context, line.begins), clientX, clientY);
    return;
  }
  if (line.calls.length > 0) {
    context.tooltip.show(callTip(context, line), clientX, clientY);
    return;
  }
  const span = piece && line.spans[Number(piece.dataset.span)];
  const tip = sheet.exact
    ? exactTip(context, sheet, sheet.exact, line)
    : span && line.text !== null
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
  const { data, trans } = context;
  const split = categoriesOf(lines, row);
  const inclusive = lines.inclusive[row];
  const categories = [...split.keys()]
    .filter(category => split[category] > 0)
    .sort((a, b) => split[b] - split[a]);
  return {
    title: lineTitle(context, number, lines.function[row]),
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

function lineTitle(
  { profile, trans }: IViewContext,
  line: number,
  func: FunctionIndex
): string {
  return func < 0
    ? trans.__('Line %1', line)
    : trans.__('Line %1 of %2', line, functionLabel(profile, func));
}

/** What was counted of a line, its branches and jumps. */
function exactTip(
  context: IViewContext,
  { lines }: ISheet,
  { branches, jumps, runs, values }: IExactSheet,
  { row, number }: ISourceLine
): ITip {
  const { data, profile, trans } = context;
  const costs = values.get(number);
  const amounts = profile.values.map(
    (value, at) =>
      [
        valueTitle(value, trans),
        formatValue(costs?.[at] ?? 0, value.unit)
      ] as const
  );
  const words = [
    ...branchWords(branches.get(number) ?? [], trans),
    ...jumpWords(
      jumps.filter(({ from }) => from === number),
      trans
    )
  ];
  return {
    title: lineTitle(context, number, lines.function[row]),
    rows: [
      ...amounts,
      ...(runs
        ? []
        : [
            [
              trans.__('%1 with calls', data.value.name),
              formatValue(lines.inclusive[row], data.unit)
            ] as const
          ]),
      ...words.slice(0, MOST_WORDS).map(said => ['', said] as const)
    ]
  };
}

/** What the calls of a row below a line cost. */
function callTip(
  { data, profile, trans }: IViewContext,
  { calls, number }: ISourceLine
): ITip {
  return {
    title: trans.__('Called from line %1', number),
    rows: calls.slice(0, MOST_WORDS).map(({ callee, cost, count }) => {
      const amount = formatValue(cost, data.unit);
      return [
        functionLabel(profile, callee),
        count < 0
          ? amount
          : trans.__('%1 in %2 calls', amount, formatWhole(count))
      ] as const;
    })
  };
}

/** The costs of a function of which no line was counted. */
function beginTip(
  context: IViewContext,
  { func, line, self, inclusive }: IDefinition
): ITip {
  const { profile, trans } = context;
  const calls = profile.functions.calls?.[func] ?? -1;
  const name = functionLabel(profile, func);
  return {
    title: trans.__('All of %1, which begins in line %2', name, line),
    rows: [
      costRow(context, trans.__('Self'), self),
      costRow(context, trans.__('Inclusive'), inclusive),
      ...(calls < 0 ? [] : [[trans.__('Calls'), formatWhole(calls)] as const])
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
