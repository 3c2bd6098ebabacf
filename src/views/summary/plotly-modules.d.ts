/** The little of plotly.js that the summary uses. */
declare module 'plotly.js/lib/core' {
  export interface IPlotlyModule {
    readonly name: string;
  }
  export interface IPlotlyPoint {
    readonly id?: string;
    readonly label?: string;
    readonly pointNumber: number;
  }
  export interface IPlotlyEvents {
    on(
      type: 'plotly_sunburstclick' | 'plotly_treemapclick' | 'plotly_click',
      listener: (event: { points: readonly IPlotlyPoint[] }) => boolean | void
    ): void;
  }
  export function register(modules: readonly IPlotlyModule[]): void;
  export function react(
    node: HTMLElement,
    data: readonly object[],
    layout: object,
    config: object
  ): Promise<HTMLElement & IPlotlyEvents>;
  export function purge(node: HTMLElement): void;
}

declare module 'plotly.js/lib/bar' {
  import type { IPlotlyModule } from 'plotly.js/lib/core';
  const bar: IPlotlyModule;
  export default bar;
}

declare module 'plotly.js/lib/sunburst' {
  import type { IPlotlyModule } from 'plotly.js/lib/core';
  const sunburst: IPlotlyModule;
  export default sunburst;
}

declare module 'plotly.js/lib/treemap' {
  import type { IPlotlyModule } from 'plotly.js/lib/core';
  const treemap: IPlotlyModule;
  export default treemap;
}
