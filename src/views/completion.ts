/** What can be typed next into the search box: fields, then their values. */
import { functionLabel, moduleLabel } from '../analysis/names';
import {
  FIELDS,
  cellOf,
  formatValue,
  lastToken,
  type Field
} from '../analysis/query';
import { formatShare } from '../analysis/units';
import { CATEGORIES } from '../format/types';
import type { FunctionIndex } from '../model/profile';
import { categoryStyle } from './categories';
import type { ITranslation } from './env';
import { laneName } from './laneName';
import type { IViewContext } from './view';

/** One way to go on. */
export interface ISuggestion {
  readonly label: string;
  /** What it means, or its share. */
  readonly detail: string;
  /** The whole text when it is taken. */
  readonly text: string;
}

/** A value of a field with what is said of it. */
type Value = readonly [value: string, detail: string];

/** As many as one looks through. */
const MOST = 10;

/** How to go on after `text`, the costliest first; empty: no help is needed. */
export function suggestions(
  context: IViewContext,
  text: string
): ISuggestion[] {
  const start = lastToken(text);
  const [, sign, body] = /^(-?)(.*)$/s.exec(text.slice(start))!;
  const before = text.slice(0, start) + sign;
  const written = /^([a-z]+):(?!:)(.*)$/is.exec(body);
  if (!written) {
    return fieldsLike(body, context.trans).map(([field, detail]) => ({
      label: `${field}:`,
      detail,
      text: `${before}${field}:`
    }));
  }
  const field = FIELDS.find(field => field === written[1].toLowerCase());
  if (!field) {
    return [];
  }
  // Only what stands after the last comma is still being typed.
  const [, kept, typed] = /^(.*,)?(.*)$/s.exec(written[2])!;
  const wanted = typed.replace(/["=]/g, '').toLowerCase();
  const all = valuesOf(context, field);
  return all
    .filter(([value]) => value.toLowerCase().includes(wanted))
    .slice(0, MOST)
    .map(([value, detail]) => ({
      label: value,
      detail,
      text: `${before}${field}:${kept ?? ''}${formatValue(exactly(value, all, field))} `
    }));
}

/** The fields that begin as `typed` does; with nothing typed all of them. */
function fieldsLike(typed: string, trans: ITranslation): Value[] {
  return FIELDS.filter(field => field.startsWith(typed.toLowerCase())).map(
    field => [field, meaningOf(field, trans)]
  );
}

/** What a field is about. */
export function meaningOf(field: Field, trans: ITranslation): string {
  switch (field) {
    case 'name':
      return trans.__('through a function of this name');
    case 'module':
      return trans.__('through this module or library');
    case 'file':
      return trans.__('through code of this file');
    case 'cell':
      return trans.__('through code of this cell');
    case 'category':
      return trans.__('spent in this category');
    case 'thread':
      return trans.__('on this thread');
    case 'process':
      return trans.__('in this process');
    case 'task':
      return trans.__('for this asyncio task');
    case 'time':
      return trans.__('between two moments: 1.2s-3s');
  }
}

/** A value that is also a part of others is marked as the whole name. */
function exactly(value: string, all: readonly Value[], field: Field): string {
  const like = value.toLowerCase();
  const isPart =
    field !== 'category' &&
    field !== 'cell' &&
    all.some(([other]) => {
      const name = other.toLowerCase();
      return name !== like && name.includes(like);
    });
  return isPart ? `=${value}` : value;
}

function valuesOf(context: IViewContext, field: Field): Value[] {
  const { profile, data, trans } = context;
  const { functions, strings } = profile;
  switch (field) {
    case 'name':
      return byCost(context, func => functionLabel(profile, func));
    case 'module':
      return byCost(context, func => moduleLabel(profile, func));
    case 'file':
      return byCost(context, func => {
        const file = functions.file[func];
        return file < 0 ? '' : strings[file];
      });
    case 'cell':
      return byCost(context, func => {
        const file = functions.file[func];
        const cell = file < 0 ? null : cellOf(strings[file]);
        return cell === null ? '' : String(cell);
      });
    case 'category':
      return CATEGORIES.map((name, at): [Value, number] => [
        [
          name,
          `${trans.__(categoryStyle(at).label)} · ${formatShare(data.categories.cost[at], data.total)}`
        ],
        data.categories.cost[at]
      ])
        .filter(([, cost]) => cost > 0)
        .sort((a, b) => b[1] - a[1])
        .map(([value]) => value);
    case 'thread':
      return distinct(
        data.lanes.processes
          .flatMap(({ threads }) => threads)
          .map(row => [row.name || row.detail, laneName(row, trans)])
      );
    case 'process':
      return distinct(
        data.lanes.processes
          .flatMap(({ process }) => (process ? [process] : []))
          .map(row => [row.name || row.detail, laneName(row, trans)])
      );
    case 'task':
      return distinct(data.lanes.tasks.map(row => [row.name, row.detail]));
    case 'time':
      return [];
  }
}

/** The different names of functions, by the self cost of all that have it. */
function byCost(
  { data }: IViewContext,
  nameOf: (func: FunctionIndex) => string
): Value[] {
  const { rows } = data;
  const costs = new Map<string, number>();
  for (let row = 0; row < rows.length; row++) {
    const name = nameOf(rows.func[row]);
    if (name) {
      costs.set(name, (costs.get(name) ?? 0) + rows.self[row]);
    }
  }
  return [...costs]
    .sort((a, b) => b[1] - a[1])
    .map(([name, cost]) => [
      name,
      cost > 0 ? formatShare(cost, data.total) : ''
    ]);
}

function distinct(values: readonly Value[]): Value[] {
  const seen = new Set<string>();
  return values.filter(([value]) => {
    const isNew = value !== '' && !seen.has(value);
    seen.add(value);
    return isNew;
  });
}
