/** What the pointer does on the call graph: it shows, chooses, opens, moves and zooms. */
import { followPress, wheelZoom } from '../pressing';
import type { Stage } from '../stage';

/** What answers to the pointer; a node is -1 where there is none. */
export interface IPointed {
  nodeAt(event: MouseEvent): number;
  /** The node whose handle is there. */
  handleAt(event: MouseEvent): number;
  show(node: number, event: MouseEvent): void;
  /** The pointer is over nothing, or has left. */
  showNothing(): void;
  choose(node: number): void;
  /** A click on the node's handle. */
  turn(node: number): void;
  focusOn(node: number): void;
  /** Moves the drawing by so many pixels. */
  pan(dx: number, dy: number): void;
  zoom(factor: number, event: MouseEvent): void;
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
      const clickable = hit >= 0 || pointed.handleAt(event) >= 0;
      node.style.cursor = clickable ? 'pointer' : 'grab';
      if (hit >= 0) {
        pointed.show(hit, event);
      } else {
        pointed.showNothing();
      }
    },
    drag: (aside, down) => {
      node.style.cursor = 'grabbing';
      pointed.pan(aside, down);
    },
    click: event => {
      const handle = pointed.handleAt(event);
      if (handle >= 0) {
        pointed.turn(handle);
      } else {
        pointed.choose(pointed.nodeAt(event));
      }
    }
  });
  listeners.on(node, 'pointerleave', () => pointed.showNothing());
  listeners.on(node, 'dblclick', event => {
    const hit = pointed.handleAt(event) < 0 ? pointed.nodeAt(event) : -1;
    if (hit >= 0) {
      pointed.focusOn(hit);
    }
  });
  listeners.on(
    node,
    'wheel',
    event => {
      const zoom = wheelZoom(event);
      if (zoom !== null) {
        event.preventDefault();
        pointed.zoom(1 / zoom, event);
      }
    },
    { passive: false }
  );
}
