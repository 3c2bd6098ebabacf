/** The rows of a flame graph that are seen, on any pen. */
import type { ICallTree } from '../../analysis/callTree';
import { pngImage } from '../../export/canvas';
import type { IPen } from '../../export/pen';
import { SvgPen } from '../../export/svg';
import { rowTop, type IFlameLayout } from '../../layout/flame';
import type { IExportChoice, IViewContext } from '../view';
import { paintFrame, type FrameNames } from './paint';

/** Height of a frame in pixels. */
export const ROW = 20;

/** What to paint: the part of a layout from `top` on, `height` pixels of it. */
export interface IFlamePart {
  readonly tree: ICallTree;
  readonly layout: IFlameLayout;
  /** The node with the keyboard's focus, -1: none. */
  readonly focus: number;
  readonly top: number;
  readonly height: number;
}

/** Paints frames; what is selected or hovered in any view stands out. */
export function paintFlame(
  pen: IPen,
  context: IViewContext,
  names: FrameNames,
  { tree, layout, focus, top, height }: IFlamePart
): void {
  const { matches } = context.data;
  const { selection, hover } = context.state.value;
  const firstRow = Math.max(0, Math.floor(top / ROW));
  const lastRow = Math.min(layout.rows, Math.ceil((top + height) / ROW));
  const marked: number[] = [];
  const paint = (box: number): void => {
    const node = layout.node[box];
    const func = tree.func[node];
    const frame = {
      x: layout.x[box],
      y: rowTop(layout, layout.row[box]) - top,
      width: layout.width[box],
      height: ROW,
      func,
      category: tree.category[node],
      dim: !!matches && !matches.has(func),
      selected: func === selection,
      focused: node === focus,
      hovered: func === hover
    };
    paintFrame(pen, frame, names, context.theme.palette);
  };
  const last = layout.rowStart[lastRow] ?? layout.length;
  for (let box = layout.rowStart[firstRow] ?? 0; box < last; box++) {
    const func = tree.func[layout.node[box]];
    if (func === selection || func === hover) {
      marked.push(box);
    } else {
      paint(box);
    }
  }
  // Outlines last, or the neighbours would paint over them.
  marked.forEach(paint);
}

/** The whole graph as files of `width` pixels, laid out when asked for. */
export function flamePictures(
  { theme, trans }: IViewContext,
  width: number,
  layOut: () => IFlameLayout,
  draw: (pen: IPen, layout: IFlameLayout) => void
): readonly IExportChoice[] {
  const { background } = theme.palette;
  return [
    {
      label: trans.__('Picture (SVG)'),
      extension: 'svg',
      make: () => {
        const pen = new SvgPen();
        const layout = layOut();
        draw(pen, layout);
        return pen.finish(width, layout.height, background);
      }
    },
    {
      label: trans.__('Picture (PNG)'),
      extension: 'png',
      make: () => {
        const layout = layOut();
        return pngImage(width, layout.height, background, pen =>
          draw(pen, layout)
        );
      }
    }
  ];
}
