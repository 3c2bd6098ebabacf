// What speedscope needs for a callgrind file, in a page of its own: CPU time and memory of the page's process.
// node callgrindPage.mjs FOLDER FILE: prints JSON; `version` alone where there is no file.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from './browser.mjs';
import { installSpeedscope } from './speedscope.mjs';

const require = createRequire(import.meta.url);
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const PATIENCE = 600_000;
const DRAWN = 'body > div > div > div > div > canvas';

/** CPU seconds so far, and the most memory so far in bytes, of the pages' processes. */
async function spent(session) {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  let cpu = 0;
  let peak = 0;
  for (const { type, id, cpuTime } of processInfo) {
    if (type === 'renderer') {
      const status = readFileSync(`/proc/${id}/status`, 'utf8');
      cpu += cpuTime;
      peak = Math.max(peak, 1024 * Number(/VmHWM:\s*(\d+)/.exec(status)?.[1]));
    }
  }
  return { cpu, peak };
}

/** The same of a page until it shows something; each page has a process of its own. */
async function opened(browser, url, shown) {
  const session = await browser.newBrowserCDPSession();
  const page = await browser.newPage();
  try {
    await page.goto(url);
    await page.waitForSelector(shown, { timeout: PATIENCE });
    return await spent(session);
  } finally {
    await page.close();
  }
}

/** What the file costs beyond the empty page. */
async function measure(browser, speedscope, file) {
  const name = basename(file);
  const server = await serve(speedscope.page, name, file);
  const page = `http://127.0.0.1:${server.address().port}/index.html`;
  const profile = encodeURIComponent(new URL(name, page).href);
  try {
    const empty = await opened(browser, page, 'body > div > div');
    const full = await opened(browser, `${page}#profileURL=${profile}`, DRAWN);
    return { cpu: full.cpu - empty.cpu, peak: full.peak - empty.peak };
  } finally {
    server.close();
  }
}

const [folder, file] = process.argv.slice(2);
const speedscope = installSpeedscope(folder);
if (!speedscope) {
  console.log('null');
} else if (!file) {
  console.log(JSON.stringify({ version: speedscope.version }));
} else {
  const { chromium } = require('playwright-core');
  const config = require(join(root, 'ui-tests', 'playwright.config.js'));
  const browser = await chromium.launch(config.use.launchOptions);
  try {
    const found = await measure(browser, speedscope, file);
    console.log(JSON.stringify({ version: speedscope.version, ...found }));
  } finally {
    await browser.close();
  }
}
