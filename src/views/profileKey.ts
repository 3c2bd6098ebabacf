/** What tells profiles apart, decoded or as messages that may be anything. */
import { isObject } from '../format/messages';
import type { IMeta } from '../format/types';

/** Tells one profile from another; the same for each copy of one. */
export function profileKey({ started, wall_ns, name }: IMeta): string {
  return `${started} ${wall_ns} ${name}`;
}

/** Whether two messages hold the same run: an output may be copied on its way. */
export function isSameRun(a: unknown, b: unknown): boolean {
  const [left, right] = [metaOf(a), metaOf(b)];
  return (
    a === b ||
    (typeof left.started === 'number' &&
      left.started > 0 &&
      left.started === right.started &&
      left.name === right.name &&
      left.engine === right.engine)
  );
}

/** The same of a message. */
export function keyOf(message: unknown): string {
  const { started, wall_ns, name } = metaOf(message);
  return [started, wall_ns, name].map(String).join(' ');
}

/** What a message says of itself, nothing if it is no profile. */
export function metaOf(message: unknown): Record<string, unknown> {
  return isObject(message) && isObject(message.meta) ? message.meta : {};
}
