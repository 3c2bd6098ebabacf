/** The list of plugins, nothing else. */
import { filesPlugin } from './plugins/files';
import { gutterPlugin } from './plugins/gutter';
import { linkPlugin } from './plugins/link';
import { revealPlugin } from './plugins/reveal';
import { runPlugin } from './plugins/run';
import { tabPlugin } from './plugins/tab';
import { toolbarPlugin } from './plugins/toolbar';
import { viewerPlugin } from './plugins/viewer';

export default [
  runPlugin,
  toolbarPlugin,
  revealPlugin,
  tabPlugin,
  filesPlugin,
  linkPlugin,
  viewerPlugin,
  gutterPlugin
];
