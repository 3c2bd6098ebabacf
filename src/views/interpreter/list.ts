/** The parts of the interpreter, or the functions of one, as rows. */
import type {
  IInterpreterMap,
  IMapCost,
  IMapPart
} from '../../analysis/interpreterMap';
import {
  functionLabel,
  functionTitle,
  placeLabel,
  sourceLabel
} from '../../analysis/names';
import { formatValue } from '../../analysis/units';
import { makeEstimate, makeSplitBar } from '../costs';
import { el } from '../dom';
import type { IViewContext } from '../view';
import { MEANINGS } from './meanings';

/** Rows of functions: what is cheaper is in the table. */
const MOST = 40;

/** What a click on a row does. */
export interface IRowActions {
  open(part: IMapPart): void;
  select(func: number): void;
  show(func: number): void;
}

/** All parts. */
export function partRows(
  context: IViewContext,
  { parts }: IInterpreterMap,
  { open }: IRowActions
): HTMLElement {
  const { trans } = context;
  const longest = parts[0]?.value ?? 0;
  return listOf(
    trans.__('Parts of CPython'),
    parts.map(part => {
      const label = trans.__(part.label);
      const meaning = trans.__(MEANINGS[part.label] ?? '');
      const row = makeRow(context, part, longest, label, meaning, meaning);
      row.dataset.part = part.label;
      row.addEventListener('click', () => open(part));
      return row;
    })
  );
}

/** The functions of a part. */
export function functionRows(
  context: IViewContext,
  { functions, label }: IMapPart,
  { select, show }: IRowActions
): HTMLElement {
  const { profile, trans } = context;
  const longest = functions[0]?.value ?? 0;
  return listOf(
    trans.__(label),
    functions.slice(0, MOST).map(cost => {
      const { func } = cost;
      const name = functionLabel(profile, func);
      const place = sourceLabel(profile, func) || placeLabel(profile, func);
      const title = functionTitle(profile, func);
      const row = makeRow(context, cost, longest, name, place, title);
      row.dataset.func = String(func);
      row.addEventListener('click', () => select(func));
      row.addEventListener('dblclick', () => show(func));
      return row;
    })
  );
}

function listOf(label: string, rows: readonly HTMLElement[]): HTMLElement {
  return el(
    'ul',
    { class: 'np-Rows np-mod-parts', attrs: { 'aria-label': label } },
    ...rows
  );
}

function makeRow(
  context: IViewContext,
  cost: IMapCost,
  longest: number,
  name: string,
  place: string,
  title: string
): HTMLElement {
  const { data } = context;
  const { value, measured, byCategory } = cost;
  const share = makeEstimate(data.estimate(value, measured));
  share.classList.add('np-Row-share');
  share.title = formatValue(value, data.unit);
  return el(
    'li',
    { class: 'np-Row' },
    share,
    el('button', {
      class: 'np-Row-text np-Link',
      text: name,
      attrs: { type: 'button', title: `${name}\n${title}`.trim() }
    }),
    makeSplitBar(context, byCategory, value, longest),
    el('span', { class: 'np-Row-place', text: place, attrs: { title: place } })
  );
}
