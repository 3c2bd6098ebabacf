/** The standalone report: mounts a viewer for each profile embedded in the page. */
import { el } from './views/dom';
import { Output } from './views/output';

const SELECTOR = 'script[type="application/json"].np-profile';

/** Without JupyterLab the system says whether it is dark. */
function followSystem(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    document.body.dataset.jpThemeLight = String(!dark.matches);
  };
  apply();
  dark.addEventListener('change', apply);
}

async function mount(script: HTMLScriptElement): Promise<void> {
  const host = el('div');
  script.replaceWith(host);
  const output = new Output(host);
  let message: unknown;
  try {
    message = JSON.parse(script.textContent ?? '');
  } catch {
    // Not JSON: what is said of any unreadable profile fits.
    message = null;
  }
  await output.update(message);
}

document.body.classList.add('np-Standalone');
followSystem();
const scripts = document.querySelectorAll<HTMLScriptElement>(SELECTOR);
document.body.classList.toggle('np-mod-several', scripts.length > 1);
for (const script of scripts) {
  void mount(script);
}
