/** The standalone report: its worker and its charts are scripts of their own, inert until they are needed. */
import { showProfiles } from './views/page';
import { runScript, scriptText, workersOf } from './views/pageScripts';
import { idle } from './views/slices';
import type { Plotly } from './views/summary/chart';

/** What the script of `charts.ts` leaves behind. */
declare const npCharts: { load(): Promise<Plotly> };

let plotly: Promise<Plotly> | null = null;

/** To read the script and to run it are two tasks: each takes its time. */
async function load(): Promise<Plotly> {
  await runScript('charts');
  await idle();
  return npCharts.load();
}

showProfiles({
  startWorker: workersOf(scriptText('worker')),
  loadPlotly: () => (plotly ??= load())
});
