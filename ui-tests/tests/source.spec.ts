/** The source view: cells from the profile, files from the server, by pointer and by keys. */
import { test } from '@jupyterlab/galata/lib/fixtures';
import { expect, type Locator } from '@playwright/test';
import { cellAt, openNotebook, profileCell, showView } from './lab';
import { broken, settled, shoot } from './look';

/** A module of the user's, beside the notebook; the name is not to be taken. */
const MODULE = `"""Works for a while."""


def spin(rows):
    total = 0
    for row in rows:
        total += len(str(row)) * (row ** 2 % 7)
    return total
`;
const WORK = `import json, sys, time
import spinning

def by_value(row):
    return -row['v']

def pipeline(rows):
    """Orders, prints and counts."""
    ordered = sorted(rows, key=by_value)
    text = json.dumps(ordered[:20_000])
    return len(text) + sum(len(str(row)) for row in ordered)

rows = [{'v': i * 7919 % 10007, 'name': str(i)} for i in range(60_000)]
end = time.perf_counter() + 1.5
while time.perf_counter() < end:
    done = pipeline(rows), spinning.spin(range(200_000))`;

const TOGGLE = 'nativeprofile:toggle-gutter';
/** Line 4 is the hottest. */
const SPIN = `def spin(n):
    total = 0
    for i in range(n):
        total += len(str(i)) * (i ** 2 % 7)
    return total

spin(4_000_000)`;

const grid = (viewer: Locator): Locator => viewer.locator('.np-Source-grid');
const rowOf = (viewer: Locator, text: string): Locator =>
  viewer.locator('.np-Source-row').filter({ hasText: text }).first();
const active = (viewer: Locator): Locator =>
  viewer.locator('.np-Source-row[aria-selected="true"]');

test('the source shows what its lines cost', async ({ page, tmpPath }) => {
  await page.contents.uploadContent(MODULE, 'text', `${tmpPath}/spinning.py`);
  await openNotebook(page, tmpPath, [WORK]);
  const viewer = await profileCell(page, 0);
  await showView(viewer, 'Source');

  await test.step('the cell as typed, coloured, with costs', async () => {
    await expect(grid(viewer)).toHaveAttribute('aria-label', 'Source of In[1]');
    const line = rowOf(viewer, 'ordered = sorted(rows, key=by_value)');
    await expect(line.locator('.np-Estimate').first()).toContainText('%');
    await expect(line.locator('.np-Mini > span').first()).toBeVisible();
    await expect(line.locator('.np-Expr').first()).toContainText('sorted');
    await expect(
      rowOf(viewer, 'def pipeline').locator('.np-Code-keyword').first()
    ).toHaveText('def');
  });

  await test.step('hover says what an expression costs', async () => {
    await rowOf(viewer, 'ordered = sorted').locator('.np-Expr').first().hover();
    const tip = viewer.locator('.np-Tooltip');
    await expect(tip).toContainText('sorted(rows, key=by_value)');
    await expect(tip).toContainText('%');
  });

  await test.step('a click selects the line in every view', async () => {
    await rowOf(viewer, 'text = json.dumps').click();
    await expect(active(viewer)).toContainText('json.dumps');
    await showView(viewer, 'Table');
    await viewer.getByRole('button', { name: 'Lines' }).click();
    await expect(
      viewer.locator('.np-Grid-row[aria-selected="true"]')
    ).toContainText('json.dumps');
    await viewer
      .locator('.np-Grid-row')
      .filter({ hasText: 'sorted(rows' })
      .click();
    await showView(viewer, 'Source');
    await expect(active(viewer)).toContainText('sorted(rows');
  });

  await test.step('a double click shows the stacks', async () => {
    await rowOf(viewer, 'ordered = sorted').dblclick();
    const flame = viewer.getByRole('tab', { name: 'Flame' });
    await expect(flame).toHaveAttribute('aria-selected', 'true');
    await showView(viewer, 'Source');
  });

  await test.step('a file comes from the server', async () => {
    await viewer.locator('.np-Source-picker').click();
    await viewer
      .getByRole('menuitemradio')
      .filter({ hasText: 'spinning.py' })
      .click();
    await expect(grid(viewer)).toHaveAttribute(
      'aria-label',
      /Source of .*spinning\.py/
    );
    await expect(rowOf(viewer, 'total += len')).toBeVisible();
    await expect(rowOf(viewer, 'total += len')).toContainText('%');
    await expect(viewer.locator('.np-Source-note')).toBeHidden();
    expect(await broken(page)).toEqual([]);
  });

  await test.step('by keyboard alone', async () => {
    await viewer.getByRole('tab', { name: 'Source' }).focus();
    for (let i = 0; i < 6; i++) {
      await page.keyboard.press('Tab');
      if (await grid(viewer).evaluate(n => n === document.activeElement)) {
        break;
      }
    }
    await expect(grid(viewer)).toBeFocused();
    await page.keyboard.press('f');
    await expect(viewer.locator('.np-Menu')).toBeVisible();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await expect(grid(viewer)).toBeFocused();
    await page.keyboard.press('Home');
    await page.keyboard.press('n');
    const first = await active(viewer).textContent();
    expect(first).toContain('%');
    await page.keyboard.press('n');
    expect(await active(viewer).textContent()).not.toBe(first);
    await page.keyboard.press('Shift+N');
    expect(await active(viewer).textContent()).toBe(first);
    await page.keyboard.press('ArrowDown');
    await expect(grid(viewer)).toHaveAttribute(
      'aria-activedescendant',
      (await active(viewer).getAttribute('id'))!
    );
    await page.keyboard.press('n');
    await page.keyboard.press('Enter');
    await expect(viewer.getByRole('tab', { name: 'Flame' })).toHaveAttribute(
      'aria-selected',
      'true'
    );
    await page.keyboard.press('5');
    await expect(grid(viewer)).toBeFocused();
  });

  await test.step('what the server does not give is said', async () => {
    await page.route(/nativeprofile\/source/, route =>
      route.fulfill({
        status: 403,
        contentType: 'application/json',
        body: JSON.stringify({ message: 'It is not read.', remedy: 'Move it.' })
      })
    );
    await viewer.getByRole('button', { name: 'Open in a tab' }).click();
    const tab = page.locator('.np-ProfileTab .np-Viewer');
    await showView(tab, 'Source');
    await tab.locator('.np-Source-picker').click();
    await tab
      .getByRole('menuitemradio')
      .filter({ hasText: 'spinning.py' })
      .click();
    await expect(tab.locator('.np-Source-note')).toHaveText(
      'It is not read. Move it.'
    );
    await expect(tab.locator('.np-Source-row').first()).toContainText('spin');
    await settled(tab);
    await page.screenshot({
      path: 'ui-tests/test-results/views/source-tab.png'
    });
  });
});

test('the source in light and dark', async ({ page, tmpPath }) => {
  await page.contents.uploadContent(MODULE, 'text', `${tmpPath}/spinning.py`);
  await openNotebook(page, tmpPath, [WORK]);
  const viewer = await profileCell(page, 0);
  await showView(viewer, 'Source');
  for (const [name, theme] of [
    ['light', 'JupyterLab Light'],
    ['dark', 'JupyterLab Dark']
  ]) {
    await page.theme.setTheme(theme);
    await rowOf(viewer, 'ordered = sorted').click();
    await rowOf(viewer, 'ordered = sorted').locator('.np-Expr').first().hover();
    await shoot(viewer, 'source-cell', name);
    expect(await broken(page), theme).toEqual([]);
  }
});

test('the editor of a profiled cell shows the same heat', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, tmpPath, [SPIN, '1 + 1']);
  const viewer = await profileCell(page, 0);
  const marks = cellAt(page, 0).locator('.np-CellHeat-mark');
  const toggle = (): Promise<unknown> =>
    page.evaluate(
      command => window.jupyterapp.commands.execute(command),
      TOGGLE
    );

  await test.step('beside the lines that cost something', async () => {
    await expect(marks.first()).toBeVisible();
    const hottest = cellAt(page, 0).locator('[title^="Line 4:"]');
    await expect(hottest).toHaveAttribute('title', /%\s±[\d.]+ itself/);
    await expect(hottest).toContainText('%');
    await expect(hottest.locator('.np-Mini > span').first()).toBeVisible();
    const mark = (await hottest.boundingBox())!;
    const line = (await cellAt(page, 0)
      .locator('.cm-line')
      .nth(3)
      .boundingBox())!;
    expect(Math.abs(mark.y - line.y)).toBeLessThan(line.height / 2);
    await expect(cellAt(page, 1).locator('.np-CellHeat')).toHaveCount(0);
    await cellAt(page, 0).screenshot({
      path: 'ui-tests/test-results/views/gutter-light.png'
    });
    await page.theme.setTheme('JupyterLab Dark');
    await cellAt(page, 0).screenshot({
      path: 'ui-tests/test-results/views/gutter-dark.png'
    });
  });

  await test.step('switched off and on', async () => {
    await toggle();
    await expect(marks).toHaveCount(0);
    await toggle();
    await expect(marks.first()).toBeVisible();
  });

  await test.step('gone when the cell changes', async () => {
    await cellAt(page, 0).locator('.cm-line').first().click();
    await page.keyboard.press('End');
    await page.keyboard.type('  # edited');
    await expect(cellAt(page, 0).locator('.np-CellHeat')).toHaveCount(0);
    await expect(viewer).toBeVisible();
    // The profile is not of this text, whatever is switched.
    await toggle();
    await toggle();
    await settled(viewer);
    await expect(marks).toHaveCount(0);
  });
});
