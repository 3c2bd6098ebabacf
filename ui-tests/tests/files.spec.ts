/** Profiles in files, opened from the file browser. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata/lib/jupyterlabpage';
import { test } from '@jupyterlab/galata/lib/fixtures';
import { expect, type Locator } from '@playwright/test';
import { coloursIn, showView } from './lab';

/** What Valgrind writes of a short program under one of its tools. */
function recorded(tool: string, ...options: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'nativeprofile-files-'));
  try {
    const out = join(folder, 'out');
    const valgrind = [`--tool=${tool}`, `--${tool}-out-file=${out}`];
    execFileSync('valgrind', [...valgrind, ...options, 'ls', '/'], {
      stdio: 'pipe'
    });
    return readFileSync(out, 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Opens a file by a double click; the tab that shows it. */
async function openFile(
  page: IJupyterLabPageFixture,
  tmpPath: string,
  name: string,
  content: string
): Promise<Locator> {
  await page.contents.uploadContent(content, 'text', `${tmpPath}/${name}`);
  await page.filebrowser.openDirectory(tmpPath);
  await page.filebrowser.refresh();
  await page.locator('.jp-DirListing-item', { hasText: name }).dblclick();
  return tabOf(page, name);
}

function tabOf(page: IJupyterLabPageFixture, name: string): Locator {
  return page.locator('.jp-Document:visible', {
    has: page.locator('.np-ProfileFile', {
      has: page.getByRole('region', { name: `Profile of ${name}` })
    })
  });
}

test('a callgrind.out opens with a double click, and its graph is shown', async ({
  page,
  tmpPath
}) => {
  const tab = await openFile(
    page,
    tmpPath,
    'callgrind.out.7',
    recorded('callgrind')
  );
  await expect(tab.locator('.np-Viewer')).toBeVisible({ timeout: 30_000 });
  await expect(tab.locator('.np-Quality')).toContainText('callgrind');
  await showView(tab.locator('.np-Viewer'), 'Graph');
  const canvas = tab.locator('.np-Stage:visible canvas');
  await expect.poll(() => coloursIn(canvas)).toBeGreaterThan(3);
  await expect(tab.getByRole('combobox', { name: 'Part' })).toBeHidden();
});

test('a massif.out shows the heap; another snapshot is chosen, and found again', async ({
  page,
  tmpPath
}) => {
  const name = 'massif.out.7';
  const content = recorded('massif', '--detailed-freq=4');
  const tab = await openFile(page, tmpPath, name, content);
  const parts = tab.getByRole('combobox', { name: 'Part' });
  await expect(parts).toBeVisible({ timeout: 30_000 });
  await expect(parts.locator('option:checked')).toContainText('(peak)');
  const first = parts.locator('option').first();
  const chosen = (await first.textContent())!;
  await parts.selectOption(chosen);
  await expect(tab.locator('.np-Notes')).toContainText(`${chosen} (`);

  await test.step('the curve, and a snapshot chosen there', async () => {
    await showView(tab.locator('.np-Viewer'), 'Heap');
    const curve = tab.getByRole('slider', { name: 'Memory over time' });
    await expect(curve).toHaveAttribute(
      'aria-valuetext',
      /shown in the other views$/
    );
    await expect
      .poll(() => coloursIn(tab.locator('.np-Stage:visible canvas')))
      .toBeGreaterThan(3);
    await page.screenshot({ path: 'ui-tests/test-results/views/heap.png' });
    await curve.focus();
    await page.keyboard.press('End');
    while (!/known$/.test((await curve.getAttribute('aria-valuetext'))!)) {
      await page.keyboard.press('ArrowLeft');
    }
    await page.keyboard.press('Enter');
    await expect(parts.locator('option:checked')).not.toHaveText(chosen);
    const saved = page.waitForRequest(
      request =>
        /\/api\/workspaces\b/.test(request.url()) &&
        (request.postData() ?? '').includes(`"part":"${chosen}"`)
    );
    await parts.selectOption(chosen);
    await saved;
  });

  const options: object = { waitForIsReady: false };
  await page.reload(options);
  await expect(parts.locator('option:checked')).toHaveText(chosen, {
    timeout: 60_000
  });
});

test('what is no profile says so', async ({ page, tmpPath }) => {
  const name = 'callgrind.out.8';
  await page.contents.uploadContent('hello', 'text', `${tmpPath}/${name}`);
  await page.filebrowser.openDirectory(tmpPath);
  await page.filebrowser.refresh();
  await page.locator('.jp-DirListing-item', { hasText: name }).dblclick();
  await expect(page.locator('.np-ProfileFile')).toContainText(
    'is in no format known here'
  );
});
