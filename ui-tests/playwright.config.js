/** Galata in a Chromium of the system, against the JupyterLab of .venv. */
const { existsSync } = require('node:fs');
const path = require('node:path');
const base = require('@jupyterlab/galata/lib/playwright-config');

const root = path.dirname(__dirname);
const port = Number(process.env.NATIVEPROFILE_UI_PORT ?? 8899);
const baseURL = `http://127.0.0.1:${port}`;

/** The browser: the environment's choice, else the first that is installed. */
function chromium() {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const found = ['chromium', 'chromium-browser', 'google-chrome']
    .flatMap(name => folders.map(folder => path.join(folder, name)))
    .find(existsSync);
  const chosen = process.env.NATIVEPROFILE_CHROMIUM ?? found;
  if (!chosen) {
    throw new Error(
      'No Chromium was found: apt-get install chromium, or set NATIVEPROFILE_CHROMIUM.'
    );
  }
  return chosen;
}

/** A JupyterLab for the tests; the second lives where a hub would put it. */
function server(at, base) {
  const jupyter = path.join(root, '.venv', 'bin', 'jupyter');
  return {
    command: `"${jupyter}" lab --config ui-tests/jupyter_server_test_config.py`,
    cwd: root,
    env: { NATIVEPROFILE_UI_PORT: String(at), NATIVEPROFILE_UI_BASE: base },
    url: `http://127.0.0.1:${at}${base}api`,
    timeout: 120_000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 }
  };
}

module.exports = {
  ...base,
  testDir: path.join(__dirname, 'tests'),
  outputDir: path.join(__dirname, 'test-results'),
  reporter: [['list']],
  timeout: 120_000,
  expect: { timeout: 15_000 },
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: !!process.env.CI,
  use: {
    ...base.use,
    baseURL,
    viewport: { width: 1280, height: 900 },
    video: 'off',
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: chromium(),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync'
      ]
    }
  },
  webServer: [server(port, '/'), server(port + 1, '/user/x/')]
};
