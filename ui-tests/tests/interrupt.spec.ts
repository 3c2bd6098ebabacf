/** A cell that runs for long: progress, and an interrupt keeps the profile. */
import { test } from '@jupyterlab/galata/lib/fixtures';
import { expect } from '@playwright/test';
import {
  cellAt,
  cellsOf,
  kernelIdle,
  openNotebook,
  profileButton,
  profileOf,
  viewerOf
} from './lab';

const LONG = `import time
end = time.time() + 20
while time.time() < end:
    sum(range(10_000))`;

// Galata's stand-in for the kernels API cannot interrupt.
test.use({ kernels: null });

test('check 11: an interrupt keeps the profile up to it', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, tmpPath, [LONG, '6 * 7']);
  await page.notebook.selectCells(0);
  await profileButton(page).click();
  const output = cellAt(page, 0).locator('.np-Output');

  await test.step('progress is shown while it runs', async () => {
    await expect(output).toContainText(/\d\ss/, { timeout: 10_000 });
    await page.screenshot({ path: 'ui-tests/test-results/progress.png' });
  });

  const pressed = Date.now();
  await output.getByRole('button', { name: 'Stop' }).click();
  await kernelIdle(page);
  console.log(
    `idle ${((Date.now() - pressed) / 1000).toFixed(1)} s after stop`
  );

  await test.step('the profile says that it was interrupted', async () => {
    const viewer = viewerOf(page, 0);
    await expect(viewer).toBeVisible();
    await expect(viewer).toContainText('interrupted');
    const [cell] = await cellsOf(page);
    expect(profileOf(cell)!.meta.status).toBe('interrupted');
    const error = cell.outputs!.find(o => o.output_type === 'error')!;
    expect(error.ename).toBe('KeyboardInterrupt');
  });

  await test.step('the next cell runs', async () => {
    await page.notebook.runCell(1, true);
    const result = (await cellsOf(page))[1].outputs![0];
    expect(result.data?.['text/plain']).toBe('42');
  });
});
