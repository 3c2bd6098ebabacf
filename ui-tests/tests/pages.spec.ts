/** The viewer where there is no JupyterLab: a page of its own, a frame in another's. */
import { expect, type Frame, type Locator, type Page } from '@playwright/test';
import { test } from './alone';
import { coloursIn, showView } from './lab';
import { broken, settled, VIEWS } from './look';

const CANVAS = ['Flame', 'Graph', 'Timeline'];

/** A host that allows inline scripts and nothing from elsewhere, as VS Code does. */
const INLINE =
  "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src https: data:; child-src https: data:";
/** A host that allows no script but its own files. */
const STRICT = "script-src 'self'";

/** Every view has something to show; by keys, too. */
async function useViews(within: Page | Frame): Promise<void> {
  const viewer = within.locator('.np-Viewer');
  await expect(viewer).toBeVisible();
  for (const view of VIEWS) {
    await showView(viewer, view);
    await settled(viewer);
    if (CANVAS.includes(view)) {
      const canvas = viewer.locator('.np-Stage:visible canvas').first();
      await expect.poll(() => coloursIn(canvas), view).toBeGreaterThan(3);
    } else {
      await expect(viewer.locator('.np-View:visible')).toContainText('%');
    }
    expect(await broken(within), view).toEqual([]);
  }
  await expect(
    viewer.locator('.np-View:visible').getByRole('grid')
  ).toBeVisible();
  await viewer.press('5');
  const line = viewer.getByRole('gridcell', { name: /^ordered = sorted/ });
  await expect(line).toBeVisible();
}

test('the report is one file that needs nothing', async ({ alone }) => {
  const html = alone.report('--html');
  const page = await alone.open(html);
  await useViews(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(page.locator('body')).toHaveAttribute(
    'data-jp-theme-light',
    'false'
  );
  expect(alone.wrong).toEqual([]);
});

test('the viewer in a frame of a page with a policy of its own', async ({
  alone
}) => {
  const fragment = alone.report('--html', 'interactive');
  console.log(`a frame with the sample in it: ${fragment.length} bytes`);
  const within = (policy: string): string =>
    `<!DOCTYPE html><html lang="en"><title>A page</title><meta http-equiv="Content-Security-Policy" content="${policy}"><main><h1>A page</h1>${fragment}</main>`;

  await test.step('which allows inline scripts', async () => {
    const page = await alone.open(within(INLINE));
    const frame = (await (await page.$('iframe'))!.contentFrame())!;
    await useViews(frame);
    await expect(frame.locator('.np-still')).toHaveCount(0);
    // Without an origin it reaches nothing of the page.
    const origin = await frame.evaluate(() => {
      try {
        return String(window.parent.document.title);
      } catch (error) {
        return (error as Error).name;
      }
    });
    expect(origin).toBe('SecurityError');
    expect(await broken(page, 'main')).toEqual([]);
    expect(alone.wrong).toEqual([]);
  });

  await test.step('which allows none: the picture is shown', async () => {
    const page = await alone.open(within(STRICT));
    const frame = (await (await page.$('iframe'))!.contentFrame())!;
    await expect(frame.locator('.np-still img')).toBeVisible();
    await expect(frame.locator('.np-still')).toContainText('dgemm_kernel');
    await expect(frame.locator('.np-Viewer')).toHaveCount(0);
  });
});

test('a frame is as dark as the page around says, else as the system', async ({
  alone
}) => {
  const fragment = alone.report('--html', 'interactive');
  const page = await alone.open(
    `<!DOCTYPE html><html lang="en"><title>A page</title><body><main>${fragment}</main>`
  );
  const frame = (await (await page.$('iframe'))!.contentFrame())!;
  const body = frame.locator('body');
  const isDark = (dark: boolean): Promise<void> =>
    expect(body).toHaveAttribute('data-jp-theme-light', String(!dark));
  /** Sets an attribute of the page's `html` or `body`; null: takes it away. */
  const mark = (on: 'html' | 'body', name: string, value: string | null) =>
    page.evaluate(
      ([on, name, value]) => {
        const node = document.querySelector(on!)!;
        if (value === null) {
          node.removeAttribute(name!);
        } else {
          node.setAttribute(name!, value);
        }
      },
      [on, name, value]
    );
  await expect(frame.locator('.np-Viewer')).toBeVisible();
  await isDark(false);

  for (const [host, on, name, dark, light] of [
    ['VS Code', 'body', 'class', 'vscode-dark', 'vscode-light'],
    [
      'VS Code in high contrast',
      'body',
      'class',
      'vscode-high-contrast',
      'vscode-high-contrast vscode-high-contrast-light'
    ],
    ['Colab', 'html', 'theme', 'dark', 'light'],
    ['JupyterLab', 'body', 'data-jp-theme-light', 'false', 'true'],
    ['a site', 'html', 'data-theme', 'dark', 'light']
  ] as const) {
    await test.step(host, async () => {
      // From light: what was dark before would be taken for the answer.
      await page.emulateMedia({ colorScheme: 'light' });
      await isDark(false);
      await mark(on, name, dark);
      await isDark(true);
      const left = () => frame.locator('.np-Viewer').boundingBox();
      // What tells it is cut off; nothing of the viewer is.
      await expect
        .poll(async () => (await left())!.x)
        .toBe((await page.locator('main').boundingBox())!.x);
      await page.emulateMedia({ colorScheme: 'dark' });
      await mark(on, name, light);
      await isDark(false);
      await mark(on, name, null);
      await isDark(true);
    });
  }

  await test.step('out of sight it says nothing else', async () => {
    await page.emulateMedia({ colorScheme: 'light' });
    await isDark(false);
    await mark('body', 'class', 'vscode-dark');
    await isDark(true);
    await page.evaluate(() => {
      document.body.style.paddingBottom = '3000px';
      window.scrollTo(0, 2000);
    });
    await expect(page.locator('iframe')).not.toBeInViewport();
    await isDark(true);
  });
  expect(alone.wrong).toEqual([]);
});

test('fifty profiles: only what is in sight is read and drawn', async ({
  alone
}) => {
  const html = alone.report('--html');
  const [section] = /<section>.*?<\/section>/s.exec(html)!;
  const page = await alone.open(html.replace(section, section.repeat(50)));
  const viewers = page.locator('.np-Viewer');
  await expect(viewers.first()).toBeVisible();
  await settled(viewers.first());
  expect(await viewers.count()).toBeLessThan(8);
  expect(await page.locator('.np-Waiting').count()).toBeGreaterThan(40);
  const first: Locator = viewers.first();
  await showView(first, 'Flame');
  await settled(first);
  const width = (): Promise<number> =>
    first
      .locator('.np-Stage canvas')
      .evaluate(node => (node as HTMLCanvasElement).width);
  expect(await width()).toBeGreaterThan(0);

  // By keys as by wheel: the last one is made when it is reached.
  await page.locator('body').press('End');
  await expect(
    page.locator('body > section').last().locator('.np-Viewer')
  ).toBeInViewport();
  await expect.poll(width, 'out of sight it holds no pixels').toBe(0);
  await page.evaluate(() => window.scrollTo(0, 0));
  await expect.poll(width).toBeGreaterThan(0);
  await expect
    .poll(() => coloursIn(first.locator('.np-Stage canvas')))
    .toBeGreaterThan(3);
  expect(alone.wrong).toEqual([]);
});
