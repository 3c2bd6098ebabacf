/* global window */
// The viewer in a real Chromium, beside speedscope: opening, views, filters, zoom and pan.
import { spawnSync } from 'node:child_process';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdtempSync,
  rmSync,
  writeFileSync
} from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { compared, reaction, watch, wheel } from './inPage.mjs';
import { installSpeedscope, speedscopeText } from './speedscope.mjs';
import { packedProfile } from './wire.mjs';

const require = createRequire(import.meta.url);
const FRAMES = 90;
/** The tasks of threads; the timeline's own of that name are the same ones. */
const TASK = 'ThreadControllerImpl::RunTask';
const MAIN = 'CrRendererMain';
const THREADS = [MAIN, 'DedicatedWorker thread'];
const PATIENCE = 60_000;
/** How long a new tab is given before something is opened in it. */
const SETTLING = 700;
/** A view is there when it shows something. */
const OURS = '.np-Viewer .np-Row, .np-Viewer .np-Grid-row';
/** The last that comes. */
const CHART = '.np-Viewer .np-Chart .slice';
const THEIRS = 'body > div > div > div > div > canvas';
const FLAMES = 'body > div > div > div > div:nth-child(2) > canvas';

/** A page of `nativeprofile report` around a message. */
function writePage(root, folder, text) {
  const message = join(folder, 'message.json');
  const page = join(folder, 'page.html');
  writeFileSync(message, text);
  const code = `
import json, pathlib, sys
from nativeprofile.render.page import Bundle, page
import nativeprofile
static = pathlib.Path(nativeprofile.__file__).with_name("static")
read = lambda name: (static / name).read_text(encoding="utf-8")
message = json.loads(pathlib.Path(sys.argv[1]).read_text())
bundle = Bundle(*map(read, ("viewer.js", "worker.js", "charts.js", "viewer.css")))
html = page("bench", [(message, "")], bundle)
pathlib.Path(sys.argv[2]).write_text(html, encoding="utf-8")`;
  const python = join(root, '.venv', 'bin', 'python');
  const { status, stderr } = spawnSync(python, ['-c', code, message, page], {
    env: { ...process.env, PYTHONPATH: join(root, 'python') },
    encoding: 'utf8'
  });
  if (status !== 0) {
    throw new Error(stderr);
  }
  return pathToFileURL(page).href;
}

/** Serves a folder and one more file. */
export async function serve(folder, name, file) {
  const types = { '.html': 'text/html', '.js': 'text/javascript' };
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://x').pathname;
    const found = path === `/${name}` ? file : join(folder, path);
    if (path.includes('..') || !existsSync(found)) {
      response.writeHead(404).end();
      return;
    }
    const type = types[extname(found)] ?? 'application/octet-stream';
    response.writeHead(200, { 'Content-Type': type });
    createReadStream(found).pipe(response);
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  return server;
}

const median = values => [...values].sort((a, b) => a - b)[values.length >> 1];
const p95 = values =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.95)];

/**
 * What `act` gives, and CPU times in ms, which do not depend on what else the
 * machine does: `blocked` of the longest task on the page's main thread, `busy`
 * of all tasks there and in its workers.
 */
async function traced(browser, page, act) {
  await browser.startTracing(page, {
    categories: ['toplevel', 'disabled-by-default-devtools.timeline']
  });
  const result = await act();
  const { traceEvents } = JSON.parse(String(await browser.stopTracing()));
  const threads = new Map(
    traceEvents
      .filter(({ name }) => name === 'thread_name')
      .map(({ pid, tid, args }) => [`${pid} ${tid}`, args.name])
  );
  let blocked = 0;
  let busy = 0;
  for (const { name, pid, tid, tdur = 0 } of traceEvents) {
    const thread = threads.get(`${pid} ${tid}`);
    if (name === TASK && THREADS.includes(thread)) {
      busy += tdur / 1000;
      blocked = Math.max(blocked, thread === MAIN ? tdur / 1000 : 0);
    }
  }
  return { ...result, blocked, busy };
}

/**
 * Opens a page some times, until what the last selector finds is there as well;
 * the last two stay open: `page`, and `other` for what is traced. Times by the
 * clock are of visits that nothing traces, in a tab that has come up: what
 * Chromium does for either is none of the page's.
 */
async function open(browser, url, selectors, runs) {
  const visit = async act => {
    const page = await browser.newPage({
      viewport: { width: 1280, height: 900 }
    });
    await page.addInitScript(watch, selectors);
    await page.waitForTimeout(SETTLING);
    const shown = async () => {
      await page.goto(url, { timeout: PATIENCE });
      await page.waitForFunction(() => window.bench.whole > 0, null, {
        timeout: PATIENCE
      });
      return page.evaluate(() => window.bench);
    };
    return { page, ...(await act(page, shown)) };
  };
  const clocked = [];
  const costs = [];
  for (let run = 0; run < runs; run++) {
    const [clock, cost] = [clocked.at(-1), costs.at(-1)];
    await Promise.all([clock?.page.close(), cost?.page.close()]);
    clocked.push(await visit((_, shown) => shown()));
    costs.push(await visit((page, shown) => traced(browser, page, shown)));
  }
  return {
    page: clocked.at(-1).page,
    other: costs.at(-1).page,
    opened: median(clocked.map(({ start, shown }) => shown - start)),
    loaded: median(clocked.map(({ shown }) => shown)),
    whole: median(clocked.map(({ start, whole }) => whole - start)),
    blocked: median(costs.map(({ blocked }) => blocked)),
    busy: median(costs.map(({ busy }) => busy))
  };
}

/** All of one size, and what `other` is compared with; `add` takes rows {name, size, ms, bar?, note?}. */
async function ours(browser, root, folder, [profile, other], size, add) {
  const url = writePage(root, folder, packedProfile(profile));
  const found = await open(browser, url, [OURS, CHART], size > 500_000 ? 3 : 5);
  const { page, other: second } = found;
  const { opened, loaded, whole, blocked, busy } = found;
  const bars = { 100_000: [300, 150], 1_000_000: [1500, null] }[size] ?? [];
  add({ name: 'open', ms: opened, bar: bars[0] });
  add({ name: 'open: longest task', ms: blocked, bar: 50 });
  add({ name: 'open: with the chart', ms: whole });
  add({ name: 'open: with the page', ms: loaded });
  add({ name: 'open: with the page, CPU time', ms: busy });
  const views = await page.$$eval('.np-Tab:not([hidden])', tabs =>
    tabs.map(tab => tab.dataset.view)
  );
  const react = async (act, key) => {
    const { took } = await page.evaluate(reaction, [act, key]);
    const again = () => second.evaluate(reaction, [act, key]);
    return { took, blocked: (await traced(browser, second, again)).blocked };
  };
  const shown = (view, { took, blocked }) => {
    add({ name: `${view}: shown first`, ms: took });
    add({ name: `${view}: longest task`, ms: blocked, bar: 50 });
  };
  const use = async view => {
    const filter = await react('key', 'p');
    add({ name: `${view}: filter`, ms: filter.took, bar: bars[1] });
    add({ name: `${view}: filter, longest task`, ms: filter.blocked, bar: 50 });
    await react('key', 'p');
    const stage = '.np-View:not([hidden]) .np-Stage-scroll';
    if (await page.locator(stage).first().isVisible()) {
      const zoom = await page.evaluate(wheel, [stage, FRAMES, true, 20]);
      add({ name: `${view}: zoom, p95`, ms: p95(zoom), bar: 33 });
      const pan = await page.evaluate(wheel, [stage, FRAMES, false, 20]);
      add({ name: `${view}: pan, p95`, ms: p95(pan), bar: 33 });
    }
  };
  for (const view of views) {
    shown(view, await react('tab', view));
    await use(view);
  }
  const file = join(folder, 'other.json');
  writeFileSync(file, packedProfile(other));
  const choose = async where => {
    const chosen = where.evaluate(compared);
    await where.setInputFiles('.np-Viewer input[type=file]', file);
    return chosen;
  };
  const { took } = await choose(page);
  const cost = await traced(browser, second, () => choose(second));
  shown('compare', { took, blocked: cost.blocked });
  await use('compare');
  for (const [view, label] of [
    ['compare, lines', 'Lines'],
    ['compare, flame', 'Flame']
  ]) {
    shown(view, await react('tool', label));
    await use(view);
  }
  await Promise.all([page.close(), second.close()]);
}

async function theirs(browser, folder, speedscope, profile, size, add) {
  const file = join(folder, 'speedscope.json');
  const out = createWriteStream(file);
  await finished(Readable.from(speedscopeText(profile)).pipe(out));
  const server = await serve(speedscope.page, 'bench.json', file);
  const home = `http://127.0.0.1:${server.address().port}`;
  try {
    const { page, other, loaded, blocked, busy } = await open(
      browser,
      `${home}/index.html#profileURL=${encodeURIComponent(`${home}/bench.json`)}`,
      [THEIRS, THEIRS],
      size > 500_000 ? 1 : 3
    );
    const note = `speedscope ${speedscope.version}`;
    add({ name: 'speedscope: open, with the page', ms: loaded, note });
    add({ name: 'speedscope: CPU time', ms: busy, note });
    add({ name: 'speedscope: longest task', ms: blocked, note });
    for (const [name, ctrl] of [
      ['zoom', true],
      ['pan', false]
    ]) {
      const times = await page.evaluate(wheel, [FLAMES, FRAMES, ctrl, 20]);
      add({ name: `speedscope: ${name}, p95`, ms: p95(times), note });
    }
    await Promise.all([page.close(), other.close()]);
  } catch (error) {
    const note = String(error.message).split('\n')[0];
    add({ name: 'speedscope: open, with the page', ms: NaN, note });
  } finally {
    server.close();
  }
}

/** Measures in a browser; `makeProfile(samples, seed)` has plain columns. */
export async function measureInBrowser(
  root,
  sizes,
  makeProfile,
  { print, alone }
) {
  const { chromium } = require('playwright-core');
  const config = require(join(root, 'ui-tests', 'playwright.config.js'));
  const folder = mkdtempSync(join(tmpdir(), 'nativeprofile-bench-'));
  const speedscope = alone ? null : installSpeedscope(folder);
  const browser = await chromium.launch(config.use.launchOptions);
  const rows = [];
  try {
    for (const size of sizes) {
      const [profile, other] = [7, 8].map(seed => makeProfile(size, seed));
      const add = row => {
        rows.push({ ...row, size });
        print({ ...row, size });
      };
      await ours(browser, root, folder, [profile, other], size, add);
      if (speedscope) {
        await theirs(browser, folder, speedscope, profile, size, add);
      }
    }
    return { browser: browser.version(), rows };
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}
