/** Rows as comma-separated values (RFC 4180). */

/** A cell of a table. */
export type CsvCell = string | number | null;

/** The rows as CSV with a header; numbers are written in full. */
export function csvTable(
  header: readonly string[],
  rows: Iterable<readonly CsvCell[]>
): Blob {
  const lines = [header.map(csvCell).join(',')];
  for (const row of rows) {
    lines.push(row.map(csvCell).join(','));
  }
  return new Blob([lines.join('\r\n'), '\r\n'], {
    type: 'text/csv;charset=utf-8'
  });
}

function csvCell(cell: CsvCell): string {
  if (cell === null) {
    return '';
  }
  if (typeof cell === 'number') {
    return String(cell);
  }
  // A spreadsheet takes a leading sign for a formula; names come from outside.
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
