/** Check 17: JupyterLab below a path, as behind a hub's proxy. */
import { expect, test } from '@playwright/test';
import { notebookOf, PROFILE, WORK } from './lab';

test('check 17: everything works below /user/x/, and asks nobody else', async ({
  page,
  request,
  baseURL
}) => {
  const { protocol, hostname, port } = new URL(baseURL!);
  const hub = `${protocol}//${hostname}:${Number(port) + 1}/user/x`;
  const elsewhere: string[] = [];
  await page.route(
    url => /^(https?|wss?):/.test(url.href) && !url.href.includes(`/user/x/`),
    route => {
      elsewhere.push(route.request().url());
      return route.abort();
    }
  );
  await request.put(`${hub}/api/contents/hub.ipynb`, {
    data: { type: 'notebook', format: 'json', content: notebookOf([WORK]) }
  });
  await page.goto(`${hub}/lab/tree/hub.ipynb`);
  const toolbar = page.locator('.jp-NotebookPanel-toolbar');
  await expect(page.locator('.jp-Notebook-ExecutionIndicator')).toHaveAttribute(
    'data-status',
    'idle',
    { timeout: 60_000 }
  );
  await page.locator('.jp-CodeCell').first().click();

  const engines = page.waitForResponse(`${hub}/nativeprofile/engines*`);
  await toolbar.locator('.np-EngineButton').click();
  expect((await engines).status()).toBe(200);
  await expect(page.locator('.np-EngineMenu .lm-Menu-item')).not.toHaveCount(0);
  await page.keyboard.press('Escape');

  await toolbar.locator(`[data-command="${PROFILE}"]`).click();
  await expect(page.locator('.np-Viewer .np-Row').first()).toBeVisible({
    timeout: 30_000
  });
  expect(elsewhere).toEqual([]);
});
