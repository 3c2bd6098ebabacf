// docs/views.md: what bench/views measured in the browser, a table.

const text = ms =>
  Number.isFinite(ms) ? `${ms.toFixed(ms < 100 ? 1 : 0)} ms` : '–';

/** The document of rows {name, size, ms, bar?, note?}. */
export function viewsReport({ rows, browser, cpu, cpus, load, date }) {
  const sizes = [...new Set(rows.map(row => row.size))];
  const names = [...new Set(rows.map(row => row.name))];
  const find = (name, size) =>
    rows.find(row => row.name === name && row.size === size);
  const cell = row => {
    if (!row) {
      return '';
    }
    const missed = row.bar && !(row.ms <= row.bar) ? ' (missed)' : '';
    const bar = row.bar ? ` / ${row.bar}${missed}` : '';
    return `${text(row.ms)}${bar}`;
  };
  const line = cells => `| ${cells.join(' | ')} |`;
  const notes = [...new Set(rows.map(row => row.note).filter(Boolean))];
  return [
    '# How quick the views are',
    '',
    'Written by `npm run bench -- views`: standalone pages in Chromium with software rendering, with the profile of a',
    'made-up program (`src/testing/program.ts`). Behind a slash stands the aim.',
    '',
    `Chromium ${browser}, ${cpus} × ${cpu}, load ${load.toFixed(1)} (processes that want to run) at the start, ${date}.`,
    '',
    line([
      'what',
      ...sizes.map(size => `${size.toLocaleString('en')} samples`)
    ]),
    line(['---', ...sizes.map(() => '---:')]),
    ...names.map(name =>
      line([name, ...sizes.map(size => cell(find(name, size)))])
    ),
    '',
    '- *open*: from the first statement of the viewer on the loaded page until the second frame after the first view is there: what the',
    '  page does between these frames counts, although the view is seen before; *with the chart*: the same for the chart of the Summary, which comes when the',
    '  page has nothing else to do; *with the page*: from the start of loading it to the first view.',
    '- *longest task*: how long the page could not answer at most, as CPU time of its main thread (for *open* with loading the page and',
    '  drawing the chart); *CPU time*: of the page and its worker together. Both depend little on what else the machine does, unlike times',
    '  by the clock do.',
    '- *filter*: interpreter frames shown or folded (key p) in that view, until it is on the screen.',
    '- *compare*: a second profile of as many samples, chosen as a file: read, matched and tested; then as lines and as flame graph.',
    '- *zoom*, *pan*: the time between frames that 19 of 20 stay below, with a turn of the wheel in each.',
    ...notes.map(note => `- ${note}`),
    ''
  ].join('\n');
}
