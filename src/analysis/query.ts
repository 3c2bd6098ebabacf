/**
 * The filter language: conditions written as `module:numpy -name:sort
 * category:python,gc time:1.2s-3s`. Words alone are looked for in all names.
 */
import { CATEGORIES, type CategoryName } from '../format/types';
import type { ITimeRange } from './spans';

/** What a condition can be about, in the order in which they are offered. */
export const FIELDS = [
  'name',
  'module',
  'file',
  'cell',
  'category',
  'thread',
  'process',
  'task',
  'time'
] as const;

/** One of them. */
export type Field = (typeof FIELDS)[number];

/** One condition; plain data, so that a state that has some can be kept. */
export interface ICondition {
  /** `text`: words alone. */
  readonly field: Field | 'text';
  /** True: what fulfils it is left out. */
  readonly negated: boolean;
  /** Any of these; one that begins with `=` must be the whole name. */
  readonly values: readonly string[];
}

/** Why a text is no filter. */
export interface IProblem {
  readonly kind: 'field' | 'empty' | 'category' | 'cell' | 'time';
  /** What was written: a field for `field` and `empty`, else a value. */
  readonly what: string;
}

/** What a text asks for; its conditions are those before the problem. */
export interface IQuery {
  readonly conditions: readonly ICondition[];
  readonly problem: IProblem | null;
}

/** Reads a text; words that stand together are one condition. */
export function parseQuery(text: string): IQuery {
  const conditions: ICondition[] = [];
  let words: string[] = [];
  const endWords = (): void => {
    if (words.length > 0) {
      conditions.push(textCondition(words.join(' '), false));
      words = [];
    }
  };
  for (const token of tokensOf(text)) {
    const read = readToken(token);
    if ('kind' in read) {
      endWords();
      return { conditions, problem: read };
    }
    if (read.field === 'text' && !read.negated && !token.includes('"')) {
      words.push(...read.values);
    } else {
      endWords();
      conditions.push(read);
    }
  }
  endWords();
  return { conditions, problem: null };
}

/** A condition as it is written; `parseQuery` reads it back. */
export function formatCondition(condition: ICondition): string {
  const { field, negated, values } = condition;
  const sign = negated ? '-' : '';
  if (field !== 'text') {
    return `${sign}${field}:${values.map(formatValue).join(',')}`;
  }
  const [value] = values;
  const { conditions, problem } = parseQuery(sign + value);
  const plain =
    !problem &&
    conditions.length === 1 &&
    JSON.stringify(conditions[0]) === JSON.stringify(condition);
  return sign + (plain ? value : quote(value));
}

/** Several conditions as one text. */
export function formatQuery(conditions: readonly ICondition[]): string {
  let before: string = '';
  const parts = conditions.map(condition => {
    const { field, negated, values } = condition;
    const isText = field === 'text' && !negated;
    // Two texts side by side would be read as one.
    const text =
      isText && before === 'text'
        ? quote(values[0])
        : formatCondition(condition);
    before = isText ? 'text' : '';
    return text;
  });
  return parts.join(' ');
}

/** A value of a field as it is written, in quotation marks where it needs them. */
export function formatValue(value: string): string {
  const exact = value.startsWith('=') ? '=' : '';
  const name = value.slice(exact.length);
  return exact + (name === '' || /[\s",\\]/.test(name) ? quote(name) : name);
}

/** The stretch of time in microseconds that a value names; null: none. */
export function parseTime(value: string): ITimeRange | null {
  const parsed =
    /^(?:([\d.]+) *(s|ms|us|µs|ns)?)? *(?:-|–|\.\.) *(?:([\d.]+) *(s|ms|us|µs|ns)?)?$/.exec(
      value
    );
  if (!parsed || (!parsed[1] && !parsed[3])) {
    return null;
  }
  const [, first, unit, last, lastUnit] = parsed;
  // `1-2ms` means milliseconds twice; a number alone means seconds.
  const from = first ? Number(first) * scaleOf(unit ?? lastUnit) : 0;
  const to = last ? Number(last) * scaleOf(lastUnit ?? unit) : Infinity;
  return from < to ? { from, to } : null;
}

/** A stretch of time as a value: `1.2s-3s`; times to the microsecond. */
export function formatTime({ from, to }: ITimeRange): string {
  const end = Number.isFinite(to) ? timeText(to) : '';
  return `${timeText(from)}-${end}`;
}

/** The category that a value names, undefined: none. */
export function categoryOf(value: string): CategoryName | undefined {
  const name = value.replace(/^=/, '').toLowerCase();
  return CATEGORIES.find(category => category === name);
}

/** The number of a cell that a value names (`5`, `In[5]`), null: none. */
export function cellOf(value: string): number | null {
  const parsed = /^=?(?:in)?\[?(\d+)\]?$/i.exec(value);
  return parsed && Number(parsed[1]);
}

/** Where the last token of a text begins: what is being typed. */
export function lastToken(text: string): number {
  return text.length - parts(text).at(-1)!.length;
}

function textCondition(value: string, negated: boolean): ICondition {
  return { field: 'text', negated, values: [value] };
}

function readToken(token: string): ICondition | IProblem {
  const negated = token.length > 1 && token.startsWith('-');
  const body = negated ? token.slice(1) : token;
  const written = /^([a-z]{2,}):(?!:)(.*)$/is.exec(body);
  if (!written) {
    return textCondition(unquote(body), negated);
  }
  const name = written[1].toLowerCase();
  const field = FIELDS.find(field => field === name);
  if (!field) {
    return { kind: 'field', what: written[1] };
  }
  const values = split(written[2], ',').map(unquote).filter(Boolean);
  if (values.length === 0 || values.includes('=')) {
    return { kind: 'empty', what: field };
  }
  const wrong = values.find(value => !isValue(field, value));
  return wrong === undefined
    ? { field, negated, values }
    : { kind: field as IProblem['kind'], what: wrong };
}

function isValue(field: Field, value: string): boolean {
  switch (field) {
    case 'category':
      return categoryOf(value) !== undefined;
    case 'cell':
      return cellOf(value) !== null;
    case 'time':
      return parseTime(value) !== null;
    default:
      return true;
  }
}

function tokensOf(text: string): string[] {
  return parts(text).filter(Boolean);
}

/** The parts between spaces, except in quotation marks; some may be empty. */
function parts(text: string): string[] {
  return split(text.replace(/\s/g, ' '), ' ');
}

function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\' && quoted) {
      at++;
    } else if (text[at] === '"') {
      quoted = !quoted;
    } else if (text[at] === separator && !quoted) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** Text without its quotation marks; one left open is closed by the end. */
function unquote(text: string): string {
  return text.replace(/"((?:[^"\\]|\\.)*)(?:"|$)/g, (_, inner: string) =>
    inner.replace(/\\(.)/g, '$1')
  );
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

const SCALES: Readonly<Record<string, number>> = {
  s: 1e6,
  ms: 1e3,
  us: 1,
  µs: 1,
  ns: 1e-3
};

const scaleOf = (unit = 's'): number => SCALES[unit];

function timeText(time: number): string {
  const unit = time >= 1e6 || time === 0 ? 's' : time >= 1e3 ? 'ms' : 'us';
  const value = (time / SCALES[unit]).toFixed(unit === 's' ? 6 : 3);
  return value.replace(/\.?0+$/, '') + unit;
}
