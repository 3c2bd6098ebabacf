/** The rows of the summary: share, text, place, bar, reason. */
import { uncertainty, type IPrecision } from '../../analysis/intervals';
import { formatEstimate, formatValue } from '../../analysis/units';
import type { FunctionIndex } from '../../model/profile';
import { makeEstimate, makeSplitBar } from '../costs';
import { el } from '../dom';
import type { ILinePlace } from '../state';
import type { IViewContext } from '../view';
import type { IReason } from './reasons';

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
  /** The reasons that stand below the row. */
  readonly reasons: readonly IReason[];
  /** Who called it, on how many threads: stands with the reasons. */
  readonly circumstances: string;
  readonly byCategory: ArrayLike<number>;
}

/** What the views that show reasons are called. */
const VIEWS: Readonly<Record<string, string>> = {
  flame: 'Flame',
  source: 'Source',
  timeline: 'Timeline'
};

/** A list of rows whose costs are shares of what `precision` is about. */
export function makeRows(
  context: IViewContext,
  rows: readonly IRow[],
  precision: IPrecision,
  label: string,
  kind: 'lines' | 'functions'
): HTMLElement {
  const longest = Math.max(...rows.map(row => row.cost), 1e-9);
  return el(
    'ul',
    { class: `np-Rows np-mod-${kind}`, attrs: { 'aria-label': label } },
    ...rows.map(row => makeRow(context, row, precision, longest))
  );
}

function makeRow(
  context: IViewContext,
  row: IRow,
  precision: IPrecision,
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
    makeShare(context, row, precision),
    text,
    makePlace(context, row),
    makeSplitBar(context, row.byCategory, row.cost, longest),
    el('span', {
      class: 'np-Row-why',
      text: row.why,
      attrs: { title: row.why }
    }),
    row.reasons.length > 0 ? makeReasons(context, row) : null
  );
  const selected = { selection: row.func, line: row.line };
  node.addEventListener('click', () => state.set(selected));
  node.addEventListener('dblclick', () =>
    context.open({ ...selected, tab: data.hasStacks ? 'flame' : 'graph' })
  );
  return node;
}

/** The reasons, each a link to what shows it, and what helps against the first. */
function makeReasons(
  { open, trans }: IViewContext,
  { reasons, circumstances }: IRow
): HTMLElement {
  const links = reasons.map(({ text, view, proof }) => {
    const name = trans.__(VIEWS[view] ?? view);
    const link = el(
      'button',
      {
        class: 'np-Reason np-Link',
        attrs: { type: 'button', title: trans.__('Show it in %1', name) }
      },
      text,
      el('span', { class: 'np-Reason-view', text: ` → ${name}` })
    );
    link.addEventListener('click', event => {
      event.stopPropagation();
      open(proof);
    });
    return link;
  });
  return el(
    'div',
    { class: 'np-Row-reasons' },
    ...links,
    circumstances ? el('span', { text: circumstances }) : null,
    el('span', { class: 'np-Row-advice', text: reasons[0].advice })
  );
}

function makeShare(
  context: IViewContext,
  row: IRow,
  precision: IPrecision
): HTMLElement {
  const { data, trans } = context;
  const { total } = precision;
  const half = uncertainty(precision, row.cost, row.measured);
  const share = makeEstimate(formatEstimate(row.cost, total, half));
  share.classList.add('np-Row-share');
  share.title = trans.__(
    '%1 of %2',
    formatValue(row.cost, data.unit),
    formatValue(total, data.unit)
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
