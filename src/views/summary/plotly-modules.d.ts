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
  export interface IPlotlyClick {
    readonly points: readonly IPlotlyPoint[];
    /** The sector that plotly would look into, by its id; that of none: all of them. */
    readonly nextLevel?: string;
  }
  export interface IPlotlyEvents {
    on(
      type: 'plotly_sunburstclick' | 'plotly_treemapclick' | 'plotly_click',
      listener: (event: IPlotlyClick) => boolean | void
    ): void;
  }
  export interface IPlotlyCore {
    register(modules: readonly IPlotlyModule[]): void;
    react(
      node: HTMLElement,
      data: readonly object[],
      layout: object,
      config: object
    ): Promise<HTMLElement & IPlotlyEvents>;
    purge(node: HTMLElement): void;
  }
  const core: IPlotlyCore;
  export default core;
}

/** Run by `lib/core`, too. */
declare module 'plotly.js/src/lib';
declare module 'plotly.js/src/plot_api';

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
