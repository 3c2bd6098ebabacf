/** Profiles of many samples: a worker computes while the page goes on. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from '@jupyterlab/galata/lib/fixtures';
import { expect, type Locator, type Page } from '@playwright/test';
import { randomProgram } from '../../src/testing/program';
import { notebookWith, openNotebook, showView, viewerOf } from './lab';

const NOTEBOOK = notebookWith(randomProgram(30_000, 5));

/** Filters by pointer and by keyboard, from view to view. */
async function explore(page: Page, viewer: Locator): Promise<void> {
  const body = viewer.locator('.np-Body');
  const said = viewer.locator('[aria-live]');
  await showView(viewer, 'Table');
  const count = viewer.locator('.np-Tools-text').first();
  const folded = await count.textContent();
  await page.keyboard.press('p');
  await expect(said).toHaveText('Interpreter frames are shown.');
  await expect(body).not.toHaveAttribute('aria-busy', 'true');
  await expect(count).not.toHaveText(folded!);
  await viewer.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitemcheckbox', { name: /Interpreter/ }).click();
  await expect(count).toHaveText(folded!);
  for (const name of ['Flame', 'Graph', 'Timeline', 'Source']) {
    await showView(viewer, name);
    await expect(viewer.locator('.np-View:visible')).toHaveCount(1);
  }
}

test('a worker in JupyterLab, gone with its cell', async ({
  page,
  tmpPath
}) => {
  const ours = () =>
    page.workers().filter(worker => worker.url().includes('nativeprofile'));
  await openNotebook(page, tmpPath, NOTEBOOK);
  const viewer = viewerOf(page, 0);
  await expect(viewer).toBeVisible();
  expect(ours()).toHaveLength(1);
  await explore(page, viewer);
  await page.menu.clickMenuItem('Edit>Clear Cell Output');
  await expect.poll(() => ours().length).toBe(0);
});

test('a worker in a standalone page, under its policy', async ({ browser }) => {
  const folder = mkdtempSync(join(tmpdir(), 'nativeprofile-'));
  const context = await browser.newContext();
  try {
    const [saved, html] = ['large.ipynb', 'large.html'].map(name =>
      join(folder, name)
    );
    writeFileSync(saved, JSON.stringify(NOTEBOOK));
    const program = join(process.cwd(), '.venv', 'bin', 'nativeprofile');
    execFileSync(program, ['report', saved, '--html', '-o', html]);
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('console', line => {
      if (line.type() === 'error') {
        faults.push(line.text());
      }
    });
    await page.goto(pathToFileURL(html).href);
    const viewer = page.locator('.np-Viewer');
    await expect(viewer).toBeVisible();
    expect(page.workers()).toHaveLength(1);
    await explore(page, viewer);
    expect(faults).toEqual([]);
  } finally {
    await context.close();
    rmSync(folder, { recursive: true });
  }
});
