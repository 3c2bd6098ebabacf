/** A user who has just installed it presses the button. */
import { gzipSync } from 'node:zlib';
import { test } from '@jupyterlab/galata/lib/fixtures';
import { expect } from '@playwright/test';
import {
  cellAt,
  cellsOf,
  kernelIdle,
  openNotebook,
  PROFILE,
  profileButton,
  profileCell,
  profileOf,
  viewerOf,
  WORK
} from './lab';

const HISTORY = `import json
ip = get_ipython()
print(json.dumps([r[2] for r in ip.history_manager.get_range(0)]))`;

test('checks 1, 2: one click gives a picture and changes nothing else', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, tmpPath, ['x = 20', WORK, HISTORY, 'x + 1']);
  await page.notebook.runCell(0, true);
  const viewer = await profileCell(page, 1);

  await test.step('there is a picture, of this cell', async () => {
    await expect(viewer).toContainText('In[2]');
    const parts = viewer.locator('.np-Bar-part');
    expect((await parts.first().boundingBox())!.width).toBeGreaterThan(0);
  });

  await test.step('check 1: source, result and history are as without us', async () => {
    await page.notebook.runCell(2, true);
    await page.notebook.runCell(3, true);
    const cells = await cellsOf(page);
    expect(cells[1].source).toBe(WORK);
    expect(cells.map(cell => cell.execution_count)).toEqual([1, 2, 3, 4]);
    const result = cells[1].outputs!.find(
      output => output.output_type === 'execute_result'
    );
    expect(result?.data?.['text/plain']).toBe('True');
    const [printed] = cells[2].outputs!;
    expect(JSON.parse([printed.text].flat().join(''))).toEqual([
      'x = 20',
      WORK,
      HISTORY
    ]);
    expect(profileOf(cells[3])).toBeNull();
  });

  await test.step('check 2: the prompt is a number again', async () => {
    await expect(cellAt(page, 1).locator('.jp-InputPrompt')).toHaveText('[2]:');
  });
});

test('check 2: the picture comes once the cell has ended', async ({
  page,
  tmpPath
}) => {
  const timed = `${WORK}\n__import__('builtins').print(__import__('time').time())`;
  await openNotebook(page, tmpPath, [timed]);
  await profileCell(page, 0);
  // The first run has also loaded the viewer; the second is the usual one.
  const seen = page.evaluate(
    () =>
      new Promise<number>(resolve => {
        const old = document.querySelector('.np-Viewer');
        const look = (): void => {
          const viewer = document.querySelector('.np-Viewer');
          if (viewer && viewer !== old) {
            resolve(Date.now() / 1000);
          } else {
            requestAnimationFrame(look);
          }
        };
        look();
      })
  );
  await profileButton(page).click();
  const shown = await seen;
  await kernelIdle(page);
  const [cell] = await cellsOf(page);
  const ended = Number(
    [cell.outputs!.find(output => output.text)!.text].flat().join('')
  );
  console.log(`picture ${(shown - ended).toFixed(2)} s after the cell's end`);
  // How soon is for `bench/latency.py` to say: this machine may be busy.
  expect(shown).toBeGreaterThan(ended);
  expect(cell.outputs!.filter(output => output.data).length).toBe(1);
});

test('the command is in palette, menu, both toolbars and has a shortcut', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, tmpPath, ['sum(range(100))', '# markdown']);
  await page.notebook.selectCells(0);

  await test.step('Run menu', async () => {
    await page.menu.openLocator('Run');
    await expect(
      page.locator(`.lm-Menu [data-command="${PROFILE}"]`)
    ).toContainText('Profile Cell');
    await page.menu.closeAll();
  });

  await test.step('palette', async () => {
    await page.keyboard.press('Control+Shift+C');
    await page.locator('.lm-CommandPalette-input').fill('Profile Cell');
    await expect(
      page.locator(`.lm-CommandPalette-item[data-command="${PROFILE}"]`)
    ).toBeVisible();
    await page.keyboard.press('Escape');
  });

  await test.step('cell toolbar', async () => {
    await page.notebook.selectCells(0);
    const button = cellAt(page, 0).locator(
      `.jp-cell-toolbar [data-command="${PROFILE}"]`
    );
    await button.click();
    await expect(viewerOf(page, 0)).toBeVisible({ timeout: 30_000 });
    await kernelIdle(page);
  });

  await test.step('shortcut, in command and in edit mode', async () => {
    for (const [mode, prompt] of [
      ['command', '[2]:'],
      ['edit', '[3]:']
    ]) {
      if (mode === 'edit') {
        await page.notebook.enterCellEditingMode(0);
      } else {
        await page.notebook.selectCells(0);
      }
      await page.keyboard.press('Alt+Shift+Enter');
      await expect(cellAt(page, 0).locator('.jp-InputPrompt')).toHaveText(
        prompt,
        { timeout: 30_000 }
      );
      await expect(viewerOf(page, 0)).toHaveCount(1);
      await kernelIdle(page);
    }
    expect((await cellsOf(page))[0].source).toBe('sum(range(100))');
  });

  await test.step('a markdown cell cannot be profiled', async () => {
    await page.notebook.selectCells(1);
    await expect(profileButton(page)).toHaveAttribute('aria-disabled', 'true');
  });
});

test('the list of engines says what works here, and profiles', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, tmpPath, [WORK]);
  await page.notebook.selectCells(0);
  const answer = page.waitForResponse(/\/nativeprofile\/engines/);
  await page.locator('.jp-NotebookPanel-toolbar .np-EngineButton').click();
  const engines = (await (await answer).json()) as {
    name: string;
    title: string;
    available: boolean;
  }[];
  const items = page.locator('.np-EngineMenu .lm-Menu-item');
  await expect(items).toHaveCount(engines.length + 1);
  for (const { title, available } of engines) {
    const item = items.filter({ hasText: `with ${title}` });
    await expect(item.filter({ hasText: 'not here' })).toHaveCount(
      available ? 0 : 1
    );
  }
  await page.screenshot({ path: 'ui-tests/test-results/engines.png' });
  const exact = engines.find(engine => engine.name === 'cprofile')!;
  await items.filter({ hasText: `with ${exact.title}` }).click();
  await expect(viewerOf(page, 0)).toBeVisible({ timeout: 30_000 });
  await kernelIdle(page);
  const profile = profileOf((await cellsOf(page))[0])!;
  expect(profile.meta.engine).toBe('cprofile');
});

test.describe('settings', () => {
  test.use({
    mockSettings: {
      'jupyterlab-nativeprofile:run': { engine: 'cprofile', rate: 499 }
    }
  });

  test('choose engine and rate', async ({ page, tmpPath }) => {
    await openNotebook(page, tmpPath, [WORK]);
    await profileCell(page, 0);
    const { meta } = profileOf((await cellsOf(page))[0])!;
    expect(meta.engine).toBe('cprofile');
  });
});

test('a kernel without the package gets the install command', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, tmpPath, ['1 + 1'], 'without');
  await page.notebook.selectCells(0);
  await profileButton(page).click();
  const toast = page.locator('.Toastify__toast');
  await expect(toast).toContainText('%pip install nativeprofile');
  await expect(
    toast.getByRole('button', { name: 'Copy command' })
  ).toBeVisible();
  await page.waitForTimeout(600);
  await page.screenshot({ path: 'ui-tests/test-results/missing.png' });
  const [cell] = await cellsOf(page);
  expect(cell.outputs).toEqual([]);
  expect(cell.execution_count).toBeNull();
});

test('a kernel of another language gets a sentence', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, tmpPath, ['1 + 1'], 'other');
  await page.notebook.selectCells(0);
  await profileButton(page).click();
  await expect(page.locator('.Toastify__toast')).toContainText(
    'only cells of Python kernels'
  );
  expect((await cellsOf(page))[0].outputs).toEqual([]);
});

test.describe('before a profile is shown', () => {
  test.use({ autoGoto: false });

  test('at most 30 kB of code are loaded, gzipped', async ({ page }) => {
    const loaded: { url: string; size: Promise<number> }[] = [];
    page.on('response', response => {
      if (/jupyterlab-nativeprofile\/static\/.*\.js/.test(response.url())) {
        const size = response.body().then(body => gzipSync(body).length);
        loaded.push({ url: response.url(), size });
      }
    });
    await page.goto();
    await page.waitForFunction(
      command => window.jupyterapp.commands.hasCommand(command),
      PROFILE
    );
    await page.waitForTimeout(1000);
    let total = 0;
    for (const { url, size } of loaded) {
      total += await size;
      console.log(`${await size} bytes: ${url.replace(/.*static\//, '')}`);
    }
    console.log(`${total} bytes in all`);
    expect(loaded.length).toBeGreaterThan(1);
    expect(total).toBeLessThanOrEqual(30_000);
  });
});
