/** Profiles as messages, to be shown where messages are read: saved notebooks, pages. */
import {
  TABLE_NAMES,
  type IWireProfile,
  type WireTableColumn
} from '../format/types';
import { storedValues } from '../format/values';
import type { IProfile } from '../model/profile';

/** The message of a profile, its columns plain lists of numbers. */
export function wireMessage(profile: IProfile): IWireProfile {
  const { meta, quality, summary, values, strings } = profile;
  const stored = storedValues(values);
  return {
    version: 1,
    meta,
    quality,
    summary,
    values,
    strings: [...strings],
    tables: Object.fromEntries(
      TABLE_NAMES.flatMap(name => {
        const table = profile[name];
        return table ? [[name, columnsOf(table, stored)]] : [];
      })
    )
  };
}

/** The columns that are there; where there is one a value, those of stored ones. */
function columnsOf(
  table: object,
  stored: number
): Record<string, WireTableColumn> {
  const columns = Object.entries(table as Record<string, unknown>);
  return Object.fromEntries(
    columns
      .filter(([name, column]) => name !== 'length' && column !== null)
      .map(([name, column]) => [
        name,
        Array.isArray(column)
          ? column.slice(0, stored).map(one => Array.from(one as Float64Array))
          : Array.from(column as Float64Array)
      ])
  );
}
