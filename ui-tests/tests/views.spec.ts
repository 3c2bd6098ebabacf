/** The views of one profile: what they show, by pointer, keys and theme. */
import { test } from '@jupyterlab/galata/lib/fixtures';
import { expect } from '@playwright/test';
import {
  cellsOf,
  coloursIn,
  openNotebook,
  profileCell,
  profileOf,
  showView,
  viewerOf,
  WORK
} from './lab';
import { broken, settled, shoot, VIEWS } from './look';

/** Something of everything, for the pictures. */
const READY = `import json
import numpy as np
rng = np.random.default_rng(0)
rows = [{'v': float(v), 'name': str(i)}
        for i, v in enumerate(rng.random(100_000))]`;
const MIXED = `def by_value(row):
    return -row['v']

def pipeline(rows):
    ordered = sorted(rows, key=by_value)
    total = sum(row['v'] for row in ordered)
    text = json.dumps(ordered[:30_000])
    a = rng.random((1200, 1200))
    return total, len(text), (a @ a).sum()

for _ in range(6):
    result = pipeline(rows)`;

test('the views show the profile, searched, zoomed and by keyboard', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, tmpPath, [WORK]);
  const viewer = await profileCell(page, 0);
  const stage = viewer.getByRole('tree');
  const canvas = viewer.locator('.np-Stage:visible canvas');

  await test.step('summary', async () => {
    await expect(viewer.getByRole('tab', { name: 'Summary' })).toBeVisible();
    await expect(viewer.locator('.np-Row').first()).toBeVisible();
    await expect(viewer.locator('.np-Summary')).toContainText('pipeline');
    await expect(viewer.locator('.np-Summary .js-plotly-plot')).toBeVisible();
  });

  await test.step('summary: a reason leads to what shows it', async () => {
    const reason = viewer.locator('.np-Reason').first();
    const view = (await reason.locator('.np-Reason-view').textContent())!;
    const name = view.replace(/[^A-Za-z]/g, '');
    const tab = viewer.getByRole('tab', { name });
    await reason.focus();
    await page.keyboard.press('Enter');
    await expect(tab).toHaveAttribute('aria-selected', 'true');
    await showView(viewer, 'Summary');
    await reason.click();
    await expect(tab).toHaveAttribute('aria-selected', 'true');
    await showView(viewer, 'Summary');
  });

  await test.step('summary: the chart is chosen', async () => {
    await viewer.getByRole('button', { name: 'Treemap' }).focus();
    await page.keyboard.press('Enter');
    await expect(viewer.locator('.treemaplayer .slice').first()).toBeVisible();
    await viewer.getByRole('button', { name: 'Lines', exact: true }).click();
    // A line that spent nothing in a category has a bar of no width there.
    const bars = viewer.locator('.barlayer .point:visible');
    await expect(bars.first()).toBeVisible();
    const boxes = await Promise.all(
      (await bars.all()).map(bar => bar.boundingBox())
    );
    const box = boxes.reduce((a, b) => (b!.width > a!.width ? b : a))!;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    const selected = viewer.locator('.np-Hidden[aria-live]');
    await expect(selected).toHaveText(/^Selected line \d+ of/);
    await viewer.locator('.np-Reason').first().press('Escape');
    await expect(viewer.locator('.np-Row[aria-current="true"]')).toHaveCount(0);
  });

  await test.step('flame', async () => {
    await showView(viewer, 'Flame');
    await expect(stage).toBeVisible();
    await settled(viewer);
    expect(await coloursIn(canvas)).toBeGreaterThan(3);
  });

  await test.step('graph', async () => {
    await showView(viewer, 'Graph');
    await settled(viewer);
    expect(await coloursIn(canvas)).toBeGreaterThan(3);
    const active = stage.locator('[aria-selected="true"]');
    const name = async (): Promise<string> =>
      (await active.textContent())!.split(',')[0];
    const focused = viewer.getByTitle('Show the whole graph (Esc)');

    // By mouse: hover, select, focus, step back, group.
    const box = (await canvas.boundingBox())!;
    const tip = viewer.locator('.np-Tooltip');
    let x = box.x + box.width;
    while (x > box.x && !(await tip.isVisible())) {
      x -= 50;
      await page.mouse.move(x, box.y + 30);
    }
    await page.mouse.click(x, box.y + 30);
    const root = await name();
    await page.mouse.dblclick(x, box.y + 30);
    await expect(focused).toContainText(root);
    await focused.click();
    await expect(focused).toBeHidden();
    const text = viewer.locator('.np-Tools-text');
    await viewer.getByRole('button', { name: 'Modules' }).click();
    await expect(text).toContainText('modules');

    // The same by keyboard, along the edges, with boxes closed and opened.
    await stage.focus();
    await stage.press('m');
    await expect(text).toContainText('functions');
    await stage.press('Home');
    await stage.press('ArrowDown');
    const callee = await name();
    expect(callee).not.toBe(root);
    await stage.press('c');
    await expect(active).toHaveAttribute('aria-expanded', 'false');
    await stage.press('e');
    await expect(active).toHaveAttribute('aria-expanded', 'true');
    await stage.press('ArrowUp');
    expect(await name()).toBe(root);
    await stage.press('ArrowDown');
    await stage.press('Enter');
    await expect(focused).toContainText(callee);
    await stage.press('Escape');
    await expect(focused).toBeHidden();
    await stage.press('Escape');
  });

  await test.step('table: search leaves what matches', async () => {
    await showView(viewer, 'Table');
    const rows = viewer.locator('.np-Grid-row');
    await expect(rows.filter({ hasText: 'pipeline' }).first()).toBeVisible();
    const search = viewer.getByRole('combobox', { name: /^Search/ });
    await search.fill('iterencode');
    await expect(rows).toHaveCount(1);
    await expect(viewer.locator('.np-Search-share')).toContainText('%');
    await search.press('Escape');
    await expect(rows.nth(1)).toBeVisible();
    await viewer.getByRole('button', { name: 'Function' }).click();
    await expect(
      viewer.getByRole('columnheader', { name: /Function/ })
    ).toHaveAttribute('aria-sort', 'ascending');
  });

  await test.step('selection is shared', async () => {
    await showView(viewer, 'Table');
    await viewer.getByRole('button', { name: 'Inclusive' }).first().click();
    await viewer
      .locator('.np-Grid-row')
      .filter({ hasText: 'pipeline' })
      .first()
      .click();
    await showView(viewer, 'Summary');
    await expect(
      viewer.locator('.np-Row[aria-current="true"]').first()
    ).toBeVisible();
  });

  await test.step('check 22: flame by keyboard', async () => {
    await showView(viewer, 'Flame');
    await stage.focus();
    await expect(stage).toBeFocused();
    const active = (): Promise<string | null> =>
      stage.locator('[aria-selected="true"]').first().textContent();
    await page.keyboard.press('Home');
    await stage.press('ArrowDown');
    const first = await active();
    await stage.press('ArrowDown');
    expect(await active()).not.toBe(first);
    await stage.press('Enter');
    const whole = viewer.getByRole('button', { name: 'Whole cell' });
    await expect(whole).toBeVisible();
    await stage.press('Escape');
    await expect(whole).toBeHidden();
    await stage.press('/');
    await expect(
      viewer.getByRole('combobox', { name: /^Search/ })
    ).toBeFocused();
    await page.keyboard.type('sort');
    await expect(viewer.locator('.np-Search-share')).toContainText('%');
    await page.keyboard.press('Escape');
    await expect(stage).toBeFocused();
    await page.keyboard.press('?');
    await expect(viewer.locator('.np-Help')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(viewer.locator('.np-Help')).toBeHidden();
    // The notebook's own keys (d d deletes a cell) must not hear of it.
    await stage.press('d');
    await stage.press('d');
    expect(await cellsOf(page)).toHaveLength(1);
  });

  await test.step('check 22: Tab reaches the picture, focus is visible', async () => {
    await viewer.getByRole('tab', { name: 'Flame' }).focus();
    for (let i = 0; i < 6; i++) {
      await page.keyboard.press('Tab');
      if (await stage.evaluate(node => node === document.activeElement)) {
        break;
      }
    }
    await expect(stage).toBeFocused();
    const outline = await stage.evaluate(node => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(node);
      return outlineStyle !== 'none' && outlineWidth !== '0px'
        ? outlineStyle
        : boxShadow;
    });
    expect(outline).not.toBe('none');
  });

  await test.step('a double click zooms', async () => {
    const box = (await canvas.boundingBox())!;
    await page.mouse.dblclick(box.x + box.width / 3, box.y + 50);
    const whole = viewer.getByRole('button', { name: 'Whole cell' });
    await expect(whole).toBeVisible();
    await whole.click();
    await expect(whole).toBeHidden();
  });

  await test.step('check 22: axe finds nothing serious in any view', async () => {
    for (const view of VIEWS) {
      await showView(viewer, view);
      await settled(viewer);
      expect(await broken(page), view).toEqual([]);
    }
  });
});

test('check 23: the themes, without running again', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, tmpPath, [READY, MIXED]);
  await page.notebook.runCell(0, true);
  const viewer = await profileCell(page, 1);
  const before = JSON.stringify((await cellsOf(page))[1].outputs);
  const shots: Record<string, Buffer> = {};
  for (const [name, theme] of [
    ['light', 'JupyterLab Light'],
    ['dark', 'JupyterLab Dark'],
    ['contrast', 'JupyterLab Dark High Contrast']
  ]) {
    await page.theme.setTheme(theme);
    for (const view of VIEWS) {
      await showView(viewer, view);
      await shoot(viewer, view, name);
      expect(await broken(page), `${view} in ${theme}`).toEqual([]);
    }
    const colours = await viewer.evaluate(node => {
      const probe = document.createElement('div');
      probe.style.backgroundColor = 'var(--jp-layout-color0)';
      node.append(probe);
      const wanted = getComputedStyle(probe).backgroundColor;
      probe.remove();
      let at: Element | null = node;
      let found = 'rgba(0, 0, 0, 0)';
      while (at && found === 'rgba(0, 0, 0, 0)') {
        found = getComputedStyle(at).backgroundColor;
        at = at.parentElement;
      }
      return { wanted, found };
    });
    expect(colours.found, theme).toBe(colours.wanted);
    await showView(viewer, 'Flame');
    await settled(viewer);
    shots[name] = await viewer.locator('.np-Stage:visible').screenshot();
  }
  expect(shots.light.equals(shots.dark)).toBe(false);
  expect(shots.dark.equals(shots.contrast)).toBe(false);
  expect(JSON.stringify((await cellsOf(page))[1].outputs)).toBe(before);
});

test('check 18: a place in the profile leads to its line in the notebook', async ({
  page,
  tmpPath
}) => {
  const define = `def spin(n):
    total = 0
    for i in range(n):
        total += i * i
    return total`;
  await openNotebook(page, tmpPath, [define, 'spin(10_000_000)', '# markdown']);
  await page.notebook.runCell(0, true);
  const viewer = await profileCell(page, 1);
  const { summary } = profileOf((await cellsOf(page))[1])!;

  await test.step('no path of the kernel is shown', async () => {
    expect(JSON.stringify(summary)).not.toMatch(/ipykernel_|<ipython-input/);
    await expect(viewer).not.toContainText('ipykernel');
    expect(summary.functions.find(({ name }) => name === 'spin')?.file).toBe(
      'In[1]'
    );
  });

  const place = viewer
    .locator('.np-Row-place.np-Link')
    .filter({ hasText: /In\[1\] line [34]/ })
    .first();

  await test.step('the line is selected', async () => {
    await place.click();
    await expect(
      page.locator('.jp-Notebook .jp-Cell.jp-mod-active')
    ).toHaveAttribute('data-windowed-list-index', '0');
    const selected = await page.evaluate(
      () => window.getSelection()?.toString() ?? ''
    );
    expect(define.split('\n').slice(2, 4)).toContain(selected);
  });

  await test.step('an edited cell is said to be edited', async () => {
    await page.evaluate(source => {
      const panel = window.jupyterapp.shell.currentWidget as unknown as {
        content: {
          model: {
            cells: {
              get(i: number): {
                sharedModel: { setSource(source: string): void };
              };
            };
          };
        };
      };
      panel.content.model.cells.get(0).sharedModel.setSource(source);
    }, `# more\n${define}`);
    await place.click();
    await expect(page.locator('.np-Tooltip')).toContainText('edited');
  });

  await test.step('a deleted cell is said to be gone', async () => {
    await page.notebook.selectCells(0);
    await page.evaluate(() =>
      window.jupyterapp.commands.execute('notebook:delete-cell')
    );
    await viewerOf(page, 0)
      .locator('.np-Row-place.np-Link')
      .filter({ hasText: /In\[1\] line [34]/ })
      .first()
      .click();
    await expect(page.locator('.np-Tooltip')).toContainText('deleted');
  });
});

test('the profile opens in a tab of its own, with its links', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, tmpPath, [WORK]);
  const viewer = await profileCell(page, 0);
  await viewer.getByRole('button', { name: 'Open in a tab' }).click();
  const tab = page.locator('.np-ProfileTab .np-Viewer');
  await expect(tab).toBeVisible();
  await expect(page.locator('.lm-TabBar-tab.lm-mod-current')).toContainText([
    'Profile of In[1]'
  ]);
  const body = (await tab.boundingBox())!;
  expect(body.height).toBeGreaterThan(600);
  await showView(tab, 'Flame');
  await settled(tab);
  expect(await coloursIn(tab.locator('canvas:visible'))).toBeGreaterThan(3);
  await page.screenshot({ path: 'ui-tests/test-results/views/tab.png' });
  await showView(tab, 'Summary');
  await tab.locator('.np-Row-place.np-Link').first().click();
  await expect(page.locator('.jp-Notebook .jp-mod-active')).toBeVisible();
});
