/** Whose the parts of the flame graph are, where threads stand side by side. */
import type { ICallTree, IThreadParts } from '../../analysis/tree';
import { lanesOf } from '../../analysis/lanes';
import { clipText, type IPen, type ITextStyle } from '../../export/pen';
import type { IFlameWindow } from '../../layout/flame';
import { laneName } from '../laneName';
import type { IViewContext } from '../view';

/** Height in pixels of the row with the names of threads. */
const HEAD = 20;
const TEXT_SIZE = 11.5;
const PAD = 4;

/** The names above the parts, and the lines between them. */
export class ThreadHead {
  constructor(context: IViewContext) {
    this._context = context;
  }

  /** The height of the row of names in pixels: 0 where all is of one thread. */
  heightOf(tree: ICallTree): number {
    return partsOf(tree) ? HEAD : 0;
  }

  /** The thread of a node; empty where all is of one. */
  nameOf(tree: ICallTree, node: number): string {
    const parts = partsOf(tree);
    const start = tree.start?.[node] ?? 0;
    const part = parts?.end.findIndex(end => end > start) ?? -1;
    return parts && part >= 0 ? this._name(parts.thread[part]) : '';
  }

  /** Paints the names over the first rows, and lines down to `height`. */
  paint(
    pen: IPen,
    tree: ICallTree,
    { from, to }: IFlameWindow,
    width: number,
    height: number
  ): void {
    const parts = partsOf(tree);
    if (!parts) {
      return;
    }
    const { background, soft, text, font } = this._context.theme.palette;
    const style: ITextStyle = { color: text, font, size: TEXT_SIZE };
    pen.rect(0, 0, width, HEAD, background);
    const xOf = (cost: number): number => ((cost - from) / (to - from)) * width;
    let left = xOf(0);
    parts.end.forEach((end, part) => {
      const right = xOf(end);
      const x = Math.max(0, left);
      const room = Math.min(width, right) - x;
      if (room >= 1) {
        pen.rect(x, 0, room, HEAD - 2, soft);
        const name = this._name(parts.thread[part]);
        const shown = clipText(pen, name, style, room - 2 * PAD);
        pen.text(x + PAD, HEAD / 2 - 1, shown, style);
        if (left > 0) {
          pen.rect(left - 1, 0, 1, height, text);
        }
      }
      left = right;
    });
  }

  private _name(row: number): string {
    this._names ??= this._makeNames();
    return this._names.get(row) ?? '';
  }

  /** The names of all threads, those of several processes with their process. */
  private _makeNames(): ReadonlyMap<number, string> {
    const { profile, trans } = this._context;
    const names = new Map<number, string>();
    for (const { process, threads } of lanesOf(profile, 0).processes) {
      const of = process?.main === false ? laneName(process, trans) : '';
      for (const row of threads) {
        const name = laneName(row, trans);
        if (row.lane.kind === 'thread') {
          names.set(row.lane.row, of ? `${name}, ${of}` : name);
        }
      }
    }
    return names;
  }

  private readonly _context: IViewContext;
  private _names: ReadonlyMap<number, string> | null = null;
}

function partsOf({ threads }: ICallTree): IThreadParts | null {
  return threads && threads.thread.length > 1 ? threads : null;
}
