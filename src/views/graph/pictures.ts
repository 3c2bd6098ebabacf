/** The call graph as it is saved: SVG, PNG, dot. */
import { pngImage } from '../../export/canvas';
import { dotGraph } from '../../export/dot';
import type { IPen } from '../../export/pen';
import { SvgPen } from '../../export/svg';
import type { IExportChoice, IViewContext } from '../view';
import type { IScene } from './scene';

const MARGIN = 12;

/** All of the scene, at its own size, painted by `paint`. */
export function graphPictures(
  context: IViewContext,
  scene: IScene,
  paint: (pen: IPen) => void
): readonly IExportChoice[] {
  const { trans, theme } = context;
  const { background } = theme.palette;
  const width = scene.layout.width + 2 * MARGIN;
  const height = scene.layout.height + 2 * MARGIN;
  return [
    {
      label: trans.__('Picture (SVG)'),
      extension: 'svg',
      make: () => {
        const pen = new SvgPen(MARGIN, MARGIN);
        paint(pen);
        return pen.finish(width, height, background);
      }
    },
    {
      label: trans.__('Picture (PNG)'),
      extension: 'png',
      make: () =>
        pngImage(width, height, background, pen => {
          pen.context.translate(MARGIN, MARGIN);
          paint(pen);
        })
    },
    {
      label: trans.__('Graph (dot)'),
      extension: 'dot',
      make: () => dotOf(context, scene)
    }
  ];
}

function dotOf(context: IViewContext, scene: IScene): Blob {
  const { profile, theme } = context;
  const { nodes, edges } = scene.graph;
  const { categories } = theme.palette;
  return dotGraph(
    profile.meta.name,
    scene.texts.map((text, node) => ({
      label: [text.name, text.place, text.inclusive, text.self]
        .filter(Boolean)
        .join('\n'),
      fill: categories[nodes.category[node]].fill,
      text: categories[nodes.category[node]].text
    })),
    scene.labels.map((label, edge) => ({
      from: edges.from[edge],
      to: edges.to[edge],
      label,
      width: 0.5 + 6 * scene.shares[edge]
    }))
  );
}
