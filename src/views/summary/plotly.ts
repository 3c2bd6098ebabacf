/**
 * The part of plotly.js that we need, as one module: large, so it is only ever
 * imported when a summary is shown.
 */
import { purge, react, register } from 'plotly.js/lib/core';
import sunburst from 'plotly.js/lib/sunburst';

register([sunburst]);

export { purge, react };
