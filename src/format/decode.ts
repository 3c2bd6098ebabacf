/**
 * A profile from the wire: upgrade, decode the columns, validate.
 */
import type { IProfile } from '../model/profile';
import { decodeStrings } from './columns';
import { FormatError } from './errors';
import { isError, isObject, isProgress } from './messages';
import { decodeMeta, decodeQuality, decodeSummary } from './plain';
import { decodeTables } from './tables';
import { upgrade } from './upgrade';
import { validate } from './validate';
import { decodeValues } from './values';

export { FormatError } from './errors';
export { isError, isProgress } from './messages';

/**
 * Reads an output of our MIME type (an object, or its JSON text).
 *
 * Strings come out printable: control and bidirectional characters are
 * replaced, all else is as it was and must be shown as text, never as HTML.
 * Throws FormatError, also for a message that holds progress or an error.
 */
export async function decode(message: unknown): Promise<IProfile> {
  const json = upgrade(typeof message === 'string' ? parse(message) : message);
  if (isError(json)) {
    throw new FormatError(json.error.message, json.error.remedy);
  }
  if (isProgress(json)) {
    throw new FormatError(
      'The cell is still running.',
      'Wait until it has ended.'
    );
  }
  if (!isObject(json.tables)) {
    throw new FormatError('This profile has no tables.');
  }
  const values = decodeValues(json.values);
  const meta = decodeMeta(json.meta);
  const strings = await decodeStrings(json.strings ?? []);
  const profile: IProfile = {
    meta,
    quality: decodeQuality(json.quality),
    summary: decodeSummary(json.summary),
    values,
    cells: meta.cells,
    strings,
    ...(await decodeTables(json.tables, values))
  };
  validate(profile);
  return profile;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FormatError('This profile is not JSON, or it is cut off.');
  }
}
