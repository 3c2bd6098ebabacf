/** The heat of a cell for the gutter of its editor: a mark beside each line. */
import { stackView } from '../../analysis/filter';
import { uncertainty } from '../../analysis/intervals';
import { categoriesOf, lineRows, type ILineRows } from '../../analysis/lines';
import { formatEstimate, formatShare } from '../../analysis/units';
import { decode } from '../../format/decode';
import { categoryStyle, paintCategory } from '../categories';
import { el } from '../dom';
import { PLAIN, type ITranslation } from '../env';

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
 * @throws FormatError where the message is no profile.
 */
export async function cellHeat(
  message: unknown,
  trans: ITranslation = PLAIN
): Promise<ICellHeat | null> {
  const profile = await decode(message);
  const { meta, cells, strings } = profile;
  const cell = cells.find(({ prompt }) => prompt === meta.prompt);
  const view = stackView(profile);
  const lines = lineRows(profile, view);
  const rows = [...lines.file.keys()].filter(
    row =>
      strings[lines.file[row]] === cell?.name &&
      lines.inclusive[row] >= LEAST * view.total
  );
  if (!cell || rows.length === 0) {
    return null;
  }
  const most = Math.max(...rows.map(row => lines.self[row]));
  const estimate = (cost: number, measured = 0): string =>
    formatEstimate(
      cost,
      view.total,
      uncertainty(view.precision, cost, measured)
    );
  const mark = (row: number) => (): HTMLElement => {
    const self = estimate(lines.self[row], lines.measured?.self[row]);
    const title = trans.__(
      'Line %1: %2 itself, %3 with all that it calls',
      lines.line[row],
      self,
      estimate(lines.inclusive[row], lines.measured?.inclusive[row])
    );
    const node = el(
      'div',
      {
        class: 'np-CellHeat-mark',
        attrs: { title: [title, ...splitOf(lines, row, trans)].join('\n') }
      },
      el('span', {
        class: 'np-CellHeat-share',
        text:
          lines.self[row] > 0 ? formatShare(lines.self[row], view.total) : ''
      }),
      barOf(lines, row, view.total)
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
