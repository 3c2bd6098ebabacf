/** Workers in JupyterLab: a file of the extension's own, as its bundler lays it. */

/** Starts a worker that runs `src/worker.ts`. */
export function startWorker(): Worker {
  return new Worker(new URL('../worker.js', import.meta.url));
}
