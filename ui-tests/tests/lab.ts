/** What the UI tests do again and again in a JupyterLab. */
// Not from the package's root: that loads its benchmark reporter, and Vega.
import type { IJupyterLabPageFixture } from '@jupyterlab/galata/lib/jupyterlabpage';
import { expect, type Locator } from '@playwright/test';

export const MIME_TYPE = 'application/vnd.nativeprofile.v1+json';
export const PROFILE = 'nativeprofile:profile-cell';

/** About a second of Python, C in the interpreter and the sort's callback. */
export const WORK = `import json, time
def key(row):
    return -row['v']
def pipeline():
    rows = [{'v': i * 7919 % 10007, 'name': str(i)} for i in range(60_000)]
    rows = sorted(rows, key=key)
    text = json.dumps(rows, indent=None)
    return len(text) + sum(len(str(r)) for r in rows)
end = time.perf_counter() + 1.0
n = 0
while time.perf_counter() < end:
    n += pipeline()
n > 0`;

/** A cell of a notebook as it is saved; only what the tests look at. */
export interface ICellJSON {
  id: string;
  cell_type: string;
  source: string | string[];
  metadata: Record<string, unknown>;
  execution_count?: number | null;
  outputs?: IOutputJSON[];
}

/** An output of a cell. */
export interface IOutputJSON {
  output_type: string;
  data?: Record<string, unknown>;
  text?: string | string[];
  metadata?: Record<string, unknown>;
  ename?: string;
  traceback?: string[];
}

/** The parts of a profile that are plain JSON. */
export interface IProfileJSON {
  meta: {
    name: string;
    prompt: number;
    engine: string;
    rate: number | null;
    status: string;
    cells: { name: string; id: string | null; source: string }[];
  };
  quality: { samples?: number; notes?: string[] };
  summary: {
    unit: string;
    total: number;
    categories: Record<string, number>;
    functions: {
      name: string;
      file: string | null;
      line: number;
      category: string;
      self: number;
      inclusive: number;
    }[];
    lines: { file: string; line: number; cell?: string }[];
  };
}

/** A notebook with these code cells; their ids are `cell-0`, `cell-1`, … */
export function notebookOf(
  sources: readonly string[],
  kernel = 'python3'
): Record<string, unknown> {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: kernel, display_name: kernel } },
    cells: sources.map((source, i) =>
      source.startsWith('# markdown')
        ? { id: `cell-${i}`, cell_type: 'markdown', source, metadata: {} }
        : {
            id: `cell-${i}`,
            cell_type: 'code',
            source,
            metadata: {},
            execution_count: null,
            outputs: []
          }
    )
  };
}

/** A notebook whose one cell shows a profile, as it was saved. */
export function notebookWith(
  message: unknown,
  source = 'work()'
): Record<string, unknown> {
  const made = notebookOf([source]) as { cells: { outputs: unknown }[] };
  const data = { [MIME_TYPE]: message };
  made.cells[0].outputs = [{ output_type: 'display_data', metadata: {}, data }];
  return made as unknown as Record<string, unknown>;
}

/** Uploads a notebook, opens it and waits for its kernel. */
export async function openNotebook(
  page: IJupyterLabPageFixture,
  tmpPath: string,
  sources: readonly string[] | Record<string, unknown>,
  kernel = 'python3',
  name = 'test.ipynb'
): Promise<void> {
  const content = Array.isArray(sources)
    ? notebookOf(sources as readonly string[], kernel)
    : sources;
  const path = `${tmpPath}/${name}`;
  await page.contents.uploadContent(JSON.stringify(content), 'text', path);
  await page.notebook.openByPath(path);
  await page.notebook.activate(name);
  await kernelIdle(page);
}

/** Waits until the notebook's kernel has nothing left to do. */
export async function kernelIdle(page: IJupyterLabPageFixture): Promise<void> {
  await expect(
    page.locator('.jp-NotebookPanel:visible .jp-Notebook-ExecutionIndicator')
  ).toHaveAttribute('data-status', 'idle', { timeout: 60_000 });
}

/** The notebook's cells as they would be saved now. */
export function cellsOf(page: IJupyterLabPageFixture): Promise<ICellJSON[]> {
  return page.evaluate(() => {
    const panel = window.jupyterapp.shell.currentWidget as unknown as {
      content: { model: { toJSON(): { cells: unknown } } };
    };
    return panel.content.model.toJSON().cells as never;
  });
}

/** The profile in a cell's output, null without one. */
export function profileOf(cell: ICellJSON): IProfileJSON | null {
  const found = (cell.outputs ?? [])
    .map(output => output.data?.[MIME_TYPE] as IProfileJSON | undefined)
    .find(message => message?.summary);
  return found ?? null;
}

/** The button of the notebook's toolbar. */
export function profileButton(page: IJupyterLabPageFixture): Locator {
  return page.locator(
    `.jp-NotebookPanel:visible .jp-NotebookPanel-toolbar [data-command="${PROFILE}"]`
  );
}

/** The viewer in the output of cell `index`. */
export function viewerOf(page: IJupyterLabPageFixture, index: number): Locator {
  return cellAt(page, index).locator('.np-Viewer');
}

/** The node of cell `index`. */
export function cellAt(page: IJupyterLabPageFixture, index: number): Locator {
  return page.locator(
    `.jp-NotebookPanel:visible .jp-Cell[data-windowed-list-index="${index}"]`
  );
}

/** Selects cell `index`, presses the button and waits for the picture. */
export async function profileCell(
  page: IJupyterLabPageFixture,
  index: number
): Promise<Locator> {
  await page.notebook.selectCells(index);
  await profileButton(page).click();
  const viewer = viewerOf(page, index);
  await expect(viewer).toBeVisible({ timeout: 30_000 });
  await kernelIdle(page);
  return viewer;
}

/** Shows one of the views by its tab. */
export async function showView(viewer: Locator, name: string): Promise<void> {
  const tab = viewer.getByRole('tab', { name });
  await tab.click();
  await expect(tab).toHaveAttribute('aria-selected', 'true');
}

/** The number of different colours in a canvas; 1 is an empty picture. */
export function coloursIn(canvas: Locator): Promise<number> {
  return canvas.evaluate(node => {
    const { width, height } = node as HTMLCanvasElement;
    const pixels = (node as HTMLCanvasElement)
      .getContext('2d')!
      .getImageData(0, 0, width, height).data;
    const seen = new Set<number>();
    for (let i = 0; i < pixels.length; i += 4 * 97) {
      seen.add((pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2]);
    }
    return seen.size;
  });
}
