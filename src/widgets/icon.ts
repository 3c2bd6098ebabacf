/** The profiler's icon: a flame graph's bars, widest at the bottom. */
import { LabIcon } from '@jupyterlab/ui-components';

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16">
  <g class="jp-icon3" fill="#616161">
    <rect x="1" y="12" width="14" height="2.6" rx=".6"/>
    <rect x="1" y="8.6" width="10" height="2.6" rx=".6"/>
    <rect x="3.4" y="5.2" width="5.6" height="2.6" rx=".6"/>
    <rect x="5.4" y="1.8" width="2.4" height="2.6" rx=".6"/>
    <rect x="12" y="8.6" width="3" height="2.6" rx=".6"/>
  </g>
</svg>`;

/** Stands for "profile" in toolbars, menus and tabs. */
export const profileIcon = new LabIcon({
  name: 'jupyterlab-nativeprofile:profile',
  svgstr: SVG
});
