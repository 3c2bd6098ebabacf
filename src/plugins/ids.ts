/** The ids of commands, and the arguments that they take. */

/** The namespace of every plugin; the settings of one are `PACKAGE:plugin`. */
export const PACKAGE = 'jupyterlab-nativeprofile';

/** The domain of our translations. */
export const DOMAIN = 'jupyterlab_nativeprofile';

export namespace CommandIDs {
  /** Runs the active cell under the profiler: `{engine?, rate?}`. */
  export const profileCell = 'nativeprofile:profile-cell';

  /**
   * Shows a profile in a tab: `{profile?, panel?, state?}`; without, the active
   * cell's, in the state that the viewer was left in.
   */
  export const openInTab = 'nativeprofile:open-in-tab';

  /**
   * Opens a file with a profile in it: `{path, part?, beside?}`, `part` being
   * the name of a dump or snapshot, `beside` files to read it with, by option.
   */
  export const openFile = 'nativeprofile:open-file';

  /**
   * Selects a line of a profiled cell: `{panel, cell, line}`. Resolves to a
   * sentence where that is not what was profiled, else to null.
   */
  export const revealLine = 'nativeprofile:reveal-line';

  /** Shows or hides the cost beside the lines of profiled cells. */
  export const toggleGutter = 'nativeprofile:toggle-gutter';
}
