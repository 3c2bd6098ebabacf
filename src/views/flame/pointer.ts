/** What the pointer does on the flame graph: it shows, chooses, drags and zooms. */
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
  /** The graph moves below the pointer. */
  drag(): void;
  choose(node: number): void;
  zoomTo(node: number): void;
  /** Zooms one frame closer to a node. */
  zoomTowards(node: number): void;
  /** Goes back one zoom. */
  back(): void;
}

/** Makes `pointed` answer to the pointer on a stage, until that is disposed. */
export function followPointer(
  stage: Pick<Stage, 'node' | 'listeners'>,
  pointed: IPointed
): void {
  const { node, listeners } = stage;
  let press: { y: number; scrollTop: number; moved: boolean } | null = null;
  listeners.on(node, 'pointermove', event => {
    if (press) {
      const moved = event.clientY - press.y;
      if (press.moved || Math.abs(moved) > STRAY) {
        press.moved = true;
        node.scrollTop = press.scrollTop - moved;
        pointed.drag();
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
      press = { y: event.clientY, scrollTop: node.scrollTop, moved: false };
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
  listeners.on(
    node,
    'wheel',
    event => {
      if (!event.ctrlKey) {
        return;
      }
      event.preventDefault();
      if (event.deltaY > 0) {
        pointed.back();
      } else {
        pointed.zoomTowards(pointed.nodeAt(event));
      }
    },
    { passive: false }
  );
}
