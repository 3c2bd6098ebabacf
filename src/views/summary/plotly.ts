/**
 * The part of plotly.js that we need, as one module: large, so it is only ever
 * imported when a summary is shown.
 */
import { purge, react, register, type IPlotlyPoint } from 'plotly.js/lib/core';
import bar from 'plotly.js/lib/bar';
import sunburst from 'plotly.js/lib/sunburst';
import treemap from 'plotly.js/lib/treemap';

register([bar, sunburst, treemap]);

export { purge, react };
export type { IPlotlyPoint };
