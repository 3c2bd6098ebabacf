/** The flame graph of a known profile: by pointer, and all of it again by keyboard alone. */
import { test } from '@jupyterlab/galata/lib/fixtures';
import type { IJupyterLabPageFixture as Lab } from '@jupyterlab/galata/lib/jupyterlabpage';
import { expect } from '@playwright/test';
import { profileFromText } from '../../src/testing/profileFromText';
import { wireMessage } from '../../src/testing/wireMessage';
import { FlameGraph } from './flameGraph';
import { notebookWith, openNotebook, showView, viewerOf } from './lab';
import { broken, said, shoot } from './look';

const SOURCE = `rows = load(path)
total = fit(rows)`;
/** `load` takes 5/12 of the width, `fit` 3/12, three more threads the rest. */
const NOTEBOOK = notebookWith(
  wireMessage(
    profileFromText(
      `
      In[5]:1; load:7; json.loads:3; libjson!scan  210
      In[5]:1; load:8                               40
      In[5]:2; fit:4; numpy!dgemm                  110
      In[5]:2; fit:4; numpy!dgemm; kernel!fault     40  kernel
      serve:2; numpy!dgemm                          90  [pool]
      serve:2; json.dumps:9                         60  [feeder]
      serve:2; kernel!wait                          50  lock  [watcher]
    `,
      {
        unit: 'ns',
        quality: { samples: 600 },
        meta: { wall_ns: 600, cpu_ns: 600 },
        summary: { total: 600, categories: { python: 100, extension: 400 } },
        cells: [{ name: 'In[5]', prompt: 5, id: null, source: SOURCE }]
      }
    )
  )
);

async function openViewer(page: Lab, tmpPath: string): Promise<FlameGraph> {
  await openNotebook(page, tmpPath, NOTEBOOK);
  const viewer = viewerOf(page, 0);
  await expect(viewer).toBeVisible();
  return new FlameGraph(viewer);
}

test('the flame graph by mouse', async ({ page, tmpPath }) => {
  const flame = await openViewer(page, tmpPath);
  const { viewer, changes, tip, whole } = flame;
  await showView(viewer, 'Flame');
  await flame.shows(0.1, 1, 'load');

  await test.step('a frame is hidden, folded and focused on by its menu', async () => {
    await flame.context(0.1, 1, /^Hide/);
    await flame.shows(0.1, 1, 'loads');
    await flame.context(0.1, 1, /^Fold/);
    await flame.point(0.1, 2);
    await expect(tip).toBeHidden();
    await flame.context(0.4, 1, /^Only this/);
    await flame.shows(0.9, 0, 'fit');
    await expect(changes).toHaveText('3 changes');
    await changes.click();
    await viewer.getByRole('menuitem', { name: '✕ Only fit' }).click();
    await flame.shows(0.1, 1, 'loads');
    await viewer.getByRole('button', { name: 'More' }).click();
    await viewer.getByRole('menuitem', { name: /^Undo/ }).click();
    await flame.shows(0.9, 0, 'fit');
    await changes.click();
    await viewer.getByRole('menuitem', { name: 'Take all back' }).click();
    await flame.shows(0.1, 1, 'load');
  });

  await test.step('in the order of time threads stand side by side', async () => {
    await flame.choose('Costliest first', 'In order of time');
    // Above the frames stands a row of names.
    await flame.shows(0.7, 1, 'serve');
    await expect(tip).toContainText('pool');
    await flame.shows(0.85, 1, 'serve');
    await expect(tip).toContainText('feeder');
    await flame.point(0.7, 0);
    await expect(tip).toBeHidden();
  });

  await test.step('leaves first', async () => {
    await flame.choose('In order of time', 'Leaves first');
    await flame.shows(0.1, 0, 'scan');
    await flame.choose('Leaves first', 'Costliest first');
  });

  await test.step('by line, by module, and in the colours of modules', async () => {
    await flame.choose('By function', 'By line');
    await flame.shows(0.1, 0, 'rows = load(path)');
    await flame.choose('By line', 'By module');
    await flame.shows(0.1, 1, 'm');
    const key = viewer.getByLabel('Colours of modules');
    await expect(key).toBeHidden();
    await flame.choose('By module', 'Colour by module');
    await expect(key).toContainText('numpy');
    await flame.choose('By module', 'By function');
  });

  await test.step('a double click, the wheel and dragging move', async () => {
    await page.mouse.dblclick(...(await flame.at(0.1, 1)));
    await flame.shows(0.9, 1, 'load');
    await whole.click();
    await flame.shows(0.5, 1, 'fit');
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -300);
    await page.keyboard.up('Control');
    await expect(whole).toBeVisible();
    await flame.shows(0.9, 1, 'fit');
    await page.mouse.down();
    // A drag that ends outside ends, too.
    await page.mouse.move(...(await flame.at(-0.05, 1)), { steps: 4 });
    await page.mouse.up();
    await flame.shows(0.9, 0, 'serve');
    await whole.click();
    await flame.shows(0.1, 0, 'In[5]');
  });
});

test('the flame graph by keyboard alone', async ({ page, tmpPath }) => {
  const flame = await openViewer(page, tmpPath);
  const { viewer, changes, tree, tools, whole } = flame;
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) {
      await page.keyboard.press(key);
    }
  };
  const says = (pattern: RegExp): Promise<void> =>
    expect.poll(() => said(tree)).toMatch(pattern);
  await viewer.getByRole('tab', { name: 'Summary' }).focus();
  await press('2');
  await expect(tree).toBeFocused();

  await test.step('along the calls, closer and back', async () => {
    await press('Home');
    await says(/^In\[5\]/);
    await press('ArrowDown');
    await says(/^load/);
    await press('ArrowRight');
    await says(/^fit/);
    await press('Enter');
    await expect(whole).toBeVisible();
    await press('Escape');
    await expect(whole).toBeHidden();
    await press('+');
    await expect(whole).toBeVisible();
    await press('0');
    await expect(whole).toBeHidden();
  });

  await test.step('hidden, undone, done again, folded, focused on', async () => {
    await press('Home', 'ArrowDown', 'h');
    await says(/^In\[5\]/);
    await expect(changes).toBeVisible();
    await press('Control+z');
    await expect(changes).toBeHidden();
    await press('Control+Shift+z', 'ArrowDown');
    await says(/^loads/);
    await press('u', 'u', 'Home', 'ArrowDown', 'c');
    await says(/^load, .* 42\s% itself/);
    await press('u', 'Home', 'ArrowDown', 'ArrowRight', 'f', 'Home');
    await says(/^fit, .*: 25\s%/);
    await press('u', 'Home');
    await says(/^In\[5\]/);
  });

  await test.step('the menu of a frame', async () => {
    await press('ArrowDown', 'm');
    await expect(
      viewer.getByRole('menuitem', { name: /^Zoom in/ })
    ).toBeFocused();
    await press('ArrowDown', 'ArrowDown', 'Enter');
    await expect(tree).toBeFocused();
    await says(/^In\[5\]/);
    await expect(changes).toBeVisible();
    await press('u');
    await expect(changes).toBeHidden();
  });

  await test.step('orders, and what is one frame', async () => {
    await press('l', 'ArrowDown', 'Enter', 'Home');
    await expect(tools).toContainText('In order of time');
    await says(/ of MainThread \(the cell’s own\)$/);
    await press('ArrowRight');
    await says(/^serve, .* of pool 1$/);
    await press('i', 'Home');
    await says(/^scan/);
    await press('i', 'g', 'ArrowDown', 'Enter', 'Home');
    await says(/^rows = load\(path\)/);
    await press('u', 'u');
    await expect(tools).toContainText('By function');
  });

  await test.step('from match to match', async () => {
    await press('/');
    await page.keyboard.type('dgemm');
    await press('Shift+Enter');
    await expect(tree).toBeFocused();
    await expect(tools).toContainText(/matches: 40\s% in 2 frames/);
    await press('n');
    await says(/^dgemm, .*: 25\s%/);
    await press('n');
    await says(/^dgemm, .*: 15\s%/);
    await press('N');
    await says(/^dgemm, .*: 25\s%/);
    await press('Escape');
    await expect(tools).not.toContainText('matches');
  });
});

test('threads and modules in every theme', async ({ page, tmpPath }) => {
  const flame = await openViewer(page, tmpPath);
  await showView(flame.viewer, 'Flame');
  await flame.choose('Costliest first', 'In order of time');
  await flame.choose('By function', 'Colour by module');
  for (const [name, theme] of [
    ['light', 'JupyterLab Light'],
    ['dark', 'JupyterLab Dark'],
    ['contrast', 'JupyterLab Dark High Contrast']
  ]) {
    await page.theme.setTheme(theme);
    await shoot(flame.viewer, 'threads', name);
    expect(await broken(page), theme).toEqual([]);
  }
});
