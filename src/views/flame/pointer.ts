/** What the pointer does on the flame graph: it shows, chooses, drags and zooms. */
import type { IMenuPoint } from '../menu';
import type { Stage } from '../stage';

/** Pixels that a press may stray and still be a click. */
const STRAY = 4;

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

/** Where a button went down, and where the pointer was last. */
interface IPress {
  readonly x: number;
  readonly y: number;
  readonly scrollTop: number;
  lastX: number;
  moved: boolean;
}

/** Makes `pointed` answer to the pointer on a stage, until that is disposed. */
export function followPointer(
  stage: Pick<Stage, 'node' | 'listeners'>,
  pointed: IPointed
): void {
  const { node, listeners } = stage;
  let press: IPress | null = null;
  listeners.on(node, 'pointermove', event => {
    if (press) {
      const { clientX, clientY } = event;
      const down = clientY - press.y;
      if (press.moved || Math.hypot(clientX - press.x, down) > STRAY) {
        press.moved = true;
        node.scrollTop = press.scrollTop - down;
        pointed.drag(clientX - press.lastX);
        press.lastX = clientX;
        return;
      }
    }
    const hit = pointed.nodeAt(event);
    node.style.cursor = hit >= 0 ? 'pointer' : 'default';
    if (hit >= 0) {
      pointed.show(hit, event);
    } else {
      pointed.showNothing();
    }
  });
  listeners.on(node, 'pointerdown', event => {
    if (event.button === 0) {
      const { clientX: x, clientY: y } = event;
      const { scrollTop } = node;
      press = { x, y, lastX: x, scrollTop, moved: false };
    }
  });
  listeners.on(node, 'pointerup', event => {
    const click = press && !press.moved;
    press = null;
    if (click) {
      pointed.choose(pointed.nodeAt(event));
    }
  });
  listeners.on(node, 'pointercancel', () => (press = null));
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
      press = null;
      pointed.menu?.(hit, event);
    }
  });
  listeners.on(
    node,
    'wheel',
    event => {
      // Without Ctrl the wheel is the notebook's, unless it goes sideways.
      const aside = event.shiftKey ? event.deltaY : event.deltaX;
      if (event.ctrlKey) {
        event.preventDefault();
        pointed.scale(event, Math.exp(event.deltaY / 300));
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
