/** What the C-level engines show, as a reader goes through it by pointer and by keys. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata/lib/jupyterlabpage';
import { test } from '@jupyterlab/galata/lib/fixtures';
import { expect, type Locator } from '@playwright/test';
import { kernelIdle, openNotebook, showView, viewerOf } from './lab';
import { broken, settled, shoot } from './look';

const LOAD = '%load_ext nativeprofile';
const COVERED = `%%nativeprofile --engine gcov --language c
#include <stdio.h>
static int classify(int n)
{
    if (n < 0)
        return -1;
    return n % 3 == 0 ? 3 : 1;
}
static int twice(int n) { return 2 * n; }
static void complain(const char *why)
{
    fprintf(stderr, "%s\\n", why);
}
int main(int argc, char **argv)
{
    long sum = 0;
    for (int i = 0; i < 1000; i++)
        sum += classify(twice(i));
    if (argc > 1)
        complain(argv[1]);
    return sum == 1;
}`;
const REPLAYED = `%%nativeprofile --engine callgrind --cache
rows = [{'value': i * 7919 % 1009, 'name': str(i)} for i in range(1_000)]
rows.sort(key=lambda row: -row['value'])
text = repr(rows)`;
/** Keeps the half of what it allocated, and spends its time in another function. */
const PROGRAM = `#include <stdlib.h>
#include <string.h>
static volatile long sink;
__attribute__((noinline)) static void spin(long n)
{
    for (long i = 0; i < n; i++) sink += i * i;
}
__attribute__((noinline)) static char *hoard(size_t size)
{
    return memset(malloc(size), 1, size);
}
int main(int argc, char **argv)
{
    char *kept = hoard(3 << 20);
    free(hoard(1 << 20));
    for (int i = 0; i < 7; i++) spin(argc > 1 ? 10 : 20000000);
    sink += kept[7];
    return 0;
}
`;
/** As wide as an output beside other things may be. */
const NARROW = 400;

/** Runs a cell that profiles itself; its viewer. */
async function profiled(
  page: IJupyterLabPageFixture,
  tmpPath: string,
  cell: string
): Promise<Locator> {
  await openNotebook(page, tmpPath, [LOAD, cell]);
  for (const index of [0, 1]) {
    await page.notebook.runCell(index, true);
    await kernelIdle(page);
  }
  const viewer = viewerOf(page, 1);
  await expect(viewer).toBeVisible({ timeout: 60_000 });
  return viewer;
}

/** Looks at a viewer, light and wide, dark and narrow: nothing breaks axe's rules. */
async function look(
  page: IJupyterLabPageFixture,
  viewer: Locator,
  name: string
): Promise<void> {
  const widen = (width: string): Promise<void> =>
    viewer.evaluate((node, width) => {
      (node as HTMLElement).style.maxWidth = width;
    }, width);
  for (const [theme, width] of [
    ['Light', ''],
    ['Dark', `${NARROW}px`]
  ]) {
    await page.theme.setTheme(`JupyterLab ${theme}`);
    await widen(width);
    await shoot(viewer, name, theme.toLowerCase());
    expect(await broken(page), `${name} ${theme} ${width}`).toEqual([]);
  }
  await widen('');
  await page.theme.setTheme('JupyterLab Light');
  await settled(viewer);
}

/** Where an element begins and ends from its viewer's left edge: pixels. */
async function extent(viewer: Locator, inside: Locator): Promise<number[]> {
  const [outer, box] = [await viewer.boundingBox(), await inside.boundingBox()];
  return [box!.x - outer!.x, box!.x + box!.width - outer!.x];
}

test('coverage of a cell in C leads to the lines that never ran', async ({
  page,
  tmpPath
}) => {
  const viewer = await profiled(page, tmpPath, COVERED);
  const grid = viewer.locator('.np-Coverage .np-Grid');
  const row = (name: string): Locator =>
    grid.locator('.np-Grid-row', { hasText: name });

  // Of one file its functions are shown, that with most to do first.
  await expect(viewer.locator('.np-Head-time')).toHaveText(
    /\d+ of \d+ lines ran/
  );
  await expect(grid.locator('.np-Grid-row').first()).toContainText('complain');
  await expect(row('complain')).toContainText('0 %');
  await expect(row('classify')).toContainText('1,000');
  await look(page, viewer, 'coverage');

  await grid.focus();
  await page.keyboard.press('n');
  await expect(viewer.locator('.np-Tools-text:visible')).toHaveText(
    '3 of 4 functions'
  );
  await page.keyboard.press('g');
  await viewer.getByRole('menuitemradio', { name: 'By file' }).click();
  await expect(viewer.locator('.np-Tools-text:visible')).toHaveText('1 file');
  await expect(row('In[2]')).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');

  await row('complain').click();
  await page.keyboard.press('Enter');
  const line = viewer.locator('.np-Source-row[aria-selected="true"]');
  await expect(line).toContainText('complain');
  await expect(line).toContainText('never');
  await expect(
    viewer.locator('.np-Source-row', { hasText: 'return n % 3' })
  ).toContainText('1,000');
  await expect(viewer.locator('.np-Source .np-Key')).toHaveCount(0);
});

test('a replayed cell is counted: events, a formula of them, the parts of CPython', async ({
  page,
  tmpPath
}) => {
  const viewer = await profiled(page, tmpPath, REPLAYED);
  const size = viewer.locator('.np-Head-time');
  const values = viewer.locator('.np-Sub button[aria-haspopup]').first();

  await test.step('the count comes first, the time is that under Valgrind', async () => {
    await expect(size).toHaveText(/^[\d,.]+(\sM)? Ir$/);
    await expect(viewer.locator('.np-Quality')).toContainText('under Valgrind');
    await viewer.getByRole('tab', { name: 'Summary' }).focus();
    await page.keyboard.press('v');
    await viewer.getByRole('menuitemradio', { name: 'L1 Miss Sum' }).click();
    await expect(size).toHaveText(/^[\d,.]+(\sM)? L1m$/);
  });

  await test.step('a formula, whose mistakes are told', async () => {
    await page.keyboard.press('v');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    const box = viewer.getByRole('dialog', { name: 'Formulas' });
    await expect(box.getByRole('textbox', { name: 'Name' })).toBeFocused();
    await page.keyboard.type('cost');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Ir + 10 L1misses');
    await page.keyboard.press('Enter');
    await expect(box.getByRole('alert')).toHaveText(
      'There is no event “L1misses”.'
    );
    await expect(box.getByRole('textbox', { name: 'Formula' })).toBeFocused();
    await look(page, viewer, 'formula');
    await viewer.evaluate((node, width) => {
      (node as HTMLElement).style.maxWidth = `${width}px`;
    }, NARROW);
    const [left, right] = await extent(viewer, box);
    expect([left >= 0, right <= NARROW]).toEqual([true, true]);
    await viewer.evaluate(node => {
      (node as HTMLElement).style.maxWidth = '';
    });
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('Ir + 10 L1m');
    await page.keyboard.press('Enter');
    await expect(box).toBeHidden();
    await expect(size).toHaveText(/^[\d,.]+(\sM)? cost$/);
    await expect(values).toHaveText(/cost/);
  });

  await test.step('the parts of CPython by keys', async () => {
    await showView(viewer, 'CPython');
    const list = viewer.locator('.np-Interpreter-list');
    await expect(list.locator('h3')).toHaveText(
      /^cost in CPython’s own C code: /
    );
    await look(page, viewer, 'interpreter');
    await list.locator('[data-part="Dictionaries and sets"] button').focus();
    await page.keyboard.press('Enter');
    await expect(list.locator('h3')).toHaveText(
      /^CPython › Dictionaries and sets: /
    );
    await expect(list.locator('.np-Row[data-func]').first()).toContainText('%');
    await page.keyboard.press('Escape');
    await expect(
      list.locator('[data-part="Dictionaries and sets"] button')
    ).toBeFocused();
  });

  await test.step('and by pointer: a box, a function, the table', async () => {
    const map = viewer.locator('.np-Map');
    await map.locator('[data-part="Object allocation"] .np-Map-head').click();
    const box = map.locator('.np-Map-function').first();
    await box.click();
    await expect(box).toHaveAttribute('aria-current', 'true');
    await viewer.getByRole('button', { name: 'CPython', exact: true }).click();
    await viewer.getByRole('button', { name: 'As a table' }).click();
    await expect(
      viewer.locator('.np-Table .np-Grid-row', { hasText: 'Object allocation' })
    ).toBeVisible();
  });
});

test.describe('files of a program', () => {
  let folder: string;

  test.beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nativeprofile-engines-'));
    const run = (program: string, ...options: string[]): void => {
      execFileSync(program, options, { cwd: folder, stdio: 'pipe' });
    };
    writeFileSync(join(folder, 'program.c'), PROGRAM);
    run('gcc', '-g', '-O1', '-pg', '-no-pie', '-o', 'program', 'program.c');
    run('./program');
    const out = `--massif-out-file=${join(folder, 'massif.out.1')}`;
    run('gcc', '-g', '-O1', '-o', 'plain', 'program.c');
    run('valgrind', '--tool=massif', out, './plain', 'quick');
  });

  test.afterAll(() => rmSync(folder, { recursive: true }));

  /** Puts a file into the folder of the test. */
  async function upload(
    page: IJupyterLabPageFixture,
    name: string,
    path: string
  ): Promise<void> {
    const content = readFileSync(join(folder, name)).toString('base64');
    await page.contents.uploadContent(content, 'base64', path);
  }

  /** Opens a file by a double click; its tab. */
  async function open(
    page: IJupyterLabPageFixture,
    tmpPath: string,
    name: string
  ): Promise<Locator> {
    await upload(page, name, `${tmpPath}/${name}`);
    await page.filebrowser.openDirectory(tmpPath);
    await page.filebrowser.refresh();
    await page.locator('.jp-DirListing-item', { hasText: name }).dblclick();
    return page.locator('.jp-Document:visible', {
      has: page.locator('.np-ProfileFile')
    });
  }

  test('a gmon.out asks which program wrote it', async ({ page, tmpPath }) => {
    await page.contents.createDirectory(`${tmpPath}/bin`);
    await upload(page, 'program', `${tmpPath}/bin/program`);
    const tab = await open(page, tmpPath, 'gmon.out');
    const ask = tab.getByRole('button', { name: 'Choose the program…' });
    await expect(ask).toBeVisible({ timeout: 30_000 });
    await expect(tab.locator('.np-Failure')).toContainText('button above');
    await page.screenshot({
      path: 'ui-tests/test-results/views/gmon-asks.png'
    });

    const answer = async (before: string, text: string): Promise<void> => {
      await ask.click();
      const dialog = page.locator('.jp-Dialog', {
        hasText: 'Which program wrote gmon.out?'
      });
      const path = dialog.getByRole('textbox');
      await expect(path).toHaveValue(`${tmpPath}/${before}`);
      await path.fill(`${tmpPath}/${text}`);
      await page.keyboard.press('Enter');
      await expect(dialog).toBeHidden();
    };
    // A wrong one is told, and can be mended.
    await answer('', 'bin/other');
    await expect(tab.locator('.np-Failure')).toContainText('other');
    await answer('bin/other', 'bin/program');
    const viewer = tab.locator('.np-Viewer');
    await expect(viewer).toBeVisible({ timeout: 30_000 });
    await expect(ask).toBeHidden();
    await showView(viewer, 'Table');
    const row = viewer.locator('.np-Grid-row', { hasText: 'spin' });
    await expect(row).toContainText('7');
    await expect(viewer.locator('.np-Bar-part')).toHaveText(/program/);
    await look(page, viewer, 'gmon');
  });

  test('a massif.out shows the heap, and who held it at its peak', async ({
    page,
    tmpPath
  }) => {
    const tab = await open(page, tmpPath, 'massif.out.1');
    const viewer = tab.locator('.np-Viewer');
    await expect(viewer).toBeVisible({ timeout: 30_000 });
    await showView(viewer, 'Heap');
    const curve = viewer.getByRole('slider', { name: 'Memory over time' });
    await look(page, viewer, 'heap');
    await curve.focus();
    await page.keyboard.press('Home');
    await expect(curve).toHaveAttribute('aria-valuetext', /^Snapshot 1 of /);
    const box = (await curve.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await expect(viewer.locator('.np-Tooltip')).toContainText('MiB');
    await showView(viewer, 'Table');
    await expect(
      viewer.locator('.np-Grid-row', { hasText: 'hoard' })
    ).toContainText(/4\.00\sMiB/);
  });
});
