/** plotly for the standalone report, run when `load` is called. */
export { loadPlotly as load } from './views/summary/plotly';
