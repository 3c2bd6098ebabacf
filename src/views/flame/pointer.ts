/** What the pointer does on the flame graph: it shows, chooses, drags and zooms. */
import type { IMenuPoint } from '../menu';
import { followPress, wheelZoom } from '../pressing';
import type { Stage } from '../stage';

/** What answers to the pointer; a node is -1 where there is none. */
export interface IPointed {
  nodeAt(event: MouseEvent): number;
  /** The pointer moved over a node. */
  show(node: number, event: MouseEvent): void;
  /** The pointer is over nothing, or has left. */
  showNothing(): void;
  /** The graph moves below the pointer, by pixels to the right. */
  drag(aside: number): void;
  choose(node: number): void;
  zoomTo(node: number): void;
  /** Shows `factor` times as much around where the pointer is. */
  scale(event: MouseEvent, factor: number): void;
  /** Moves what is shown by pixels to the left; false if it fills the width. */
  pan(pixels: number): boolean;
  /** Opens the menu of a node; absent: there is none. */
  menu?(node: number, point: IMenuPoint): void;
}

/** Makes `pointed` answer to the pointer on a stage, until that is disposed. */
export function followPointer(
  stage: Pick<Stage, 'node' | 'listeners'>,
  pointed: IPointed
): void {
  const { node, listeners } = stage;
  followPress(stage, {
    hover: event => {
      const hit = pointed.nodeAt(event);
      node.style.cursor = hit >= 0 ? 'pointer' : 'default';
      if (hit >= 0) {
        pointed.show(hit, event);
      } else {
        pointed.showNothing();
      }
    },
    drag: (aside, down) => {
      node.scrollTop -= down;
      pointed.drag(aside);
    },
    click: event => pointed.choose(pointed.nodeAt(event))
  });
  listeners.on(node, 'pointerleave', () => pointed.showNothing());
  listeners.on(node, 'dblclick', event => {
    const hit = pointed.nodeAt(event);
    if (hit >= 0) {
      pointed.zoomTo(hit);
    }
  });
  listeners.on(node, 'contextmenu', event => {
    // With Shift it is the notebook's, or the browser's.
    const hit = pointed.menu ? pointed.nodeAt(event) : -1;
    if (!event.shiftKey && hit >= 0) {
      event.preventDefault();
      event.stopPropagation();
      pointed.menu?.(hit, event);
    }
  });
  listeners.on(
    node,
    'wheel',
    event => {
      // Without Ctrl the wheel is the notebook's, unless it goes sideways.
      const aside = event.shiftKey ? event.deltaY : event.deltaX;
      const zoom = wheelZoom(event);
      if (zoom !== null) {
        event.preventDefault();
        pointed.scale(event, zoom);
      } else if (
        Math.abs(aside) > (event.shiftKey ? 0 : Math.abs(event.deltaY)) &&
        pointed.pan(aside)
      ) {
        event.preventDefault();
      }
    },
    { passive: false }
  );
}
