/** A saved profile of several values, threads, processes: choosing what is shown. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from '@jupyterlab/galata/lib/fixtures';
import { expect } from '@playwright/test';
import {
  cellsOf,
  MIME_TYPE,
  notebookOf,
  openNotebook,
  showView,
  viewerOf
} from './lab';
import { broken, settled, shoot, VIEWS } from './look';

const root = join(__dirname, '..', '..');

/** A notebook in which one cell has the profile of sample.py as its output. */
function saved(): Record<string, unknown> {
  const sample = join(root, 'ui-tests', 'sample.py');
  const python = join(root, '.venv', 'bin', 'python');
  const message: unknown = JSON.parse(
    execFileSync(python, [sample], { encoding: 'utf8' })
  );
  const notebook = notebookOf(['work()']) as { cells: { outputs: unknown }[] };
  notebook.cells[0].outputs = [
    {
      output_type: 'display_data',
      metadata: {},
      data: { [MIME_TYPE]: message }
    }
  ];
  return notebook as unknown as Record<string, unknown>;
}

test('what is measured and of which thread, by pointer and by keyboard', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, tmpPath, saved());
  const viewer = viewerOf(page, 0);
  await expect(viewer).toBeVisible();
  const bar = viewer.locator('.np-Bar');
  const value = viewer.locator('.np-Picker.np-mod-value');
  const lane = viewer.locator('.np-Picker.np-mod-lane');

  await test.step('the pointer chooses wall time: every view follows', async () => {
    await expect(value).toHaveText('CPU time');
    await expect(bar).not.toHaveAttribute('aria-label', /waiting for I\/O/);
    await value.click();
    await viewer.getByRole('menuitemradio', { name: 'Wall time' }).click();
    await expect(value).toHaveText('Wall time');
    // Wall time begins with the cell's own thread; all are one click away.
    await expect(lane).toHaveText(/the cell’s own/);
    await viewer.locator('.np-mod-all').click();
    await expect(lane).toHaveText('All threads');
    await expect(bar).toHaveAttribute('aria-label', /waiting for I\/O 21/);
    await expect(viewer.locator('.np-Summary-main h3').first()).toContainText(
      'wall time'
    );
    for (const view of ['Flame', 'Graph']) {
      await showView(viewer, view);
      await expect(viewer.locator('.np-Key:visible')).toContainText('sleeping');
    }
    await showView(viewer, 'Table');
    await expect(
      viewer.getByRole('columnheader', { name: 'Self, CPU time' })
    ).toBeVisible();
  });

  await test.step('the keyboard chooses a thread, and all of them again', async () => {
    const tab = viewer.getByRole('tab', { name: 'Table' });
    await tab.focus();
    await page.keyboard.press('t');
    const entries = viewer.getByRole('menuitemradio');
    await expect(entries.first()).toBeFocused();
    await expect(entries).toHaveCount(9);
    for (let i = 0; i < 3; i++) {
      await page.keyboard.press('ArrowDown');
    }
    const focused = viewer.locator('.np-Menu button:focus');
    await expect(focused).toContainText(/fetch/);
    await page.keyboard.press('Enter');
    await expect(lane).toHaveText(/fetch/);
    // Where a key opened a menu, there the focus is afterwards.
    await expect(tab).toBeFocused();
    await expect(bar).toHaveAttribute('aria-label', /^Python 20/);
    await lane.press('Enter');
    await page.keyboard.press('End');
    await expect(entries.last()).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(viewer.locator('.np-Menu')).toHaveCount(0);
    await lane.press('t');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await expect(lane).toHaveText('All threads');
    // The notebook's own keys heard nothing of all that.
    expect(await cellsOf(page)).toHaveLength(1);
  });

  await test.step('charged threads are shown where they ran, and back', async () => {
    const rows = viewer.locator('.np-Grid-row');
    await viewer.getByRole('button', { name: 'Lines' }).click();
    const matmul = rows.filter({ hasText: '(a @ a).sum()' });
    const before = await matmul.textContent();
    await viewer.getByRole('button', { name: 'Lines' }).focus();
    await page.keyboard.press('a');
    await expect(matmul).not.toHaveText(before!);
    await page.keyboard.press('a');
    await expect(matmul).toHaveText(before!);
  });

  await test.step('the table in groups, with chosen columns, by pointer', async () => {
    const rows = viewer.locator('.np-Grid-row');
    await viewer.getByRole('button', { name: 'Lines' }).click();
    await viewer.getByRole('button', { name: 'No groups' }).click();
    await viewer.getByRole('menuitemradio', { name: 'By module' }).click();
    const group = rows.filter({ hasText: /functions?/ });
    const closed = await rows.count();
    await expect(group).toHaveCount(closed);
    const cell = group.filter({ hasText: 'In[5]' });
    const size = cell.getByText(/^\d+ functions$/);
    const members = /\d+/.exec((await size.textContent())!)!;
    await cell.click();
    await expect(rows).toHaveCount(closed + Number(members[0]));
    await viewer.getByRole('button', { name: 'Columns' }).click();
    const place = viewer.getByRole('menuitemcheckbox', { name: 'Place' });
    await place.click();
    await expect(place).toHaveAttribute('aria-checked', 'false');
    await page.keyboard.press('Escape');
    const head = viewer.getByRole('columnheader', { name: 'Place' });
    await expect(head).toHaveCount(0);
    await shoot(viewer, 'table-groups', 'light');
    expect(await broken(page)).toEqual([]);
  });

  await test.step('callers and callees, by keyboard', async () => {
    const callers = viewer.getByRole('grid', { name: 'Callers' });
    const callees = viewer.getByRole('grid', { name: 'Callees' });
    const middle = viewer.locator('.np-Sandwich-name strong');
    await viewer.getByRole('treegrid', { name: 'Functions' }).focus();
    await page.keyboard.press('g');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    const table = viewer.getByRole('grid', { name: 'Functions' });
    await table.focus();
    await page.keyboard.press('Shift+ArrowUp');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Home');
    await page.keyboard.press('s');
    const first = (await middle.textContent())!;
    await page.keyboard.press('Tab');
    await expect(callers).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(middle).not.toHaveText(first);
    await expect(callees.getByRole('row', { name: first })).toHaveCount(1);
    await page.keyboard.press('Escape');
    await expect(middle).toHaveText(first);
    for (let i = 0; i < 2; i++) {
      await callers.press('ArrowDown');
      await callers.press('Enter');
    }
    await expect(middle).toHaveText('fetch');
    await shoot(viewer, 'table-sandwich', 'light');
    expect(await broken(page)).toEqual([]);
    await table.press('s');
    await expect(callers).toBeHidden();
  });

  await test.step('both themes', async () => {
    for (const [name, theme] of [
      ['light', 'JupyterLab Light'],
      ['dark', 'JupyterLab Dark'],
      ['contrast', 'JupyterLab Dark High Contrast']
    ]) {
      await page.theme.setTheme(theme);
      for (const view of VIEWS) {
        await showView(viewer, view);
        await shoot(viewer, `wall-${view}`, name);
        expect(await broken(page), `${view} in ${theme}`).toEqual([]);
      }
      await lane.click();
      await settled(viewer);
      await shoot(viewer, 'wall-threads', name);
      expect(await broken(page), `menu in ${theme}`).toEqual([]);
      await page.keyboard.press('Escape');
    }
  });
});
