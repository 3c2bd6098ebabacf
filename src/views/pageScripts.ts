/** Scripts that a page without JupyterLab holds as text, and runs when they are needed. */
import type { WorkerLike } from './workerClient';

/** The text of the page's inert script of the class `np-NAME`; null: there is none. */
export function scriptText(name: string): string | null {
  const node = document.querySelector(`script.np-${name}`);
  return node?.textContent ?? null;
}

/** Makes workers that run a script; undefined where there is none. */
export function workersOf(
  code: string | null | undefined
): (() => WorkerLike) | undefined {
  if (!code) {
    return undefined;
  }
  let url = '';
  return () => {
    url ||= URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    return new Worker(url);
  };
}

/** Runs an inert script of the page, whose policy has to allow its text. */
export async function runScript(name: string): Promise<void> {
  if (document.readyState === 'loading') {
    // It may stand further below.
    await new Promise(done =>
      document.addEventListener('DOMContentLoaded', done, { once: true })
    );
  }
  const script = document.createElement('script');
  script.textContent = scriptText(name);
  document.head.append(script);
}
