/** The costliest lines and functions as rows. */
import type { IPrecision } from '../../analysis/intervals';
import type { IReasonedLine } from '../../analysis/lineReasons';
import { functionLabel, functionTitle, placeLabel } from '../../analysis/names';
import { formatValue } from '../../analysis/units';
import { CATEGORIES } from '../../format/types';
import { Kind } from '../../model/profile';
import type { IViewContext } from '../view';
import { circumstances, reasonsOf } from './reasons';
import type { IRow } from './rows';

/** Lines whose reasons are spelled out. */
const EXPLAINED = 3;
const FUNCTIONS = 12;
/** A row below this share tells nothing. */
const LEAST = 0.002;

/** The costliest lines, the first of them with their reasons. */
export function lineRows(context: IViewContext): IRow[] {
  const { lines, precision } = context.data.reasons;
  return lines
    .filter(line => tells(line.cost, precision))
    .map((line, i) => lineRow(context, line, i < EXPLAINED));
}

function lineRow(
  context: IViewContext,
  line: IReasonedLine,
  explained: boolean
): IRow {
  const { profile } = context;
  const { func, file, line: number, cost, measured, byCategory } = line;
  const path = profile.strings[file];
  const name = functionLabel(profile, func);
  const text = line.text?.trim();
  const reasons = reasonsOf(context, line);
  const more = circumstances(context, line);
  return {
    func,
    cost,
    measured,
    text: text || name,
    title: `${text ? `${text}\n` : ''}${name}\n${path}:${number}`,
    place: placeLabel(profile, func, number),
    link: { file: path, line: number },
    line: { func, file, line: number },
    why: explained ? '' : [reasons[0]?.text, more].filter(Boolean).join(', '),
    reasons: explained ? reasons : [],
    circumstances: explained ? more : '',
    byCategory
  };
}

/** The costliest functions by what they cost themselves. */
export function functionRows(context: IViewContext): IRow[] {
  const { data, profile, trans } = context;
  const { functions, strings } = profile;
  const { rows } = data;
  const precision = { ...data.precision, total: data.total };
  const found: IRow[] = [];
  for (let i = 0; i < Math.min(FUNCTIONS, rows.length); i++) {
    const func = rows.func[i];
    const cost = rows.self[i];
    if (!tells(cost, precision)) {
      break;
    }
    // A native function of a cell in C has its source there, as a Python function has.
    const file =
      functions.kind[func] === Kind.Python
        ? functions.file[func]
        : (functions.source?.[func] ?? -1);
    const calls = rows.calls?.[i] ?? -1;
    const why = [
      trans.__(
        '%1 with callees',
        data.estimate(rows.inclusive[i], rows.measured?.inclusive[i])
      )
    ];
    if (calls >= 0) {
      const count = formatValue(calls, 'count');
      why.push(trans.__(calls === 1 ? '%1 call' : '%1 calls', count));
    }
    found.push({
      func,
      cost,
      measured: rows.measured?.self[i] ?? 0,
      text: functionLabel(profile, func),
      title: functionTitle(profile, func),
      place: placeLabel(profile, func),
      link:
        file >= 0 && functions.line[func] > 0
          ? { file: strings[file], line: functions.line[func] }
          : null,
      line: null,
      why: why.join(', '),
      reasons: [],
      circumstances: '',
      byCategory: CATEGORIES.map((_, code) =>
        code === rows.category[i] ? cost : 0
      )
    });
  }
  return found;
}

function tells(cost: number, { total }: IPrecision): boolean {
  return cost > 0 && cost >= LEAST * total;
}
