/** The heat of a cell for the gutter of its editor: a mark beside each line. */
import { categoriesOf, type ILineRows } from '../../analysis/lines';
import { formatShare } from '../../analysis/units';
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
    await reader.prepare(data, state.value, ['precision', 'lines']);
    return heatOf(profile, data, trans);
  } finally {
    reader.dispose();
  }
}

function heatOf(
  { meta, cells, strings }: IProfile,
  data: Derived,
  trans: ITranslation
): ICellHeat | null {
  const cell = cells.find(({ prompt }) => prompt === meta.prompt);
  const { lines, total } = data;
  const rows = [...lines.file.keys()].filter(
    row =>
      strings[lines.file[row]] === cell?.name &&
      lines.inclusive[row] >= LEAST * total
  );
  if (!cell || rows.length === 0) {
    return null;
  }
  const most = Math.max(...rows.map(row => lines.self[row]));
  const mark = (row: number) => (): HTMLElement => {
    const self = data.estimate(lines.self[row], lines.measured?.self[row]);
    const title = trans.__(
      'Line %1: %2 itself, %3 with all that it calls',
      lines.line[row],
      self,
      data.estimate(lines.inclusive[row], lines.measured?.inclusive[row])
    );
    const node = el(
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
    const heat = most > 0 ? lines.self[row] / most : 0;
    node.style.setProperty('--np-heat', heat.toFixed(3));
    return node;
  };
  return {
    source: cell.source,
    marks: new Map(rows.map(row => [lines.line[row], mark(row)]))
  };
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
