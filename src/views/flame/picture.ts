/** The rows of a flame graph that are seen, on any pen. */
import type { ICallTree } from '../../analysis/tree';
import type { IPen } from '../../export/pen';
import type { IFlameLayout } from '../../layout/flame';
import type { IViewContext } from '../view';
import type { Colouring } from './colours';
import type { IFrameMatches } from './matches';
import type { FrameNames } from './names';
import { paintFrame } from './paint';

/** Height of a frame in pixels. */
export const ROW = 20;

/** Scrolls a row of frames into sight, below a head that stays where it is. */
export function revealRow(scroller: HTMLElement, row: number, head = 0): void {
  const top = row * ROW;
  const { scrollTop } = scroller;
  const clientHeight = scroller.clientHeight - head;
  if (top < scrollTop) {
    scroller.scrollTop = Math.max(0, top - ROW);
  } else if (top + ROW > scrollTop + clientHeight) {
    scroller.scrollTop = top + 2 * ROW - clientHeight;
  }
}

/** What to paint: the part of a layout from `top` on, `height` pixels of it. */
export interface IFlamePart {
  readonly tree: ICallTree;
  readonly layout: IFlameLayout;
  readonly names: FrameNames;
  readonly colours: Colouring;
  /** What the search finds, null: nothing is searched for. */
  readonly matches: IFrameMatches | null;
  /** The node with the keyboard's focus, -1: none. */
  readonly focus: number;
  readonly top: number;
  readonly height: number;
}

/** Paints frames; what is selected or hovered in any view stands out. */
export function paintFlame(
  pen: IPen,
  { state, theme }: IViewContext,
  { tree, layout, names, colours, matches, focus, top, height }: IFlamePart
): void {
  const { selection, hover } = state.value;
  const isMarked = (node: number): boolean =>
    names.isOf(tree, node, selection) || names.isOf(tree, node, hover);
  paintRows(layout, top, height, isMarked, (box, stands) => {
    const node = layout.node[box];
    const frame = {
      x: layout.x[box],
      y: layout.row[box] * ROW - top,
      width: layout.width[box],
      height: ROW,
      name: names.of(tree, node),
      colours: colours(tree, node),
      dim: !!matches && !matches.has(node),
      selected: stands && names.isOf(tree, node, selection),
      focused: node === focus,
      hovered: stands && names.isOf(tree, node, hover)
    };
    paintFrame(pen, frame, theme.palette);
  });
}

/** Paints the boxes in a part of a layout, those that stand out last. */
export function paintRows(
  layout: IFlameLayout,
  top: number,
  height: number,
  isMarked: (node: number) => boolean,
  paint: (box: number, stands: boolean) => void
): void {
  const firstRow = Math.max(0, Math.floor(top / ROW));
  const lastRow = Math.min(layout.rows, Math.ceil((top + height) / ROW));
  const marked: number[] = [];
  const last = layout.rowStart[lastRow] ?? layout.length;
  for (let box = layout.rowStart[firstRow] ?? 0; box < last; box++) {
    if (isMarked(layout.node[box])) {
      marked.push(box);
    } else {
      paint(box, false);
    }
  }
  // Outlines last, or the neighbours would paint over them.
  for (const box of marked) {
    paint(box, true);
  }
}
