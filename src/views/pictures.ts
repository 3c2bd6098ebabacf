/** Saves what a view has drawn as pictures. */
import { pngImage } from '../export/canvas';
import type { IPen } from '../export/pen';
import { SvgPen } from '../export/svg';
import type { IExportChoice, IViewContext } from './view';

/** What a picture shows, its size in pixels. */
export interface IPicture {
  readonly width: number;
  readonly height: number;
  draw(pen: IPen): void;
}

/**
 * What is on screen as files.
 *
 * @param make Lays out what is drawn, when a file is asked for.
 */
export function pictures(
  { theme, trans }: IViewContext,
  make: () => IPicture
): readonly IExportChoice[] {
  const { background } = theme.palette;
  return [
    {
      label: trans.__('Picture (SVG)'),
      extension: 'svg',
      make: () => {
        const { width, height, draw } = make();
        const pen = new SvgPen();
        draw(pen);
        return pen.finish(width, height, background);
      }
    },
    {
      label: trans.__('Picture (PNG)'),
      extension: 'png',
      make: () => {
        const { width, height, draw } = make();
        return pngImage(width, height, background, draw);
      }
    }
  ];
}
