/** The heat of a cell for the gutter of its editor: a mark beside each line. */
import { countsRuns, hasExactLines } from '../../analysis/exactLines';
import { categoriesOf, type ILineRows } from '../../analysis/lines';
import { formatShare, formatValue, formatWhole } from '../../analysis/units';
import type { IProfile } from '../../model/profile';
import { categoryStyle, paintCategory } from '../categories';
import { Derived } from '../derived';
import { el } from '../dom';
import { PLAIN, type ITranslation } from '../env';
import { Reader } from '../reader';
import { createState } from '../state';
import type { WorkerLike } from '../workerClient';

/** A line below this share gets no mark: it would be noise in the eye. */
const LEAST = 0.002;

/** A profiled cell as its editor shows it. */
export interface ICellHeat {
  /** The cell as it was typed when it was profiled. */
  readonly source: string;
  /** Makes the mark of a line (from 1). */
  readonly marks: ReadonlyMap<number, () => HTMLElement>;
}

/**
 * The heat of the cell that a profile is of; null where it knows no line there.
 *
 * @param message As it stands in the notebook's output.
 * @param startWorker Reads large profiles; absent: they are read here.
 * @throws FormatError where the message is no profile.
 */
export async function cellHeat(
  message: unknown,
  trans: ITranslation = PLAIN,
  startWorker?: () => WorkerLike
): Promise<ICellHeat | null> {
  const reader = new Reader(message, startWorker);
  try {
    const profile = await reader.open();
    const state = createState('source', null);
    const data = new Derived(profile, state);
    const needs = ['precision', 'lines', 'nativeLines'] as const;
    await reader.prepare(data, state.value, needs);
    return marksOf(profile, data, trans);
  } finally {
    reader.dispose();
  }
}

/** The marks of the cell that a profile is of. */
export function marksOf(
  profile: IProfile,
  data: Derived,
  trans: ITranslation = PLAIN
): ICellHeat | null {
  const { meta, cells, strings } = profile;
  const cell = cells.find(({ prompt }) => prompt === meta.prompt);
  const { total } = data;
  const runs = hasExactLines(profile) && countsRuns(profile, 0);
  // A cell of C is native code.
  for (const lines of [data.lines, data.nativeLines]) {
    const rows = [...lines.file.keys()].filter(
      row =>
        strings[lines.file[row]] === cell?.name &&
        (runs || lines.inclusive[row] >= LEAST * total)
    );
    if (cell && rows.length > 0) {
      const most = Math.max(...rows.map(row => lines.self[row]));
      const make = runs ? runsMark : costMark;
      return {
        source: cell.source,
        marks: new Map(
          rows.map(row => [
            lines.line[row],
            () => {
              const node = make(data, lines, row, trans);
              const heat = most > 0 ? lines.self[row] / most : 0;
              node.style.setProperty('--np-heat', heat.toFixed(3));
              return node;
            }
          ])
        )
      };
    }
  }
  return null;
}

/** The mark of a line with its share of all cost. */
function costMark(
  data: Derived,
  lines: ILineRows,
  row: number,
  trans: ITranslation
): HTMLElement {
  const { total } = data;
  const self = data.estimate(lines.self[row], lines.measured?.self[row]);
  const title = trans.__(
    'Line %1: %2 itself, %3 with all that it calls',
    lines.line[row],
    self,
    data.estimate(lines.inclusive[row], lines.measured?.inclusive[row])
  );
  return el(
    'div',
    {
      class: 'np-CellHeat-mark',
      attrs: { title: [title, ...splitOf(lines, row, trans)].join('\n') }
    },
    el('span', {
      class: 'np-CellHeat-share',
      text: lines.self[row] > 0 ? formatShare(lines.self[row], total) : ''
    }),
    barOf(lines, row, total)
  );
}

/** The mark of a line with how often it ran. */
function runsMark(
  data: Derived,
  lines: ILineRows,
  row: number,
  trans: ITranslation
): HTMLElement {
  const count = lines.self[row];
  const title =
    count > 0
      ? trans.__('Line %1 ran %2 times', lines.line[row], formatWhole(count))
      : trans.__('Line %1 never ran', lines.line[row]);
  return el(
    'div',
    { class: 'np-CellHeat-mark', attrs: { title } },
    el('span', {
      class: 'np-CellHeat-share',
      text: count > 0 ? formatValue(count, data.unit) : trans.__('never')
    })
  );
}

/** The inclusive cost by category, as long as its share of everything. */
function barOf(lines: ILineRows, row: number, total: number): HTMLElement {
  const bar = el('span', { class: 'np-Mini' });
  categoriesOf(lines, row).forEach((cost, category) => {
    if (cost > 0) {
      const part = el('span');
      part.style.width = `${(100 * cost) / total}%`;
      paintCategory(part, category);
      bar.append(part);
    }
  });
  return bar;
}

function splitOf(lines: ILineRows, row: number, trans: ITranslation): string[] {
  const costs = categoriesOf(lines, row);
  return [...costs.keys()]
    .filter(category => costs[category] > 0)
    .sort((a, b) => costs[b] - costs[a])
    .map(
      category =>
        `${trans.__(categoryStyle(category).label)} ${formatShare(costs[category], lines.inclusive[row])}`
    );
}
