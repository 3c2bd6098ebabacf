/** The rows of the summary: share, text, place, bar, reason. */
import { formatValue } from '../../analysis/units';
import type { FunctionIndex } from '../../model/profile';
import { makeEstimate, makeSplitBar } from '../costs';
import { el } from '../dom';
import type { ILinePlace } from '../state';
import type { IViewContext } from '../view';

/** What a row says. */
export interface IRow {
  readonly func: FunctionIndex;
  readonly cost: number;
  /** The part of it that was measured, not sampled. */
  readonly measured: number;
  /** The source text of a line, or the name of a function. */
  readonly text: string;
  readonly title: string;
  readonly place: string;
  /** The place in the source; null: not known. */
  readonly link: { readonly file: string; readonly line: number } | null;
  /** The line that a row stands for; null: a function. */
  readonly line: ILinePlace | null;
  readonly why: string;
  readonly byCategory: ArrayLike<number>;
}

/** A list of rows; `longest` is the cost that fills a bar. */
export function makeRows(
  context: IViewContext,
  rows: readonly IRow[],
  label: string,
  kind: 'lines' | 'functions'
): HTMLElement {
  const longest = Math.max(...rows.map(row => row.cost), 1e-9);
  return el(
    'ul',
    { class: `np-Rows np-mod-${kind}`, attrs: { 'aria-label': label } },
    ...rows.map(row => makeRow(context, row, longest))
  );
}

function makeRow(
  context: IViewContext,
  row: IRow,
  longest: number
): HTMLElement {
  const { data, state } = context;
  const text = el('button', {
    class: 'np-Row-text np-Link',
    text: row.text,
    attrs: { type: 'button', title: [row.title, row.why].join('\n').trim() }
  });
  const node = el(
    'li',
    {
      class: 'np-Row',
      attrs: { 'data-func': row.func, 'data-line': row.line?.line ?? false }
    },
    makeShare(context, row),
    text,
    makePlace(context, row),
    makeSplitBar(context, row.byCategory, row.cost, longest),
    el('span', {
      class: 'np-Row-why',
      text: row.why,
      attrs: { title: row.why }
    })
  );
  const selected = { selection: row.func, line: row.line };
  node.addEventListener('click', () => state.set(selected));
  node.addEventListener('dblclick', () =>
    state.set({ ...selected, tab: data.hasStacks ? 'flame' : 'graph' })
  );
  return node;
}

function makeShare(context: IViewContext, row: IRow): HTMLElement {
  const { data, trans } = context;
  const share = makeEstimate(data.estimate(row.cost, row.measured));
  share.classList.add('np-Row-share');
  share.title = trans.__(
    '%1 of %2',
    formatValue(row.cost, data.unit),
    formatValue(data.total, data.unit)
  );
  return share;
}

function makePlace(context: IViewContext, row: IRow): HTMLElement {
  const { revealLine } = context.env;
  const { link } = row;
  // Only a cell can be shown: a link that leads nowhere is a promise broken.
  const cells = context.profile.cells;
  const shown = !!link && cells.some(cell => cell.name === link.file);
  if (!revealLine || !shown) {
    return el('span', {
      class: 'np-Row-place',
      text: row.place,
      attrs: { title: link ? `${link.file}:${link.line}` : row.title }
    });
  }
  const button = el('button', {
    class: 'np-Row-place np-Link',
    text: row.place,
    attrs: {
      type: 'button',
      title: context.trans.__('Go to %1', row.place)
    }
  });
  const go = async (): Promise<void> => {
    const problem = await revealLine(link.file, link.line);
    if (problem) {
      button.title = problem;
      const box = button.getBoundingClientRect();
      context.tooltip.show({ title: problem, rows: [] }, box.left, box.bottom);
      context.announce(problem);
    }
  };
  button.addEventListener('click', event => {
    event.stopPropagation();
    void go();
  });
  return button;
}
