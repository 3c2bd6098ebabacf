/** Profiles as messages, to be shown where messages are read: saved notebooks, pages. */
import type { IWireProfile } from '../format/types';
import type { IProfile } from '../model/profile';

/** The message of a profile, its columns plain lists of numbers. */
export function wireMessage(profile: IProfile): IWireProfile {
  const { meta, quality, summary, values, strings } = profile;
  const { threads, functions, frames, stacks, samples, tasks, edges } = profile;
  const tables = { threads, functions, frames, stacks, samples, tasks, edges };
  const present = Object.entries(tables).filter(([, table]) => table !== null);
  return {
    version: 1,
    meta,
    quality,
    summary,
    values,
    strings: [...strings],
    tables: Object.fromEntries(
      present.map(([name, table]) => [name, columnsOf(table!)])
    )
  };
}

/** The columns that are there; of `values` there are several. */
function columnsOf(table: object): Record<string, unknown> {
  const columns = Object.entries(table as Record<string, unknown>);
  return Object.fromEntries(
    columns
      .filter(([name, column]) => name !== 'length' && column !== null)
      .map(([name, column]) => [
        name,
        Array.isArray(column)
          ? column.map(one => Array.from(one as Float64Array))
          : Array.from(column as Float64Array)
      ])
  );
}
