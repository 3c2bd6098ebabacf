/** What the pointer does on the call graph: it shows, chooses, opens, moves and zooms. */
import type { Stage } from '../stage';

/** Pixels that a press may stray and still be a click. */
const STRAY = 4;

/** How much the wheel turns for one zoom by e. */
const WHEEL = 300;

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
  { node, listeners }: Pick<Stage, 'node' | 'listeners'>,
  pointed: IPointed
): void {
  let press: { x: number; y: number; moved: boolean } | null = null;
  listeners.on(node, 'pointermove', event => {
    if (press) {
      const dx = event.clientX - press.x;
      const dy = event.clientY - press.y;
      if (press.moved || Math.hypot(dx, dy) > STRAY) {
        press = { x: event.clientX, y: event.clientY, moved: true };
        node.style.cursor = 'grabbing';
        pointed.pan(dx, dy);
        return;
      }
    }
    const hit = pointed.nodeAt(event);
    const clickable = hit >= 0 || pointed.handleAt(event) >= 0;
    node.style.cursor = clickable ? 'pointer' : 'grab';
    if (hit >= 0) {
      pointed.show(hit, event);
    } else {
      pointed.showNothing();
    }
  });
  listeners.on(node, 'pointerdown', event => {
    if (event.button === 0) {
      press = { x: event.clientX, y: event.clientY, moved: false };
      node.setPointerCapture(event.pointerId);
    }
  });
  listeners.on(node, 'pointerup', event => {
    const click = press && !press.moved;
    press = null;
    if (click) {
      const handle = pointed.handleAt(event);
      if (handle >= 0) {
        pointed.turn(handle);
      } else {
        pointed.choose(pointed.nodeAt(event));
      }
    }
  });
  listeners.on(node, 'pointercancel', () => (press = null));
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
      // Without Ctrl the wheel is the notebook's.
      if (event.ctrlKey) {
        event.preventDefault();
        pointed.zoom(Math.exp(-event.deltaY / WHEEL), event);
      }
    },
    { passive: false }
  );
}
