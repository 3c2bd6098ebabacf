/** Profiles that could be compared with, before they are decoded. */
import { timeLabel } from '../../analysis/compare/labels';
import { formatValue } from '../../analysis/units';
import { isObject } from '../../format/messages';
import { printable } from '../../format/text';
import { MIME_TYPE } from '../../format/types';
import { metaOf } from '../profileKey';

/** Longer first lines of cells are cut. */
const LABEL = 48;

/** What a profile is called in a list: `In[5]  m = a @ a`, and when it ran. */
export interface ICandidateLabel {
  readonly label: string;
  readonly detail: string;
}

/** The messages with a profile in a JSON value: one, a MIME bundle, or a notebook. */
export function profilesIn(json: unknown): unknown[] {
  if (!isObject(json)) {
    return [];
  }
  if (isObject(json.meta) && isObject(json.tables)) {
    return [json];
  }
  const found: unknown[] = [];
  for (const part of [json[MIME_TYPE], json.data]) {
    found.push(...profilesIn(part));
  }
  for (const list of [json.cells, json.outputs]) {
    if (Array.isArray(list)) {
      found.push(...list.flatMap(profilesIn));
    }
  }
  return found;
}

/** What is said of a message in a list; it is not trusted to be whole. */
export function candidateLabel(message: unknown): ICandidateLabel {
  const meta = metaOf(message);
  const text = (value: unknown): string =>
    typeof value === 'string' ? printable(value) : '';
  const number = (value: unknown): number =>
    typeof value === 'number' ? value : 0;
  const name = text(meta.name) || '?';
  const cells: unknown[] = Array.isArray(meta.cells) ? meta.cells : [];
  const own = cells.find(
    (cell): cell is Record<string, unknown> =>
      isObject(cell) && cell.name === meta.name
  );
  const line = firstLine(text(own?.source));
  return {
    label: line ? `${name}  ${line}` : name,
    detail: [
      formatValue(number(meta.wall_ns), 'ns'),
      text(meta.engine),
      timeLabel(number(meta.started))
    ]
      .filter(Boolean)
      .join(' · ')
  };
}

/** The first line that says something: neither blank nor a comment nor our magic. */
function firstLine(source: string): string {
  const lines = source.split('\n').map(line => line.trim());
  const line = lines.find(line => line && !/^(#|%%nativeprofile)/.test(line));
  return line && line.length > LABEL
    ? `${line.slice(0, LABEL - 1)}…`
    : (line ?? '');
}
