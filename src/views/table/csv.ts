/** Grids as files. */
import { csvTable, type CsvCell } from '../../export/csv';
import { functionTitle } from '../../analysis/names';
import type { IProfile } from '../../model/profile';
import type { IColumn } from './column';
import type { ITableRows } from './rows';

/**
 * The rows as CSV, in their order and with these columns, then the full name; rows in groups with
 * the name of theirs. Costs and shares are written in full, the unit stands in the head.
 */
export function tableCsv(
  profile: IProfile,
  columns: readonly IColumn[],
  rows: ITableRows,
  order: Int32Array
): Blob {
  const { groups, func } = rows;
  return csvTable(
    [
      ...(groups ? ['group'] : []),
      ...columns.map(column => column.fileLabel),
      'full_name'
    ],
    lines()
  );

  function* lines(): Iterable<CsvCell[]> {
    for (const row of order) {
      if (func[row] >= 0) {
        yield [
          ...(groups ? [rows.text(groups.of[row])] : []),
          ...columns.map(column => column.cell(row)),
          functionTitle(profile, func[row])
        ];
      }
    }
  }
}
