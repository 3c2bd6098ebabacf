/** The lines above a comparison: what is compared, and what came out. */
import { Verdict } from '../../analysis/compare/changes';
import { formatShare, formatValue } from '../../analysis/units';
import { el } from '../dom';
import { valueLabel } from '../values';
import type { IViewContext } from '../view';
import { isOwnThread } from './lanes';
import { isOfCode } from './conditions';
import type { Compared } from './data';
import type { ICompareState } from './state';
import { changeText } from './words';

/** Fills `node` with what holds for `compared`. */
export function fillHead(
  node: HTMLElement,
  context: IViewContext,
  compared: Compared,
  state: Readonly<ICompareState>
): void {
  node.replaceChildren(
    el('div', { class: 'np-Compare-runs' }, ...runs(context, compared)),
    el('p', { text: sentences(context, compared, state).join(' ') })
  );
}

function runs({ trans }: IViewContext, compared: Compared): HTMLElement[] {
  const { labels, totals, profiles, values, own } = compared;
  const nodes = labels.map((label, at) =>
    el(
      'span',
      {
        class: `np-Compare-run${at === own ? ' np-mod-own' : ''}`,
        attrs: {
          title: trans.__(
            '%1 under %2: %3 by the clock',
            label,
            profiles[at].meta.engine,
            formatValue(profiles[at].meta.wall_ns, 'ns')
          )
        }
      },
      el('b', { text: label }),
      ` ${formatValue(totals[at], values[at].unit)}`
    )
  );
  const last = totals.length - 1;
  if (last > 1 || values[0].unit !== values[last].unit) {
    return nodes;
  }
  const change = totals[last] - totals[0];
  const relative = formatShare(Math.abs(change), totals[0]);
  const sign = change < 0 ? '\u2212' : '+';
  const whole = changeText(change, 0, 'amount', values[0].unit);
  return [
    nodes[0],
    el('span', { text: '→', attrs: { 'aria-hidden': true } }),
    nodes[1],
    el('span', {
      class: 'np-Compare-total',
      text: totals[0] > 0 ? `${whole} (${sign}${relative})` : whole
    })
  ];
}

function sentences(
  { profile, state, trans }: IViewContext,
  compared: Compared,
  { column, unit, shows }: Readonly<ICompareState>
): string[] {
  const rows = shows === 'lines' ? compared.lines : compared.functions;
  const { verdict } = compared.changes(rows, column, unit);
  const count = (of: Verdict): number =>
    verdict.reduce((sum, one) => sum + (one === of ? 1 : 0), 0);
  const kind = shows === 'lines' ? trans.__('lines') : trans.__('functions');
  const real = count(Verdict.Real);
  const measured = count(Verdict.Measured);
  const said = [
    trans.__(
      '%1 %2 differ by more than sampling explains, %3 within noise.',
      real,
      kind,
      count(Verdict.Noise)
    )
  ];
  if (measured > 0) {
    said.push(
      trans.__(
        '%1 were measured, not sampled: their difference is that of these runs.',
        measured
      )
    );
  }
  const names = compared.values.map(value => valueLabel(value, trans));
  if (new Set(names).size > 1) {
    said.push(trans.__('They have no value in common: %1.', names.join(', ')));
  } else if (!compared.isAsShown) {
    said.push(trans.__('What all of them measured is compared: %1.', names[0]));
  }
  const { conditions, lane, time } = state.value;
  const isOwn = !lane || isOwnThread(profile, lane);
  if (time || !isOwn || !conditions.every(isOfCode)) {
    said.push(
      trans.__('Filters by time, thread, task or cell are not compared.')
    );
  }
  return said;
}
