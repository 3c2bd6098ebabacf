/** The columns beside the text: what is known of a line, by sort of profile. */
import { categoriesOf } from '../../analysis/lines';
import type { ILineBranch } from '../../analysis/lineDetails';
import { formatValue, formatWhole } from '../../analysis/units';
import { makeEstimate, makeSplitBar } from '../costs';
import { el } from '../dom';
import { valueTitle } from '../values';
import type { IViewContext } from '../view';
import { makeArrows } from './arrows';
import { branchWords } from './words';
import { isLine, type ISourceLine } from './line';
import { neverRan, type ISheet } from './sheet';

/** Branches that are drawn one by one. */
const DRAWN = 6;
/** Pixels that a digit takes, at most. */
const CHARACTER = 7;

/** A column: its title, its width in pixels, and what it says in a row. */
export interface ISourceColumn {
  readonly label: string;
  readonly meaning: string;
  readonly width: number;
  /** Fills the cell of a row; `active` is the current row. */
  fill(cell: HTMLElement, line: ISourceLine, at: number, active: number): void;
}

/** The columns that stay beside the text while it is moved sideways. */
export function factColumns(
  context: IViewContext,
  sheet: ISheet
): ISourceColumn[] {
  const { exact, arrows } = sheet;
  if (!exact) {
    return [...costColumns(context, sheet), splitColumn(context, sheet)];
  }
  const jumps = arrows.length > 0 ? [jumpColumn(context, sheet)] : [];
  const [self, inclusive] = costColumns(context, sheet);
  if (exact.runs) {
    const branches =
      exact.branches.size > 0 ? [branchColumn(context, sheet)] : [];
    return [runsColumn(context, sheet), ...branches, ...jumps];
  }
  return [
    // Among all values it has a column of its own.
    ...(showsAll(context, sheet) ? [] : [self]),
    inclusive,
    ...(exact.calls.size > 0 ? [callsColumn(context, sheet)] : []),
    ...jumps
  ];
}

/** A column for each value that the file has any of, if they are asked for. */
export function valueColumns(
  context: IViewContext,
  sheet: ISheet
): ISourceColumn[] {
  const { profile, trans } = context;
  const { exact } = sheet;
  if (!exact || !showsAll(context, sheet)) {
    return [];
  }
  return profile.values.flatMap((value, at) => {
    let most = 0;
    const ofFunction = (func: number): number =>
      profile.functions.self?.[at][func] ?? 0;
    exact.values.forEach(costs => (most = Math.max(most, costs[at])));
    exact.begins.forEach(
      ({ func }) => (most = Math.max(most, ofFunction(func)))
    );
    if (most <= 0) {
      return [];
    }
    const { length } = formatValue(most, value.unit);
    const column: ISourceColumn = {
      label: value.name,
      meaning: trans.__('%1 of the line itself', valueTitle(value, trans)),
      width: 14 + CHARACTER * Math.max(length, value.name.length),
      fill: (cell, line) => {
        const cost = line.begins
          ? ofFunction(line.begins.func)
          : isLine(line) && exact.values.get(line.number)?.[at];
        if (cost) {
          cell.textContent = formatValue(cost, value.unit);
          cell.style.setProperty('--np-heat', (cost / most).toFixed(3));
        }
      }
    };
    return [column];
  });
}

/** Whether each value has a column. */
function showsAll(
  { profile, state }: IViewContext,
  { exact }: ISheet
): boolean {
  return !!exact && state.value.allValues && profile.values.length > 1;
}

function costColumns(
  context: IViewContext,
  { exact, lines }: ISheet
): ISourceColumn[] {
  const { data, trans } = context;
  // What was counted has no intervals.
  const width = exact ? 72 : 88;
  const fill = (cell: HTMLElement, cost: number, measured = 0): void => {
    if (cost > 0) {
      const share = data.estimate(cost, measured);
      cell.append(exact ? share : makeEstimate(share));
      cell.title = formatValue(cost, data.unit);
    }
  };
  return [
    {
      label: trans.__('Self'),
      meaning: exact
        ? trans.__('Share of the line itself, without its calls: the tint')
        : trans.__(
            'Share of the line itself, with the native code that it calls: the tint'
          ),
      width,
      fill: (cell, { row, begins }) =>
        fill(
          cell,
          begins?.self ?? lines.self[row] ?? 0,
          lines.measured?.self[row]
        )
    },
    {
      label: trans.__('Inclusive'),
      meaning: exact
        ? trans.__(
            'Share of the line with its calls, but those within a cycle of functions; below it of each call'
          )
        : trans.__('Share of the line with all that it calls'),
      width,
      fill: (cell, { row, begins, calls }) => {
        const cost =
          begins?.inclusive ??
          lines.inclusive[row] ??
          calls.reduce((sum, call) => sum + call.cost, 0);
        const measured = lines.measured?.inclusive[row];
        const isLeast = lines.atLeast?.[row] === 1;
        fill(cell, cost, measured);
        if (isLeast && cost > 0) {
          cell.textContent = atLeast(cell.textContent!);
          cell.title = trans.__(
            'At least %1: the line stands in several functions, of which one runs below another, so that their costs cannot be added up.',
            cell.title
          );
        }
      }
    }
  ];
}

/** Of a share that is too small for a number it is said that it is one. */
function atLeast(share: string): string {
  return share.startsWith('<') ? '>\u00a00\u00a0%' : `≥\u00a0${share}`;
}

function splitColumn(
  context: IViewContext,
  { lines, scale }: ISheet
): ISourceColumn {
  const { trans } = context;
  return {
    label: trans.__('Split'),
    meaning: trans.__('The inclusive cost by category, as long as its share'),
    width: 72,
    fill: (cell, { row }) => {
      if (row >= 0) {
        const split = categoriesOf(lines, row);
        const whole = lines.inclusive[row];
        cell.append(makeSplitBar(context, split, whole, scale.inclusive));
      }
    }
  };
}

function callsColumn(
  { trans }: IViewContext,
  { exact }: ISheet
): ISourceColumn {
  return {
    label: trans.__('Calls'),
    meaning: trans.__('How many calls were made from the line, all counted'),
    width: 80,
    fill: (cell, { begins, calls, number }) => {
      const made = calls.length > 0 ? calls : (exact?.calls.get(number) ?? []);
      if (!begins && made.length > 0 && made.every(({ count }) => count >= 0)) {
        const count = made.reduce((sum, call) => sum + call.count, 0);
        cell.textContent = formatValue(count, 'count');
        cell.title = formatWhole(count);
      }
    }
  };
}

function runsColumn({ trans }: IViewContext, sheet: ISheet): ISourceColumn {
  return {
    label: trans.__('Runs'),
    meaning: trans.__(
      'How often the line ran; nothing where it has no code of its own'
    ),
    width: 88,
    fill: (cell, line) => {
      if (neverRan(sheet, line)) {
        cell.textContent = trans.__('never');
      } else if (line.row >= 0) {
        const count = sheet.lines.self[line.row];
        cell.textContent = formatValue(count, 'count');
        cell.title = formatWhole(count);
      }
    }
  };
}

function branchColumn({ trans }: IViewContext, sheet: ISheet): ISourceColumn {
  return {
    label: trans.__('Branches'),
    meaning: trans.__(
      'Ways out of the line that were taken, of all; ✓ taken, ✗ not taken, – the line never ran'
    ),
    width: 112,
    fill: (cell, line) => {
      const branches = sheet.exact?.branches.get(line.number) ?? [];
      if (isLine(line) && branches.length > 0) {
        const taken = branches.filter(branch => branch.taken > 0).length;
        const said = branchWords(branches, trans).join('; ');
        cell.append(
          el('span', {
            class: 'np-Branches',
            text: `${taken}/${branches.length} ${glyphs(branches)}`,
            attrs: { role: 'img', 'aria-label': said, title: said }
          })
        );
        cell.classList.toggle('np-mod-partly', taken < branches.length);
      }
    }
  };
}

function glyphs(branches: readonly ILineBranch[]): string {
  const drawn = branches
    .slice(0, DRAWN)
    .map(({ taken }) => (taken > 0 ? '✓' : taken === 0 ? '✗' : '–'));
  return drawn.join('') + (branches.length > DRAWN ? '…' : '');
}

function jumpColumn({ trans }: IViewContext, sheet: ISheet): ISourceColumn {
  return {
    label: trans.__('Jumps'),
    meaning: trans.__('Arrows: jumps from line to line that were taken'),
    width: 38,
    fill: (cell, _, at, active) =>
      cell.append(makeArrows(sheet.arrows, at, active))
  };
}
