/** Native source and its machine instructions, by pointer and by keys. */
import { test } from '@jupyterlab/galata/lib/fixtures';
import { expect, type Locator } from '@playwright/test';
import { openNotebook, profileCell, showView } from './lab';
import { broken, settled, shoot } from './look';

/** Line 6 has the division that takes nearly all of the time. */
const SOURCE = `#include <stdint.h>

static uint64_t collatz(uint64_t n)
{
    uint64_t steps = 0;
    for (; n > 1; steps++) n = n % 3 ? (n % 2 ? 3 * n + 1 : n / 2) : n / 3;
    return steps;
}

uint64_t longest(uint64_t limit)
{
    uint64_t best = 0;
    for (uint64_t n = 1; n < limit; n++) {
        uint64_t steps = collatz(n);
        if (steps > best) best = steps;
    }
    return best;
}
`;
/** Builds it beside the notebook; \`zlib\` is a library without debug information. */
const BUILD = `import ctypes, pathlib, subprocess, zlib
pathlib.Path('steps.c').write_text(${JSON.stringify(SOURCE)})
subprocess.run('cc -g -O1 -shared -fPIC -o libsteps.so steps.c'.split(), check=True)
longest = ctypes.CDLL('./libsteps.so').longest
longest.restype, longest.argtypes = ctypes.c_uint64, [ctypes.c_uint64]`;
const WORK = `text = bytes(i * i % 251 for i in range(600_000))
best = longest(2_000_000)
packed = [zlib.compress(text, level) for level in range(1, 9)]
best, len(packed)`;

const pane = (viewer: Locator): Locator => viewer.locator('.np-Asm');
const instructions = (viewer: Locator): Locator =>
  pane(viewer).getByRole('grid');
const lineOf = (viewer: Locator, text: string): Locator =>
  viewer.locator('.np-Source-row').filter({ hasText: text }).first();
/** The number of a line: its text may reach out of sight. */
const numberOf = (viewer: Locator, text: string): Locator =>
  lineOf(viewer, text).locator('.np-Source-number');
const current = (viewer: Locator): Locator =>
  viewer.locator('.np-Asm-row[aria-selected="true"]');
const linked = (viewer: Locator): Locator =>
  viewer.locator('.np-Asm-row.np-mod-linked');

/** Profiles the work, and shows the C file with its instructions. */
async function openCode(
  page: Parameters<typeof openNotebook>[0],
  tmpPath: string
): Promise<Locator> {
  await openNotebook(page, tmpPath, [BUILD, WORK]);
  await page.notebook.runCell(0, true);
  const viewer = await profileCell(page, 1);
  await showView(viewer, 'Source');
  await viewer.locator('.np-Source-picker').click();
  await viewer
    .getByRole('menuitemradio')
    .filter({ hasText: 'steps.c' })
    .click();
  await expect(lineOf(viewer, 'for (; n > 1')).toContainText('%');
  return viewer;
}

test('native source and its instructions in light and dark', async ({
  page,
  tmpPath
}) => {
  const viewer = await openCode(page, tmpPath);
  await page.keyboard.press('d');
  await expect(instructions(viewer)).toHaveAttribute(
    'aria-label',
    /Instructions of (longest|collatz)/
  );
  for (const [name, theme] of [
    ['light', 'JupyterLab Light'],
    ['dark', 'JupyterLab Dark']
  ]) {
    await page.theme.setTheme(theme);
    await numberOf(viewer, 'for (; n > 1').click();
    await expect(linked(viewer).first()).toBeVisible();
    await settled(viewer);
    await shoot(viewer, 'native', name);
    expect(await broken(page), theme).toEqual([]);
  }
});

test('instructions by pointer and by keys', async ({ page, tmpPath }) => {
  const viewer = await openCode(page, tmpPath);

  await test.step('a key shows them, with what they cost', async () => {
    await page.keyboard.press('d');
    await expect(pane(viewer)).toBeVisible();
    await expect(
      viewer.getByRole('button', { name: 'Instructions' })
    ).toHaveAttribute('aria-pressed', 'true');
    await expect(current(viewer)).toContainText(/\d\s%\s±\d/);
    await expect(pane(viewer).locator('.np-Asm-note')).toBeHidden();
  });

  await test.step('a line and its instructions lead to each other', async () => {
    await numberOf(viewer, 'best = steps').click();
    await expect(linked(viewer).first()).toContainText('15');
    await linked(viewer).first().click();
    await expect(
      viewer.locator('.np-Source-row[aria-selected="true"]')
    ).toContainText('best = steps');
  });

  await test.step('keys travel, and follow a jump', async () => {
    await instructions(viewer).focus();
    await page.keyboard.press('Home');
    await expect(current(viewer)).toContainText('+0');
    await page.keyboard.press('n');
    await expect(current(viewer)).toContainText('%');
    await page.keyboard.press('End');
    await expect(current(viewer)).toContainText('ret');
    const jumps = viewer.locator('.np-Asm-row').filter({
      has: page.locator('.np-Asm-mnemonic', { hasText: /^j/ })
    });
    await jumps.first().click();
    const goal = /\+0x([0-9a-f]+)/.exec(
      (await current(viewer).textContent())!
    )!;
    await page.keyboard.press('Enter');
    await expect(current(viewer)).toContainText(`+${goal[1]}`);
    expect(await broken(page)).toEqual([]);
  });

  await test.step('a function without source has its code alone', async () => {
    await viewer.locator('.np-Source-picker').click();
    await viewer
      .getByRole('menuitem')
      .filter({ hasText: 'libz' })
      .first()
      .click();
    await expect(instructions(viewer)).toHaveAttribute(
      'aria-label',
      /Instructions of libz/
    );
    await expect(viewer.locator('.np-Source-grid')).toBeHidden();
    await expect(pane(viewer).locator('.np-Asm-note')).toContainText(
      'no debug information'
    );
    await expect(current(viewer)).toContainText('%');
  });

  await test.step('Python has none: native functions are offered', async () => {
    await viewer.locator('.np-Source-picker').click();
    await viewer
      .getByRole('menuitemradio')
      .filter({ hasText: 'In[2]' })
      .click();
    await expect(pane(viewer)).toContainText('Python has no machine code');
    await pane(viewer)
      .getByRole('button', { name: /^longest/ })
      .click();
    await expect(instructions(viewer)).toHaveAttribute(
      'aria-label',
      'Instructions of longest'
    );
    await expect(lineOf(viewer, 'for (; n > 1')).toBeVisible();
  });

  await test.step('what the server does not give is said', async () => {
    await page.route(/nativeprofile\/disassembly/, route =>
      route.fulfill({
        status: 409,
        contentType: 'application/json',
        body: JSON.stringify({ message: 'Another file.', remedy: 'Run again.' })
      })
    );
    await viewer.getByRole('button', { name: 'Open in a tab' }).click();
    const tab = page.locator('.np-ProfileTab .np-Viewer');
    await expect(pane(tab).locator('.np-Asm-note')).toHaveText(
      'Another file. Run again.'
    );
    await expect(tab.locator('.np-Asm-row').first()).toContainText('%');
    await settled(tab);
    await page.screenshot({
      path: 'ui-tests/test-results/views/native-tab.png'
    });
  });
});
