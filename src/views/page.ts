/** Pages without JupyterLab: a viewer for each profile that stands in them. */
import { browserRuns } from './compare/kept';
import { el } from './dom';
import type { IViewerEnv } from './env';
import { browserMemory } from './memory';
import { Output } from './output';
import { watchSchemeAround, type Scheme } from './schemeAround';

const SELECTOR = 'script[type="application/json"].np-profile';

/** Puts a viewer in the place of each profile's data. */
export function showProfiles(more: IViewerEnv): void {
  const env = { memory: browserMemory, runs: browserRuns, ...more };
  document.body.classList.add('np-Standalone');
  followScheme();
  const scripts = [...document.querySelectorAll<HTMLScriptElement>(SELECTOR)];
  const messages = scripts.map(messageIn);
  document.body.classList.toggle('np-mod-several', scripts.length > 1);
  scripts.forEach((script, at) => {
    // What a page begins with is in sight.
    void mount(script, messages[at], messages, { ...env, inSight: at === 0 });
  });
}

/** Without JupyterLab the page around a frame says whether it is dark, else the system. */
function followScheme(): void {
  const { body } = document;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let around: Scheme | null = null;
  const apply = (): void => {
    const isDark = around ? around === 'dark' : dark.matches;
    body.dataset.jpThemeLight = String(!isDark);
    document.documentElement.style.colorScheme = around ?? '';
  };
  apply();
  dark.addEventListener('change', apply);
  if (body.classList.contains('np-mod-embedded')) {
    watchSchemeAround(scheme => {
      around = scheme;
      apply();
    });
  }
}

function messageIn(script: HTMLScriptElement): unknown {
  try {
    return JSON.parse(script.textContent ?? '');
  } catch {
    // Not JSON: what is said of any unreadable profile fits.
    return null;
  }
}

/** Shows a profile; the others of the page can be compared with it. */
async function mount(
  script: HTMLScriptElement,
  message: unknown,
  messages: readonly unknown[],
  env: IViewerEnv
): Promise<void> {
  const host = el('div');
  script.replaceWith(host);
  const output = new Output(host, {
    ...env,
    comparable: () =>
      messages
        .filter(other => other !== message && other !== null)
        .map(other => ({ group: 'page', message: other }))
  });
  await output.update(message);
}
