/** Two known profiles side by side: by pointer, all of it again by keyboard alone, and found again. */
import { test } from '@jupyterlab/galata/lib/fixtures';
import type { IJupyterLabPageFixture as Lab } from '@jupyterlab/galata/lib/jupyterlabpage';
import { expect, type Locator } from '@playwright/test';
import { profileFromText } from '../../src/testing/profileFromText';
import { wireMessage } from '../../src/testing/wireMessage';
import { coloursIn, notebookWith, openNotebook, viewerOf } from './lab';
import { broken, said, settled, shoot } from './look';

const SOURCE = `rows = load(path)
best = sorted(rows)
total = fit(rows)`;

/** A run of 1 ms a sample. */
function run(prompt: number, started: number, text: string, source = SOURCE) {
  const name = `In[${prompt}]`;
  const samples = 1000;
  const ms = text.replace(/(\d+)$/gm, '$1000000');
  return wireMessage(
    profileFromText(ms, {
      unit: 'ns',
      quality: { samples },
      meta: {
        name,
        prompt,
        started,
        engine: 'perf',
        kind: 'sampled',
        wall_ns: 1e9,
        cpu_ns: 1e9
      },
      summary: { unit: 'ns', total: 1e9, effective: samples },
      cells: [{ name, prompt, id: null, source }]
    })
  );
}

const BEFORE = run(
  4,
  1_790_000_000,
  `
  In[4]:1; load:7; json.loads:3; libjson!scan  300
  In[4]:2; sorted(builtin_sorted)              450
  In[4]:3; fit:4; numpy!dgemm                  250
`
);
const AFTER = run(
  5,
  1_790_000_060,
  `
  In[5]:1; load:7; json.loads:3; libjson!scan  310
  In[5]:2; list.sort(list_sort)                150
  In[5]:3; fit:4; numpy!dgemm                  255
  In[5]:3; fit:4; check:9                      120
`,
  SOURCE.replace('best = sorted(rows)', 'rows.sort()')
);

/** A notebook with a cell for each profile. */
function notebook(...messages: unknown[]): Record<string, unknown> {
  const [first, ...others] = messages.map(message => notebookWith(message));
  const cells = [first, ...others].flatMap(({ cells }, at) =>
    (cells as object[]).map(cell => ({ ...cell, id: `cell-${at}` }))
  );
  return { ...first, cells };
}

const grid = (viewer: Locator): Locator =>
  viewer.getByRole('grid', { name: 'Differences' });
const rows = (viewer: Locator): Promise<string[]> =>
  grid(viewer).locator('.np-Grid-row > :first-child').allTextContents();
const runs = (viewer: Locator): Locator => viewer.locator('.np-Compare-run');
const head = (viewer: Locator): Locator => viewer.locator('.np-Compare-head');

async function open(page: Lab, tmpPath: string): Promise<Locator> {
  await openNotebook(page, tmpPath, notebook(AFTER, BEFORE));
  const viewer = viewerOf(page, 0);
  await expect(viewer).toBeVisible();
  return viewer;
}

/** Chooses the other profile of the notebook by pointer. */
async function choose(viewer: Locator): Promise<void> {
  await viewer.getByRole('button', { name: /^Compare with/ }).click();
  await viewer.getByRole('menuitemcheckbox').first().click();
  await expect(runs(viewer)).toHaveText(['In[4]', 'In[5]']);
}

async function reload(page: Lab): Promise<void> {
  const options: object = { waitForIsReady: false };
  await page.reload(options);
  await page.notebook.activate('test.ipynb');
}

test('a comparison by mouse', async ({ page, tmpPath }) => {
  const viewer = await open(page, tmpPath);
  await choose(viewer);

  await test.step('what differs stands first, noise can be hidden', async () => {
    await expect(head(viewer)).toContainText(
      '3 functions differ by more than sampling explains, 2 within noise.'
    );
    expect((await rows(viewer)).slice(0, 3)).toEqual([
      'sorted',
      'list.sort',
      'check'
    ]);
    await viewer.getByRole('button', { name: 'Hide noise' }).click();
    expect(await rows(viewer)).toHaveLength(3);
    await viewer.getByRole('button', { name: 'Hide noise' }).click();
    expect(await rows(viewer)).toHaveLength(5);
  });

  await test.step('any column orders the rows', async () => {
    const column = grid(viewer).getByRole('columnheader', { name: 'In[4]' });
    await column.getByRole('button').click();
    await expect(column).toHaveAttribute('aria-sort', 'descending');
    expect((await rows(viewer)).slice(0, 2)).toEqual(['sorted', 'scan']);
    expect(await broken(page)).toEqual([]);
  });

  await test.step('lines are matched by their text', async () => {
    await viewer.getByRole('button', { name: 'Lines', exact: true }).click();
    await viewer.getByRole('button', { name: 'With callees' }).click();
    const line = (text: string): Locator =>
      grid(viewer).getByRole('row').filter({ hasText: text });
    await expect(line('rows = load(path)')).toContainText('within noise');
    await expect(line('rows.sort()')).toContainText('▲ more');
    await expect(line('best = sorted(rows)')).toContainText('▼ less');
    await expect(line('total = fit(rows)')).toContainText('▲ more');
    await shoot(viewer, 'compare-known-lines', 'light');
  });

  await test.step('the flame graph tells, zooms and comes back', async () => {
    await viewer
      .getByRole('button', { name: 'Flame', exact: true })
      .last()
      .click();
    const tree = viewer.getByRole('tree', { name: 'Difference flame graph' });
    await settled(viewer);
    expect(await coloursIn(viewer.locator('canvas:visible'))).toBeGreaterThan(
      4
    );
    const box = (await tree.boundingBox())!;
    const at = { x: box.width * 0.1, y: 30 };
    await tree.hover({ position: at });
    const tip = viewer.locator('.np-Tooltip:visible');
    await expect(tip).toContainText(/In\[4\]\s*\d+\sms/);
    await expect(tip).toContainText('difference');
    const name = await tip.locator('.np-Tooltip-title').textContent();
    await tree.dblclick({ position: at });
    await settled(viewer);
    await tree.hover({ position: { x: box.width * 0.9, y: 30 } });
    await expect(tip.locator('.np-Tooltip-title')).toHaveText(name!);
    expect(await broken(page)).toEqual([]);
    await tree.press('Escape');
    await page.theme.setDarkTheme();
    await shoot(viewer, 'compare-known-flame', 'dark');
    expect(await broken(page)).toEqual([]);
    await page.theme.setLightTheme();
  });
});

test('a comparison by keyboard alone', async ({ page, tmpPath }) => {
  const viewer = await open(page, tmpPath);
  await viewer.getByRole('tab', { name: 'Summary' }).focus();
  const { keyboard } = page;
  const pressed = (name: string): Locator =>
    viewer.getByRole('button', { name, exact: true, pressed: true });

  await test.step('chosen, read and ordered', async () => {
    await keyboard.press('b');
    await expect(viewer.getByRole('menuitemcheckbox').first()).toBeFocused();
    await keyboard.press('Enter');
    await expect(runs(viewer)).toHaveText(['In[4]', 'In[5]']);
    await expect(grid(viewer)).toBeFocused();
    expect(await said(grid(viewer))).toMatch(/^sorted.*450\s?ms.*▼ less$/);
    await keyboard.press('ArrowDown');
    expect(await said(grid(viewer))).toContain('list.sort');
    await keyboard.press('Shift+ArrowLeft');
    await expect(
      grid(viewer).getByRole('columnheader', { name: 'In[5]' })
    ).toHaveAttribute('aria-sort', 'descending');
    await keyboard.press('d');
    await expect(pressed('Hide noise')).toBeVisible();
    await keyboard.press('d');
    await keyboard.press('s');
    await expect(pressed('Shares')).toBeVisible();
    await keyboard.press('s');
    await keyboard.press('w');
    await expect(pressed('With callees')).toBeVisible();
  });

  await test.step('lines, then frames', async () => {
    await keyboard.press('l');
    await expect(pressed('Lines')).toBeVisible();
    await expect(grid(viewer)).toBeFocused();
    await keyboard.press('l');
    const tree = viewer.getByRole('tree', { name: 'Difference flame graph' });
    await expect(tree).toBeFocused();
    await keyboard.press('Home');
    await expect.poll(() => said(tree)).toContain('In[');
    await keyboard.press('ArrowDown');
    const first = await said(tree);
    expect(first).toMatch(/In\[4\] [\d.]+\sm?s, In\[5\] \d+\sms; difference/);
    await keyboard.press('Enter');
    await keyboard.press('Escape');
    await keyboard.press('ArrowRight');
    expect(await said(tree)).not.toBe(first);
    await keyboard.press('l');
    await expect(grid(viewer)).toBeFocused();
  });

  await test.step('ended, and taken back', async () => {
    await keyboard.press('b');
    await keyboard.press('End');
    await keyboard.press('Enter');
    const tab = viewer.getByRole('tab', { name: 'Compare' });
    await expect(tab).toBeHidden();
    await keyboard.press('u');
    await expect(tab).toBeVisible();
  });
});

test('a comparison is found again in the notebook', async ({
  page,
  tmpPath
}) => {
  const viewer = await open(page, tmpPath);
  const tab = page.locator('.np-ProfileTab .np-Viewer');
  await choose(viewer);
  await viewer.getByRole('button', { name: 'Lines', exact: true }).click();
  let link = '';

  await test.step('in a tab, whose link is copied', async () => {
    await viewer.getByRole('button', { name: 'Open in a tab' }).click();
    await expect(runs(tab)).toHaveText(['In[4]', 'In[5]']);
    await tab.getByRole('button', { name: 'More' }).click();
    await tab.getByRole('menuitem', { name: /^Copy link/ }).click();
    link = await tab.getByRole('textbox', { name: 'Link' }).inputValue();
    await expect(tab.getByRole('dialog', { name: 'Link' })).not.toContainText(
      'not in the notebook'
    );
    await page.keyboard.press('Escape');
  });

  await test.step('after a reload', async () => {
    await page.notebook.activate('test.ipynb');
    await reload(page);
    await expect(runs(viewer)).toHaveText(['In[4]', 'In[5]']);
    await expect(
      viewer.getByRole('button', { name: 'Lines', pressed: true })
    ).toBeVisible();
  });

  await test.step('by the link, in a browser that knows nothing of it', async () => {
    await page.evaluate(to => {
      localStorage.clear();
      indexedDB.deleteDatabase('nativeprofile');
      window.location.assign(to);
    }, link);
    await expect(runs(tab)).toHaveText(['In[4]', 'In[5]']);
    await expect(
      tab.getByRole('button', { name: 'Lines', pressed: true })
    ).toBeVisible();
  });
});

test('a file that was compared with is kept, or said to be gone', async ({
  page,
  tmpPath
}) => {
  const viewer = await open(page, tmpPath);
  const file = { ...BEFORE, meta: { ...BEFORE.meta, started: 1_780_000_000 } };
  await viewer.locator('input[type=file]').setInputFiles({
    name: 'baseline.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(file))
  });
  await expect(runs(viewer)).toHaveCount(2);
  await reload(page);
  await expect(runs(viewer)).toHaveCount(2);
  await page.evaluate(
    () =>
      new Promise(done => {
        indexedDB.deleteDatabase('nativeprofile').onsuccess = done;
      })
  );
  await reload(page);
  await expect(head(viewer)).toContainText(
    /In\[4\] perf .* is not compared any more: choose the file baseline.json again/
  );
  expect(await broken(page)).toEqual([]);
  await shoot(viewer, 'compare-gone', 'light');
});
