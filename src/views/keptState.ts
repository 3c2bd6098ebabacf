/** The viewer's state as plain data, to be kept beside a profile and sent in a link. */
import type { IStackEdit } from '../analysis/edits';
import { soundFormulas, withFormulas } from '../analysis/formulas';
import type { Lane } from '../analysis/lanes';
import type { Group } from '../analysis/groups';
import { formatQuery, parseQuery } from '../analysis/query';
import type { ITimeRange } from '../analysis/spans';
import type { IProfile } from '../model/profile';
import { readCompareChoice } from './compare/choice';
import { readCoverageChoice } from './coverage/choice';
import { LEAST } from './shown';
import type { IFlameChoice, ILinePlace, IViewState } from './state';
import { TABLE_CHOICE, type ITableChoice } from './table/choice';

/** What differs from the state that a profile is first shown in. */
export type PackedState = Readonly<Record<string, unknown>>;

/** What a state has that `first` has not; the conditions as they are written. */
export function packState(
  state: Readonly<IViewState>,
  first: Readonly<IViewState>
): PackedState {
  const keys = Object.keys(state) as (keyof IViewState)[];
  return Object.fromEntries(
    keys
      .filter(key => isKept(key, first) && !isSame(state[key], first[key]))
      .map(key => [
        key,
        key === 'conditions' ? formatQuery(state.conditions) : state[key]
      ])
  );
}

/**
 * The state that was packed. It comes from a browser's store or from whoever
 * sent a link: whatever does not fit the profile is left out.
 */
export function unpackState(
  profile: IProfile,
  packed: unknown,
  first: Readonly<IViewState>
): Partial<IViewState> {
  if (typeof packed !== 'object' || packed === null) {
    return {};
  }
  const found: Record<string, unknown> = {};
  const { formulas } = packed as Partial<Record<keyof IViewState, unknown>>;
  const shown = withFormulas(profile, soundFormulas(profile, formulas));
  for (const [key, value] of Object.entries(packed)) {
    if (!isKey(key, first) || !isKept(key, first)) {
      continue;
    }
    const read = READERS[key];
    const of = key === 'formulas' ? profile : shown;
    const result = read ? read(value, of) : booleanOf(value);
    if (result !== undefined) {
      found[key] = result;
    }
  }
  return found;
}

/** Reads a value; undefined: it is none. */
type Reader<T> = (value: unknown, profile: IProfile) => T | undefined;

/** Every kept key that is no boolean. */
const READERS: { readonly [K in keyof IViewState]?: Reader<IViewState[K]> } = {
  tab: textOf,
  beside: textOf,
  split: value =>
    typeof value === 'number' && value >= LEAST && value <= 1 - LEAST
      ? value
      : undefined,
  search: textOf,
  selection: functionOf,
  focus: functionOf,
  line: lineOf,
  lane: laneOf,
  time: timeOf,
  conditions: value => {
    const text = textOf(value);
    const { conditions, problem } = parseQuery(text ?? '');
    return text === undefined || problem ? undefined : conditions;
  },
  value: (value, { values }) => rowOf(value, values.length),
  formulas: (value, profile) => soundFormulas(profile, value),
  zoom: keysOf,
  flame: flameOf,
  collapsed: functionsOf,
  expanded: functionsOf,
  grouping: groupOf,
  table: tableOf,
  coverage: readCoverageChoice,
  compare: readCompareChoice,
  threshold: value =>
    typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined,
  chart: value => oneOf(['sunburst', 'treemap', 'lines'], value)
};

/** True for what is the user's choice and can be read back. */
function isKept(key: keyof IViewState, first: Readonly<IViewState>): boolean {
  return key in READERS || typeof first[key] === 'boolean';
}

function isKey(key: string, first: IViewState): key is keyof IViewState {
  return Object.hasOwn(first, key);
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function oneOf<T extends string>(
  choices: readonly T[],
  value: unknown
): T | undefined {
  return choices.find(choice => choice === value);
}

function booleanOf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.length < 10_000 ? value : undefined;
}

function rowOf(value: unknown, length: number): number | undefined {
  return typeof value === 'number' &&
    Number.isInteger(value) &&
    value >= 0 &&
    value < length
    ? value
    : undefined;
}

function functionOf(value: unknown, profile: IProfile): number | undefined {
  return value === -1 ? -1 : rowOf(value, profile.functions.length);
}

function functionsOf(value: unknown, profile: IProfile): number[] | undefined {
  const rows = Array.isArray(value)
    ? value.map(row => rowOf(row, profile.functions.length))
    : [undefined];
  return rows.every(row => row !== undefined) ? rows : undefined;
}

function groupOf(value: unknown): Group | undefined {
  return oneOf(['function', 'module', 'file', 'interpreter'], value);
}

/** Keys of frames, whatever they are merged by: one that is not there ends a zoom. */
function keysOf(value: unknown): number[] | undefined {
  return Array.isArray(value) &&
    value.every(key => rowOf(key, Infinity) !== undefined)
    ? (value as number[])
    : undefined;
}

function flameOf(value: unknown): IFlameChoice | undefined {
  const chosen = (value ?? {}) as Partial<Record<keyof IFlameChoice, unknown>>;
  const order = oneOf(['cost', 'time', 'leaves'], chosen.order);
  const merge = oneOf(['function', 'line', 'module'], chosen.merge);
  const colours = oneOf(['category', 'module'], chosen.colours);
  const edits = Array.isArray(chosen.edits) ? chosen.edits.map(editOf) : [];
  return order && merge && colours
    ? { order, merge, colours, edits: edits.filter(edit => edit !== undefined) }
    : undefined;
}

function editOf(value: unknown): IStackEdit | undefined {
  const edit = (value ?? {}) as Partial<Record<keyof IStackEdit, unknown>>;
  const what = oneOf(['hide', 'fold', 'focus'], edit.what);
  const by = oneOf(['function', 'module'], edit.by);
  const key = rowOf(edit.key, Infinity);
  return what && by && key !== undefined ? { what, by, key } : undefined;
}

function tableOf(value: unknown): ITableChoice {
  const chosen = (value ?? {}) as Partial<Record<keyof ITableChoice, unknown>>;
  const columns = Object.entries(chosen.columns ?? {}).filter(
    (column): column is [string, boolean] => typeof column[1] === 'boolean'
  );
  return {
    lines: booleanOf(chosen.lines) ?? TABLE_CHOICE.lines,
    group: groupOf(chosen.group) ?? TABLE_CHOICE.group,
    sort: textOf(chosen.sort) ?? TABLE_CHOICE.sort,
    descending: booleanOf(chosen.descending) ?? TABLE_CHOICE.descending,
    columns: Object.fromEntries(columns),
    sandwich: booleanOf(chosen.sandwich) ?? TABLE_CHOICE.sandwich
  };
}

function lineOf(value: unknown, profile: IProfile): ILinePlace | undefined {
  const place = (value ?? {}) as Partial<ILinePlace>;
  const func = rowOf(place.func, profile.functions.length);
  const file = rowOf(place.file, profile.strings.length);
  const line = rowOf(place.line, Infinity);
  return func === undefined || file === undefined || line === undefined
    ? undefined
    : { func, file, line };
}

function laneOf(value: unknown, profile: IProfile): Lane | null | undefined {
  if (value === null) {
    return null;
  }
  const { threads, tasks } = profile;
  const lane = (value ?? {}) as Partial<Record<string, unknown>>;
  if (lane.kind === 'process') {
    const pid = Number(lane.pid);
    return threads?.pid.includes(pid) ? { kind: 'process', pid } : undefined;
  }
  if (lane.kind !== 'thread' && lane.kind !== 'task') {
    return undefined;
  }
  const table = lane.kind === 'thread' ? threads : tasks;
  const row = rowOf(lane.row, table?.length ?? 0);
  return row === undefined ? undefined : { kind: lane.kind, row };
}

function timeOf(value: unknown): ITimeRange | undefined {
  const { from, to } = (value ?? {}) as Partial<ITimeRange>;
  return typeof from === 'number' && typeof to === 'number' && from < to
    ? { from, to }
    : undefined;
}
