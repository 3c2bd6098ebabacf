/** What is saved: read again without a kernel, elsewhere, by others. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from '@jupyterlab/galata/lib/fixtures';
import { expect, type BrowserContext } from '@playwright/test';
import {
  cellsOf,
  coloursIn,
  kernelIdle,
  MIME_TYPE,
  notebookOf,
  openNotebook,
  profileButton,
  profileCell,
  profileOf,
  showView,
  viewerOf,
  WORK,
  type ICellJSON
} from './lab';

/** Categories of time off the CPU, which is measured and not sampled. */
const OFF_CPU = new Set(['waiting', 'io', 'sleep', 'lock', 'gil', 'queued']);

const BY_VALUE = `def by_value(row):
    return -row["v"]`;
const SORT = `rows = [{"v": i * 7919 % 10007} for i in range(200_000)]
def pipeline():
    best = sorted(rows, key=by_value)
    return [row["v"] + 1 for row in best]
for _ in range(10):
    r = pipeline()`;
const NATIVE = `import numpy as np
a = np.random.default_rng(0).random((700, 700))
for _ in range(25):
    b = a @ a`;
const LOOP = `total = 0
for i in range(12_000_000):
    total += i * i`;

test('checks 13, 17, 24: saved, reloaded without kernel and network', async ({
  page,
  tmpPath,
  baseURL
}) => {
  const origin = new URL(baseURL!).origin;
  const foreign: string[] = [];
  await page.route(
    url => !url.href.startsWith(origin) && /^(https?|wss?):/.test(url.href),
    route => {
      foreign.push(route.request().url());
      return route.abort();
    }
  );
  await openNotebook(page, tmpPath, [WORK]);
  await profileCell(page, 0);

  await test.step('check 24: size, and a second run replaces', async () => {
    for (let i = 0; i < 2; i++) {
      await profileButton(page).click();
      // The kernel is idle before it hears of the run, too: the prompt tells the end.
      await expect
        .poll(async () => (await cellsOf(page))[0].execution_count, {
          timeout: 60_000
        })
        .toBe(i + 2);
      await kernelIdle(page);
    }
    const [cell] = await cellsOf(page);
    const profiles = cell.outputs!.filter(o => o.data?.[MIME_TYPE]);
    expect(profiles).toHaveLength(1);
    const size = JSON.stringify(profiles).length;
    console.log(`saved output of a 1 s cell: ${size} bytes`);
    expect(size).toBeLessThan(100_000);
  });

  await page.notebook.save();
  await page.evaluate(() =>
    window.jupyterapp.serviceManager.sessions.shutdownAll()
  );
  // The notebook comes back by itself, the launcher that Galata waits for not.
  const options: object = { waitForIsReady: false };
  await page.reload(options);
  await page.notebook.activate('test.ipynb');
  // Whatever kernel JupyterLab has started for the opened notebook goes, too.
  await kernelIdle(page);
  await page.evaluate(() =>
    window.jupyterapp.serviceManager.sessions.shutdownAll()
  );

  await test.step('check 13: interactive, with no kernel', async () => {
    const viewer = viewerOf(page, 0);
    await expect(viewer).toBeVisible();
    await showView(viewer, 'Flame');
    const canvas = viewer.locator('.np-Stage:visible canvas');
    await expect.poll(() => coloursIn(canvas)).toBeGreaterThan(3);
    const box = (await canvas.boundingBox())!;
    await page.mouse.dblclick(box.x + box.width / 3, box.y + 50);
    await expect(
      viewer.getByRole('button', { name: 'Whole cell' })
    ).toBeVisible();
    await viewer.getByRole('combobox', { name: /^Search/ }).fill('key');
    await expect(viewer.locator('.np-Search-share')).toContainText('%');
  });
  expect(foreign, 'check 17: nothing but the Lab is asked').toEqual([]);
});

test('checks 19, 20, 21: what the saved numbers say', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, tmpPath, [BY_VALUE, SORT, NATIVE, LOOP]);
  await page.notebook.runCell(0, true);
  for (const index of [1, 2, 3]) {
    await profileCell(page, index);
  }
  const [, sort, native, loop] = (await cellsOf(page)).map(profileOf);
  test.skip(
    sort!.meta.engine !== 'perf',
    'only perf sees native code in its stacks'
  );
  const named = (
    profile: typeof sort,
    name: string | RegExp
  ): NonNullable<typeof sort>['summary']['functions'][number] | undefined =>
    profile!.summary.functions.find(f =>
      typeof name === 'string' ? f.name === name : name.test(f.name)
    );
  const share = (profile: typeof sort, ...names: string[]): number => {
    const { categories } = profile!.summary;
    const of = (some: string[]): number =>
      some.reduce((sum, name) => sum + (categories[name] ?? 0), 0);
    const sampled = Object.keys(categories).filter(n => !OFF_CPU.has(n));
    return of(names) / of(sampled);
  };

  await test.step('check 19: callbacks under what calls them', async () => {
    const total = sort!.summary.total;
    const callback = named(sort, 'by_value')!;
    const caller = named(sort, 'pipeline')!;
    expect(callback.file).toBe('In[1]');
    expect(caller.file).toBe('In[2]');
    expect(caller.inclusive).toBeGreaterThan(callback.inclusive);
    expect(caller.inclusive).toBeLessThanOrEqual(total * 1.001);
    const outside = sort!.summary.functions.filter(f =>
      /ipykernel|asyncio|traitlets|IPython|importlib/.test(f.file ?? '')
    );
    expect(outside).toEqual([]);
  });

  await test.step('check 20: native code by symbol and library', async () => {
    const gemm = named(native, /gemm/i)!;
    expect(gemm.file).toMatch(/openblas|blas|mkl/i);
    expect(gemm.category).toBe('extension');
  });

  await test.step('check 21: the split', async () => {
    for (const profile of [sort, native, loop]) {
      const { categories, total } = profile!.summary;
      const sum = Object.entries(categories)
        .filter(([name]) => !OFF_CPU.has(name))
        .reduce((all, [, value]) => all + value, 0);
      expect(sum / total).toBeCloseTo(1, 2);
    }
    expect(share(native, 'extension', 'builtin', 'system')).toBeGreaterThan(
      0.8
    );
    expect(share(loop, 'extension', 'system')).toBeLessThan(0.1);
    expect(share(loop, 'python')).toBeGreaterThan(0.8);
  });
});

test('checks 14, 15: an untrusted copy and a static page show it', async ({
  page,
  tmpPath
}) => {
  await openNotebook(page, tmpPath, [WORK]);
  await profileCell(page, 0);
  const [cell] = await cellsOf(page);
  const copy = notebookOf([WORK]) as { cells: unknown[] };
  copy.cells = [cell];

  await test.step('check 14: untrusted', async () => {
    const outputs = JSON.stringify(cell.outputs);
    expect(outputs).not.toContain('<script');
    await page.notebook.close();
    await openNotebook(page, tmpPath, copy, 'python3', 'copy.ipynb');
    const trusted = await page.evaluate(() => {
      const panel = window.jupyterapp.shell.currentWidget as unknown as {
        content: { model: { cells: { get(i: number): { trusted: boolean } } } };
      };
      return panel.content.model.cells.get(0).trusted;
    });
    expect(trusted).toBe(false);
    await expect(viewerOf(page, 0)).toBeVisible();
  });

  await test.step('check 15: nbconvert to HTML, by file, offline', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nativeprofile-html-'));
    try {
      const source = join(folder, 'saved.ipynb');
      writeFileSync(source, JSON.stringify(copy));
      execFileSync(
        join(__dirname, '..', '..', '.venv', 'bin', 'jupyter'),
        ['nbconvert', '--to', 'html', source],
        { stdio: 'pipe' }
      );
      const html = join(folder, 'saved.html');
      expect(readFileSync(html, 'utf8')).toContain('pipeline');
      const context = await page.context().browser()!.newContext();
      await context.setOffline(true);
      const reader = await context.newPage();
      await reader.goto(pathToFileURL(html).href, {
        waitUntil: 'domcontentloaded'
      });
      const output = reader.locator('.jp-OutputArea-output').filter({
        hasText: 'In[1]'
      });
      await expect(output.first()).toBeVisible();
      await expect(output.first()).toContainText('pipeline');
      await reader.screenshot({
        path: 'ui-tests/test-results/views/nbconvert.png',
        fullPage: true
      });
      await context.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** The viewers that the page's memory still holds, shown or not. */
async function viewersInMemory(context: BrowserContext): Promise<number> {
  const cdp = await context.newCDPSession(context.pages()[0]);
  try {
    const { result } = await cdp.send('Runtime.evaluate', {
      expression: 'HTMLElement.prototype'
    });
    // What the page and its elements hold of each other goes with the second collection.
    await cdp.send('HeapProfiler.collectGarbage');
    await cdp.send('HeapProfiler.collectGarbage');
    const { objects } = await cdp.send('Runtime.queryObjects', {
      prototypeObjectId: result.objectId!
    });
    const counted = await cdp.send('Runtime.callFunctionOn', {
      objectId: objects.objectId,
      // Prototypes of elements are among them; they have no classes.
      functionDeclaration: `function () {
        return this.filter(node => !Object.hasOwn(node, 'constructor') &&
          node.classList.contains('np-Viewer')).length;
      }`,
      returnByValue: true
    });
    // Else the debugger itself holds what it has found.
    await cdp.send('Runtime.releaseObject', { objectId: objects.objectId! });
    return counted.result.value as number;
  } finally {
    await cdp.detach();
  }
}

test('many profiles: those in sight are drawn, those removed are forgotten', async ({
  page,
  tmpPath
}) => {
  const root = join(__dirname, '..', '..');
  const sample = execFileSync(join(root, '.venv', 'bin', 'python'), [
    join(root, 'ui-tests', 'sample.py')
  ]);
  const content = notebookOf(Array.from({ length: 30 }, () => '1')) as {
    cells: ICellJSON[];
  };
  for (const cell of content.cells) {
    const data = { [MIME_TYPE]: JSON.parse(sample.toString()) as unknown };
    cell.outputs = [{ output_type: 'display_data', data, metadata: {} }];
  }
  await openNotebook(page, tmpPath, { ...content });
  await expect(viewerOf(page, 0)).toBeVisible();
  expect(await page.locator('.np-Viewer').count()).toBeLessThan(10);

  const box = (await viewerOf(page, 0).boundingBox())!;
  await page.mouse.move(box.x - 20, box.y + 20);
  for (let i = 0; i < 30; i++) {
    await page.mouse.wheel(0, 600);
    await page.waitForTimeout(50);
  }
  await expect(viewerOf(page, 29)).toBeVisible();
  expect(await viewersInMemory(page.context())).toBeGreaterThan(5);
  await page.evaluate(() =>
    window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')
  );
  await expect(page.locator('.np-Viewer')).toHaveCount(0);
  await expect.poll(() => viewersInMemory(page.context())).toBe(0);
});
