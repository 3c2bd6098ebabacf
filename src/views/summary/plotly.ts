/**
 * The part of plotly.js that we need: large, so it is only ever loaded when a summary is shown,
 * and run in pieces, between which the page can answer.
 */
import type { IPlotlyCore } from 'plotly.js/lib/core';
import { idle } from '../slices';

/** Runs plotly's modules in the order in which `plotly.js/lib/core` does. */
export async function loadPlotly(): Promise<IPlotlyCore> {
  await import(/* webpackMode: "eager" */ 'plotly.js/src/lib');
  await idle();
  await import(/* webpackMode: "eager" */ 'plotly.js/src/plot_api');
  await idle();
  const core = await import(/* webpackMode: "eager" */ 'plotly.js/lib/core');
  await idle();
  const traces = await Promise.all([
    import(/* webpackMode: "eager" */ 'plotly.js/lib/bar'),
    import(/* webpackMode: "eager" */ 'plotly.js/lib/sunburst'),
    import(/* webpackMode: "eager" */ 'plotly.js/lib/treemap')
  ]);
  core.default.register(traces.map(trace => trace.default));
  return core.default;
}
