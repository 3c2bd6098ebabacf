/** The timeline: a stretch of time, chosen by pointer or by keys, that every view follows. */
import { test } from '@jupyterlab/galata/lib/fixtures';
import { expect, type Locator } from '@playwright/test';
import {
  coloursIn,
  openNotebook,
  profileCell,
  showView,
  viewerOf
} from './lab';
import { broken, said, settled, shoot } from './look';

/** First Python, then a sleep, then a library; beside it threads and tasks. */
const STEPS = `import asyncio, json, threading, time
import numpy as np

def early(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        sum(i * i for i in range(2_000))

def late(seconds):
    end = time.perf_counter() + seconds
    a = np.random.default_rng(0).random((300, 300))
    while time.perf_counter() < end:
        a @ a

def work(seconds):
    for _ in range(4):
        early(seconds)
        time.sleep(0.1)

async def fetch(n):
    for _ in range(3):
        await asyncio.sleep(0.05 * n)
        early(0.05)

threads = [threading.Thread(target=work, args=(0.05,), name=f'worker-{n}')
           for n in range(2)]
early(0.6)
for thread in threads:
    thread.start()
time.sleep(0.7)
for thread in threads:
    thread.join()
late(0.8)
await asyncio.gather(*(asyncio.create_task(fetch(n), name=f'fetch-{n}')
                       for n in (1, 2)))
rows = json.loads(json.dumps(list(range(300_000))))`;

const functions = (viewer: Locator): Locator =>
  viewer.locator('.np-Grid-row > :first-child');

test('a stretch of time is chosen, and every view follows it', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, tmpPath, [STEPS]);
  const viewer = await profileCell(page, 0);
  const grid = viewer.getByRole('grid', { name: 'Timeline' });
  const chip = viewer.locator('.np-Chip');
  const bar = viewer.locator('.np-Bar');

  await test.step('lanes are drawn and told', async () => {
    await showView(viewer, 'Timeline');
    await grid.scrollIntoViewIfNeeded();
    await settled(viewer);
    expect(
      await coloursIn(viewer.locator('.np-Stage:visible canvas'))
    ).toBeGreaterThan(5);
    for (const name of ['the cell’s own', 'worker-0', 'worker-1']) {
      await expect(grid.getByRole('row').filter({ hasText: name })).toHaveCount(
        1
      );
    }
    await expect(grid.getByRole('row').nth(1)).toContainText('CPU');
  });

  await test.step('the pointer hears what ran', async () => {
    const box = (await grid.boundingBox())!;
    await page.mouse.move(box.x + 240 + 60, box.y + 50);
    const tip = viewer.locator('.np-Tooltip');
    await expect(tip).toBeVisible();
    await expect(tip).toContainText('the cell’s own');
    await expect(tip).toContainText('Python');
    await expect(tip).toContainText('%');
  });

  await test.step('dragging chooses a stretch; the others follow', async () => {
    const box = (await grid.boundingBox())!;
    const before = await bar.getAttribute('aria-label');
    await page.mouse.move(box.x + 250, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + 320, box.y + 70, { steps: 4 });
    await page.mouse.up();
    await expect(chip).toBeVisible();
    await expect(chip).toContainText('–');
    expect(await bar.getAttribute('aria-label')).not.toBe(before);
    await showView(viewer, 'Table');
    await expect(
      functions(viewer).filter({ hasText: 'early' }).first()
    ).toBeVisible();
    await expect(functions(viewer).filter({ hasText: /^late$/ })).toHaveCount(
      0
    );
    await showView(viewer, 'Summary');
    await expect(viewer.locator('.np-Summary')).toContainText('early');
    await expect(viewer.locator('.np-Summary')).not.toContainText('a @ a');
    for (const view of ['Flame', 'Graph']) {
      await showView(viewer, view);
      await settled(viewer);
      expect(
        await coloursIn(viewer.locator('.np-Stage:visible canvas'))
      ).toBeGreaterThan(3);
    }
    await chip.click();
    await expect(chip).toBeHidden();
    await expect(bar).toHaveAttribute('aria-label', before!);
  });

  await test.step('a double click zooms into the stretch', async () => {
    await showView(viewer, 'Timeline');
    const box = (await grid.boundingBox())!;
    const whole = viewer.getByRole('button', { name: 'Whole cell' });
    await page.mouse.move(box.x + 500, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + 620, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.mouse.dblclick(box.x + 560, box.y + 60);
    await expect(whole).toBeVisible();
    await whole.click();
    await expect(whole).toBeHidden();
    // A click beside it takes it away.
    await page.mouse.click(box.x + 800, box.y + 60);
    await expect(chip).toBeHidden();
  });

  await test.step('all of it by keyboard', async () => {
    await viewer.getByRole('tab', { name: 'Timeline' }).focus();
    for (let i = 0; i < 6; i++) {
      await page.keyboard.press('Tab');
      if (await grid.evaluate(node => node === document.activeElement)) {
        break;
      }
    }
    await expect(grid).toBeFocused();
    await page.keyboard.press('Home');
    const start = await said(grid);
    for (let i = 0; i < 5; i++) {
      await page.keyboard.press('ArrowRight');
    }
    expect(await said(grid)).not.toBe(start);
    for (let i = 0; i < 5; i++) {
      await page.keyboard.press('Shift+ArrowRight');
    }
    await expect(chip).toBeVisible();
    await page.keyboard.press('Enter');
    const whole = viewer.getByRole('button', { name: 'Whole cell' });
    await expect(whole).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(whole).toBeHidden();
    await expect(chip).toBeVisible();
    // A view by its number, with the stretch still chosen.
    await page.keyboard.press('4');
    await expect(functions(viewer).filter({ hasText: /^late$/ })).toHaveCount(
      0
    );
    await page.keyboard.press('6');
    await expect(grid).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(chip).toBeHidden();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press(' ');
    await expect(viewer.locator('.np-Picker.np-mod-lane')).not.toHaveText(
      'All threads'
    );
    await page.keyboard.press(' ');
    await expect(viewer.locator('.np-Picker.np-mod-lane')).toHaveText(
      'All threads'
    );
  });

  await test.step('tasks are lanes below their thread', async () => {
    await viewer.getByRole('button', { name: 'Tasks' }).click();
    for (const name of ['fetch-1', 'fetch-2']) {
      await expect(grid.getByRole('row').filter({ hasText: name })).toHaveCount(
        1
      );
    }
  });

  await test.step('in every theme, with nothing serious for axe', async () => {
    for (const [name, theme] of [
      ['light', 'JupyterLab Light'],
      ['dark', 'JupyterLab Dark'],
      ['contrast', 'JupyterLab Dark High Contrast']
    ]) {
      await page.theme.setTheme(theme);
      await shoot(viewer, 'Timeline', name);
      expect(await broken(page), theme).toEqual([]);
    }
    await page.theme.setTheme('JupyterLab Light');
    const box = (await grid.boundingBox())!;
    await page.mouse.move(box.x + 500, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + 620, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.mouse.move(box.x + 560, box.y + 60);
    await shoot(viewer, 'Timeline', 'brushed');
    expect(await broken(page)).toEqual([]);
  });
});

test('an engine without times says so, and leads elsewhere', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, tmpPath, [
    '%load_ext nativeprofile',
    '%%nativeprofile --engine cprofile\nsorted(range(9), key=lambda v: -v)'
  ]);
  await page.notebook.runCell(0, true);
  await page.notebook.runCell(1, true);
  const viewer = viewerOf(page, 1);
  await expect(viewer).toBeVisible({ timeout: 30_000 });
  await showView(viewer, 'Timeline');
  await expect(viewer.locator('.np-Empty')).toContainText('notes no times');
  await viewer.getByRole('button', { name: 'Show the Table' }).click();
  await expect(viewer.locator('.np-Grid-row').first()).toBeVisible();
});
