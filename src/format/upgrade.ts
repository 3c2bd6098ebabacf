import { FormatError } from './errors';
import { isObject } from './messages';

/** The version that this code reads; docs/wire-format.md describes it. */
export const VERSION = 1;

/** Turns a message of one version into the same of the next. */
export type Upgrader = (
  json: Readonly<Record<string, unknown>>
) => Record<string, unknown>;

/** By the version they start from: `UPGRADERS[n]` makes n + 1 of n. */
const UPGRADERS: Readonly<Record<number, Upgrader>> = {};

/**
 * A message in the current version.
 *
 * Throws FormatError for a newer version, and for none at all.
 */
export function upgrade(
  message: unknown,
  current = VERSION,
  upgraders = UPGRADERS
): Record<string, unknown> {
  if (!isObject(message)) {
    throw new FormatError('This output is not a profile.');
  }
  const { version } = message;
  if (
    typeof version !== 'number' ||
    !Number.isInteger(version) ||
    version < 1
  ) {
    throw new FormatError('This profile does not say which version it has.');
  }
  if (version > current) {
    throw new FormatError(
      `This profile has version ${version}; the viewer installed here reads` +
        ` versions up to ${current}.`,
      'Update the viewer with "pip install --upgrade nativeprofile" and' +
        ' reload the page.'
    );
  }
  let json = message;
  for (let from = version; from < current; from++) {
    json = { ...upgraders[from](json), version: from + 1 };
  }
  return json;
}
