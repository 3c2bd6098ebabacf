/** Two runs of a cell beside each other: chosen, told apart, by pointer and by keys. */
import { test } from '@jupyterlab/galata/lib/fixtures';
import { expect } from '@playwright/test';
import { cellsOf, coloursIn, openNotebook, profileCell, WORK } from './lab';
import { broken, settled, shoot } from './look';

const SLOWER = WORK.replace('1.0', '1.2').replace(
  '    return len(text)',
  '    rows.sort(key=str)\n    return len(text)'
);

test('a run is compared with the one before, by pointer and by keys', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, tmpPath, [WORK, WORK]);
  await profileCell(page, 1);
  await profileCell(page, 0);
  // Typing would indent what is indented already.
  await page.evaluate(source => {
    const panel = window.jupyterapp.shell.currentWidget as unknown as {
      content: {
        activeCell: { model: { sharedModel: { setSource(of: string): void } } };
      };
    };
    panel.content.activeCell.model.sharedModel.setSource(source);
  }, SLOWER);
  const viewer = await profileCell(page, 0);
  const tab = viewer.getByRole('tab', { name: 'Compare' });
  const verdict = (line: string) =>
    viewer.getByRole('row').filter({ hasText: line });

  await test.step('the earlier run is offered first', async () => {
    await expect(tab).toBeHidden();
    await viewer.getByRole('button', { name: /^Compare with/ }).click();
    const offered = page.getByRole('menuitemcheckbox');
    await expect(offered).toHaveCount(2);
    await expect(page.getByRole('menu')).toContainText('Earlier runs');
    await offered.first().click();
    await expect(tab).toHaveAttribute('aria-selected', 'true');
    await expect(viewer.locator('.np-Compare-head')).toContainText('noise');
  });

  await test.step('a new line costs more', async () => {
    await viewer.getByRole('button', { name: 'Lines', exact: true }).click();
    await viewer.getByRole('button', { name: 'With callees' }).click();
    await expect(verdict('rows.sort(key=str)')).toContainText('▲ more');
    await verdict('rows.sort(key=str)').click();
    expect(await broken(page)).toEqual([]);
    await shoot(viewer, 'compare', 'light');
  });

  await test.step('keys go on to the flame graph and its frames', async () => {
    const grid = viewer.getByRole('grid', { name: 'Differences' });
    await grid.focus();
    await grid.press('l');
    const stage = viewer.getByRole('tree', { name: 'Difference flame graph' });
    await expect(stage).toBeFocused();
    await settled(viewer);
    expect(await coloursIn(viewer.locator('canvas:visible'))).toBeGreaterThan(
      3
    );
    const active = stage.locator('[aria-selected="true"]');
    await stage.press('Home');
    await expect(active).toContainText('difference');
    const first = await active.textContent();
    await stage.press('ArrowDown');
    await expect(active).not.toHaveText(first!);
    expect(await broken(page)).toEqual([]);
    await page.theme.setDarkTheme();
    await shoot(viewer, 'compare-flame', 'dark');
    await page.theme.setLightTheme();
    await shoot(viewer, 'compare-flame', 'light');
  });

  await test.step('keys choose another profile and end it', async () => {
    await viewer.locator('.np-Stage-scroll:visible').press('b');
    await expect(page.getByRole('menuitemcheckbox').first()).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(viewer.locator('.np-Compare-run')).toHaveCount(3);
    await page.keyboard.press('b');
    await page.getByRole('menuitem', { name: 'Stop comparing' }).press('Enter');
    await expect(tab).toBeHidden();
    expect(await cellsOf(page)).toHaveLength(2);
  });
});
