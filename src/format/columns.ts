/**
 * Columns of the wire format as typed arrays.
 *
 * A long column is base64 of gzip of LEB128 (DWARF 5, section 7.6) of zigzag
 * integers: 0, -1, 1, -2, ... become 0, 1, 2, 3, ...
 */
import { FormatError } from './errors';
import { gunzipBase64 } from './gzip';
import { printable } from './text';

/** The typed arrays that a column can become. */
export type TypedColumn = Int32Array | Uint8Array | Float64Array;

/** The longest column we take: beyond it a browser runs out of memory. */
const MAX_LENGTH = 1 << 27;
/** Integers up to 2^53 take at most 8 bytes. */
const MAX_BYTES = 8;
/** The largest string table we take, unpacked. */
const MAX_STRING_BYTES = 1 << 28;

/** An encoded column or string table. */
interface IEncoded {
  readonly codec: string;
  readonly length: number;
  readonly data: string;
}

/** How to make a column of a given type. */
export interface IColumnType<T extends TypedColumn> {
  readonly create: (length: number) => T;
  readonly min: number;
  readonly max: number;
}

/** Indices, lines, identifiers. */
export const INT32: IColumnType<Int32Array> = {
  create: length => new Int32Array(length),
  min: -0x80000000,
  max: 0x7fffffff
};

/** Small codes. */
export const UINT8: IColumnType<Uint8Array> = {
  create: length => new Uint8Array(length),
  min: 0,
  max: 0xff
};

/** Costs and times; integers on the wire. */
export const FLOAT64: IColumnType<Float64Array> = {
  create: length => new Float64Array(length),
  min: -Number.MAX_SAFE_INTEGER,
  max: Number.MAX_SAFE_INTEGER
};

/**
 * Decodes one column; `where` names it in errors (`samples.time`).
 * Throws FormatError when it is damaged or a value does not fit the type.
 */
export async function decodeColumn<T extends TypedColumn>(
  wire: unknown,
  type: IColumnType<T>,
  where: string
): Promise<T> {
  if (Array.isArray(wire)) {
    return plainColumn(wire, type, where);
  }
  const { codec, length, data } = encoded(wire, where);
  if (codec !== 'varint' && codec !== 'delta-varint') {
    throw new FormatError(
      `The column ${where} has the unknown encoding "${printable(codec)}".`
    );
  }
  const bytes = await gunzipBase64(data, length * MAX_BYTES, where);
  if (bytes.length < length) {
    throw damaged(where);
  }
  const out = type.create(length);
  decodeVarints(bytes, codec === 'delta-varint', out, type, where);
  return out;
}

/** Decodes the string table. */
export async function decodeStrings(wire: unknown): Promise<string[]> {
  let strings: unknown = wire;
  if (!Array.isArray(wire)) {
    const { codec, length, data } = encoded(wire, 'strings');
    if (codec !== 'json') {
      throw new FormatError(
        `The table strings has the unknown encoding "${printable(codec)}".`
      );
    }
    const bytes = await gunzipBase64(data, MAX_STRING_BYTES, 'strings');
    try {
      strings = JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      throw damaged('strings');
    }
    if (!Array.isArray(strings) || strings.length !== length) {
      throw damaged('strings');
    }
  }
  return (strings as unknown[]).map(text => {
    if (typeof text !== 'string') {
      throw new FormatError('The table strings holds something else.');
    }
    return printable(text);
  });
}

function plainColumn<T extends TypedColumn>(
  wire: readonly unknown[],
  type: IColumnType<T>,
  where: string
): T {
  const out = type.create(wire.length);
  for (let row = 0; row < wire.length; row++) {
    const value = wire[row];
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      throw new FormatError(
        `The column ${where} holds something other than an integer in row ${row}.`
      );
    }
    if (value < type.min || value > type.max) {
      throw outOfRange(where, row);
    }
    out[row] = value;
  }
  return out;
}

/**
 * LEB128 with the zigzag bit kept apart from the magnitude, so that
 * magnitudes stay exact up to 2^53.
 */
function decodeVarints<T extends TypedColumn>(
  bytes: Uint8Array,
  delta: boolean,
  out: T,
  type: IColumnType<T>,
  where: string
): void {
  const { min, max } = type;
  const end = bytes.length;
  let at = 0;
  let before = 0;
  for (let row = 0; row < out.length; row++) {
    if (at >= end) {
      throw damaged(where);
    }
    let byte = bytes[at++];
    const negative = byte & 1;
    let magnitude = (byte & 0x7f) >> 1;
    let scale = 64;
    while (byte & 0x80) {
      if (at >= end || scale > Number.MAX_SAFE_INTEGER) {
        throw damaged(where);
      }
      byte = bytes[at++];
      magnitude += (byte & 0x7f) * scale;
      scale *= 128;
    }
    let value = negative ? -magnitude - 1 : magnitude;
    if (delta) {
      value += before;
      before = value;
    }
    if (value < min || value > max) {
      throw outOfRange(where, row);
    }
    out[row] = value;
  }
  if (at !== end) {
    throw damaged(where);
  }
}

function encoded(wire: unknown, where: string): IEncoded {
  const column = (wire ?? {}) as Partial<IEncoded>;
  const { codec, length, data } = column;
  if (
    typeof codec !== 'string' ||
    typeof data !== 'string' ||
    typeof length !== 'number'
  ) {
    throw new FormatError(`The column ${where} is missing or not a column.`);
  }
  if (!Number.isInteger(length) || length < 0 || length > MAX_LENGTH) {
    throw new FormatError(
      `The column ${where} claims a length that cannot be.`
    );
  }
  return { codec, length, data };
}

function damaged(where: string): FormatError {
  return new FormatError(`The column ${where} is damaged or cut off.`);
}

function outOfRange(where: string, row: number): FormatError {
  return new FormatError(
    `The column ${where} holds a number out of range in row ${row}.`
  );
}
