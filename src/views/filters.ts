/** The filter as the viewer's state holds it, and what is said of it. */
import { functionTest, tasksShown, threadsShown } from '../analysis/conditions';
import type { Lane } from '../analysis/lanes';
import {
  FIELDS,
  categoryOf,
  formatCondition,
  formatTime,
  parseTime,
  type ICondition,
  type IProblem
} from '../analysis/query';
import type { ITimeRange } from '../analysis/spans';
import { recordedRange } from '../analysis/timeline';
import { CATEGORIES } from '../format/types';
import type { IProfile } from '../model/profile';
import type { ITranslation } from './env';
import { rangeText } from './rangeText';
import type { IViewState } from './state';

/** Conditions on what a lane also chooses. */
const OF_LANES = ['thread', 'process', 'task'];

/**
 * The state with further conditions. A stretch of time becomes the one that
 * the Timeline shows; a thread, process or task that is asked for takes the
 * place of the one that is shown alone.
 */
export function addConditions(
  profile: IProfile,
  state: Readonly<IViewState>,
  added: readonly ICondition[]
): Partial<IViewState> {
  let { conditions, lane, time } = state;
  for (const condition of added) {
    const { field, negated, values } = condition;
    const range = values.length === 1 ? parseTime(values[0]) : null;
    if (field === 'time' && !negated && range) {
      time = within(profile, range);
      continue;
    }
    if (OF_LANES.includes(field) && !negated) {
      lane = null;
    }
    if (!conditions.some(other => isSame(other, condition))) {
      conditions = [...conditions, condition];
    }
  }
  return { conditions, lane, time, zoom: [] };
}

/** The state without one of its conditions. */
export function removeCondition(
  { conditions }: Readonly<IViewState>,
  condition: ICondition
): Partial<IViewState> {
  return {
    conditions: conditions.filter(other => !isSame(other, condition)),
    zoom: []
  };
}

/** The state that shows a lane alone, null: none; a thread asked for gives way. */
export function showLane(
  { conditions }: Readonly<IViewState>,
  lane: Lane | null
): Partial<IViewState> {
  const left = conditions.filter(
    ({ field, negated }) => negated || !OF_LANES.includes(field)
  );
  const same = left.length === conditions.length;
  return { lane, conditions: same ? conditions : left, zoom: [] };
}

/** All that limits what is shown, as conditions; the stretch of time last. */
export function conditionsOf({
  conditions,
  time
}: Readonly<IViewState>): readonly ICondition[] {
  return time
    ? [
        ...conditions,
        { field: 'time', negated: false, values: [formatTime(time)] }
      ]
    : conditions;
}

/** A condition for reading: `module numpy`, `not “sort”`, `1.20 s – 1.85 s`. */
export function conditionText(
  { field, negated, values }: ICondition,
  trans: ITranslation
): string {
  const names = values.map(value => value.replace(/^=/, ''));
  let text: string;
  if (field === 'time') {
    text = values.map(timeOf).join(', ');
  } else if (field === 'text') {
    text = `“${values[0]}”`;
  } else {
    text = `${field} ${names.join(', ')}`;
  }
  return negated ? trans.__('not %1', text) : text;
}

/** Why a text is no filter, in one sentence that says what to write. */
export function problemText(
  { kind, what }: IProblem,
  trans: ITranslation
): string {
  switch (kind) {
    case 'field':
      return trans.__(
        'There is no “%1:”; there are %2. In quotation marks it is searched for as it is.',
        what,
        FIELDS.join(', ')
      );
    case 'empty':
      return trans.__('Write behind “%1:” what it is to be.', what);
    case 'category':
      return trans.__(
        'There is no category “%1”; there are %2.',
        what,
        CATEGORIES.join(', ')
      );
    case 'cell':
      return trans.__('Write the number of the cell, as in cell:5.');
    case 'time':
      return trans.__(
        'Write from when to when, as in time:1.2s-3s, time:-500ms or time:2s-.'
      );
  }
}

/** Which of the conditions nothing in the profile is about; undefined: none. */
export function unmatched(
  profile: IProfile,
  conditions: readonly ICondition[]
): ICondition | undefined {
  return conditions.find(condition => !isMet(profile, condition));
}

/** The same in one sentence. */
export function unmatchedText(
  condition: ICondition,
  trans: ITranslation
): string {
  const asked = formatCondition({ ...condition, negated: false });
  return trans.__('Nothing in this profile fits “%1”.', asked);
}

function isMet(profile: IProfile, condition: ICondition): boolean {
  const asked = { ...condition, negated: false };
  const { field, values } = asked;
  const test = functionTest(profile, asked);
  if (test) {
    const { length } = profile.functions;
    for (let func = 0; func < length; func++) {
      if (test(func)) {
        return true;
      }
    }
    return false;
  }
  switch (field) {
    case 'category': {
      const names = values.map(categoryOf);
      return !!profile.stacks?.category.some(row =>
        names.includes(CATEGORIES[row])
      );
    }
    case 'thread':
    case 'process':
      return threadsShown(profile, [asked])?.includes(1) ?? false;
    case 'task':
      return tasksShown(profile, [asked])!.subarray(0, -1).includes(1);
    default: {
      const { from, to } = recordedRange(profile);
      return values
        .map(parseTime)
        .some(range => range && range.from < to && range.to > from);
    }
  }
}

function timeOf(value: string): string {
  const range = parseTime(value);
  return range && Number.isFinite(range.to) ? rangeText(range) : value;
}

/** The part of a stretch of time that was recorded. */
function within(profile: IProfile, { from, to }: ITimeRange): ITimeRange {
  return { from, to: Math.min(to, recordedRange(profile).to) };
}

function isSame(a: ICondition, b: ICondition): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
