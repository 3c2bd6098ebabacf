// Profiles as Python writes them: long columns packed.
import { gzipSync } from 'node:zlib';

/** A column as Python packs long ones. */
function packed(values, delta) {
  const bytes = [];
  let before = 0;
  for (const value of values) {
    const item = delta ? value - before : value;
    before = value;
    let left = item < 0 ? -2 * item - 1 : 2 * item;
    while (left > 127) {
      bytes.push((left % 128) + 128);
      left = Math.floor(left / 128);
    }
    bytes.push(left);
  }
  return {
    codec: delta ? 'delta-varint' : 'varint',
    length: values.length,
    data: gzipSync(Uint8Array.from(bytes)).toString('base64')
  };
}

/** The JSON of a profile with plain columns, these packed. */
export function packedProfile(profile) {
  const tables = {};
  for (const [name, table] of Object.entries(profile.tables)) {
    tables[name] = {};
    for (const [column, values] of Object.entries(table)) {
      tables[name][column] =
        column === 'values'
          ? values.map(value => packed(value, false))
          : packed(values, column === 'time' || column === 'prefix');
    }
  }
  return JSON.stringify({ ...profile, tables });
}
