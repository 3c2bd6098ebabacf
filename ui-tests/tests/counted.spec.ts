/** Source and instructions of what Callgrind counted in a C program of the user's. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '@jupyterlab/galata/lib/fixtures';
import { expect, type Locator } from '@playwright/test';
import { showView } from './lab';
import { broken, shoot } from './look';

const PROGRAM = `#define APART __attribute__((noinline)) static
#define SIZE 256

static int table[64], grid[SIZE][SIZE];

APART int look(int at) { return table[at & 63] + at; }

/* The same numbers twice: by columns each is in another line of the cache. */
APART long by_rows(void)
{
    long sum = 0;
    for (int row = 0; row < SIZE; row++)
        for (int column = 0; column < SIZE; column++)
            sum += grid[row][column];
    return sum;
}

APART long by_columns(void)
{
    long sum = 0;
    for (int column = 0; column < SIZE; column++)
        for (int row = 0; row < SIZE; row++)
            sum += grid[row][column];
    return sum;
}

int main(void)
{
    int sum = 0;
    for (int i = 0; i < 20000; i++)
        sum += look(i);
    return sum + by_rows() + by_columns() == 1;
}
`;
let folder: string;

/** The program stays where it is: the server reads it and its source there. */
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nativeprofile-counted-'));
  writeFileSync(join(folder, 'look.c'), PROGRAM);
  const run = (program: string, ...options: string[]): void => {
    execFileSync(program, options, { cwd: folder, stdio: 'pipe' });
  };
  run('gcc', '-g', '-O1', '-o', 'look', join(folder, 'look.c'));
  const options = [
    '--dump-instr=yes',
    '--collect-jumps=yes',
    '--cache-sim=yes'
  ];
  const out = `--callgrind-out-file=${join(folder, 'out')}`;
  run('valgrind', '--tool=callgrind', out, ...options, join(folder, 'look'));
});

test.afterAll(() => rmSync(folder, { recursive: true }));

test('lines with their calls, and instructions, have their counts', async ({
  page,
  tmpPath
}) => {
  const name = 'callgrind.out.9';
  const content = readFileSync(join(folder, 'out'), 'utf8');
  await page.contents.uploadContent(content, 'text', `${tmpPath}/${name}`);
  await page.filebrowser.openDirectory(tmpPath);
  await page.filebrowser.refresh();
  await page.locator('.jp-DirListing-item', { hasText: name }).dblclick();
  const viewer = page.locator('.jp-Document:visible .np-Viewer');
  await expect(viewer).toBeVisible({ timeout: 30_000 });
  await showView(viewer, 'Source');

  const grid = viewer.locator('.np-Source-grid');
  const row = (text: string): Locator =>
    grid.locator('.np-Source-row', { hasText: text });
  // Outside of packages and of the server's root, as extensions are built.
  await expect(viewer.locator('.np-Source-picker')).toHaveText('look.c');
  await expect(row('sum += look(i);')).toContainText('20,000');
  await expect(grid.locator('.np-Source-callee').first()).toHaveText('look');
  expect(await broken(page)).toEqual([]);
  await shoot(viewer, 'source-counted', 'light');

  await grid.locator('.np-Source-callee').first().click();
  await expect(grid.locator('.np-mod-active')).toContainText(
    'int look(int at)'
  );
  await grid.focus();
  await page.keyboard.press('d');
  await page.keyboard.press('e');
  const code = viewer.locator('.np-Asm');
  await expect(code.locator('.np-Asm-caption')).toContainText('counted');
  await expect(code.locator('.np-Asm-row').last()).toContainText('ret');
  await expect(code.locator('.np-Asm-row').last()).toContainText('20,000');
  expect(await broken(page)).toEqual([]);
  await shoot(viewer, 'instructions-counted', 'light');
});
