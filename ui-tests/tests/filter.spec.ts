/** Filters of all views, undo, what is remembered, and links, by mouse and by keyboard. */
import { test } from '@jupyterlab/galata/lib/fixtures';
import { expect, type Locator } from '@playwright/test';
import { openNotebook, profileCell, showView, viewerOf, WORK } from './lab';
import { broken, shoot } from './look';

const chips = (viewer: Locator): Locator => viewer.locator('.np-Chip');

test('what is typed becomes filters of all views, and is found again', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, tmpPath, [WORK]);
  const viewer = await profileCell(page, 0);
  await page.notebook.save();
  const search = viewer.getByRole('combobox', { name: /^Search/ });
  const share = viewer.locator('.np-Chips-share');

  await test.step('keyboard: fields and values are completed', async () => {
    await viewer.getByRole('tab', { name: 'Summary' }).focus();
    await page.keyboard.press('/');
    await expect(search).toBeFocused();
    await page.keyboard.type('mod');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(search).toHaveValue('module:');
    await page.keyboard.type('jso');
    await expect(
      viewer.getByRole('option', { name: /json/ }).first()
    ).toBeVisible();
    expect(await broken(page)).toEqual([]);
    await shoot(viewer, 'filter', 'completion');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.type('-name:nowhere');
    await page.keyboard.press('Enter');
    await expect(viewer.locator('.np-Suggest-problem')).toBeVisible();
    await expect(chips(viewer)).toHaveCount(0);
    await shoot(viewer, 'filter', 'problem');
    for (let i = 0; i < '-name:nowhere'.length; i++) {
      await page.keyboard.press('Backspace');
    }
    await page.keyboard.type('-category:gc');
    await page.keyboard.press('Enter');
    await expect(chips(viewer)).toHaveCount(2);
    await expect(share).toContainText('%');
    await expect(search).not.toBeFocused();
  });

  await test.step('every view follows', async () => {
    await showView(viewer, 'Table');
    await expect(viewer.locator('.np-Grid-row').first()).toBeVisible();
    await expect(viewer.getByText('key', { exact: true })).toHaveCount(0);
    expect(await broken(page)).toEqual([]);
    await shoot(viewer, 'filter', 'table');
  });

  await test.step('mouse: a chip is taken away; keys: undone and done again', async () => {
    await chips(viewer).last().click();
    await expect(chips(viewer)).toHaveCount(1);
    await page.keyboard.press('Control+z');
    await expect(chips(viewer)).toHaveCount(2);
    await page.keyboard.press('Control+Shift+z');
    await expect(chips(viewer)).toHaveCount(1);
    await viewer.getByRole('button', { name: 'More' }).click();
    await viewer.getByRole('menuitem', { name: /^Undo/ }).click();
    await expect(chips(viewer)).toHaveCount(2);
  });

  let link = '';
  await test.step('a tab shows the same; its link is copied', async () => {
    await viewer.getByRole('button', { name: 'Open in a tab' }).click();
    const tab = page.locator('.np-ProfileTab .np-Viewer');
    await expect(chips(tab)).toHaveCount(2);
    await showView(tab, 'Flame');
    await tab.getByRole('button', { name: 'More' }).click();
    await tab.getByRole('menuitem', { name: /^Copy link/ }).click();
    link = await tab.getByRole('textbox', { name: 'Link' }).inputValue();
    await page.keyboard.press('Escape');
  });

  await test.step('the notebook is unchanged, and a reload finds the state', async () => {
    await page.notebook.activate('test.ipynb');
    expect(
      await page.evaluate(() => {
        const { currentWidget } = window.jupyterapp.shell as unknown as {
          currentWidget: { context: { model: { dirty: boolean } } };
        };
        return currentWidget.context.model.dirty;
      })
    ).toBe(false);
    const options: object = { waitForIsReady: false };
    await page.reload(options);
    await page.notebook.activate('test.ipynb');
    const again = viewerOf(page, 0);
    await expect(chips(again)).toHaveCount(2);
  });

  await test.step('the link opens the tab as it was', async () => {
    // Galata's own way would wait for the launcher, which stays away.
    await page.evaluate(to => {
      localStorage.clear();
      window.location.assign(to);
    }, link);
    const tab = page.locator('.np-ProfileTab .np-Viewer');
    await expect(chips(tab)).toHaveCount(2);
    await expect(tab.getByRole('tab', { name: 'Flame' })).toHaveAttribute(
      'aria-selected',
      'true'
    );
    expect(page.url()).not.toContain('nativeprofile=');
  });
});
