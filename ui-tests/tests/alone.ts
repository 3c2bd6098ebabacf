/** A browser without network, and reports of the sample profile to be opened there. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test as base, type Page } from '@playwright/test';

const ROOT = join(__dirname, '..', '..');

/** Where there is no JupyterLab and no network. */
export interface IAlone {
  /** Opens a file without any network; what goes wrong there is in `wrong`. */
  open(html: string): Promise<Page>;
  readonly wrong: string[];
  /** What `nativeprofile report` writes of the sample profile. */
  report(...options: string[]): string;
}

export const test = base.extend<{ alone: IAlone }>({
  alone: async ({ browser }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'nativeprofile-pages-'));
    const context = await browser.newContext({
      offline: true,
      viewport: { width: 1280, height: 900 }
    });
    const wrong: string[] = [];
    const python = (args: string[]): string =>
      execFileSync(join(ROOT, '.venv', 'bin', 'python'), args, {
        cwd: ROOT,
        encoding: 'utf8',
        maxBuffer: 1 << 26
      });
    const sample = join(folder, 'sample.json');
    writeFileSync(sample, python(['ui-tests/sample.py']));
    await use({
      wrong,
      report: (...options) =>
        python(['-m', 'nativeprofile.cli', 'report', sample, ...options]),
      open: async html => {
        const file = join(folder, 'page.html');
        writeFileSync(file, html);
        const page = await context.newPage();
        page.on('pageerror', error => wrong.push(error.message));
        page.on('console', message => {
          if (message.type() === 'error') {
            wrong.push(message.text());
          }
        });
        page.on('request', request => {
          const url = request.url();
          if (!/^(data|blob|about):/.test(url) && url !== page.url()) {
            wrong.push(`asked for ${url}`);
          }
        });
        await page.goto(pathToFileURL(file).href);
        wrong.length = 0; // the page itself
        return page;
      }
    });
    await context.close();
    rmSync(folder, { recursive: true });
  }
});
