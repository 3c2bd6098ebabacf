/** What pressing, dragging and turning the wheel do alike on every picture that moves. */
import type { Stage } from './stage';

/** Pixels that a press may stray and still be a click. */
const STRAY = 4;
/** How much the wheel turns for one zoom by e. */
const WHEEL = 300;

/** What answers to the main button. */
export interface IPressed {
  /** The pointer moves, and drags nothing. */
  hover(event: MouseEvent): void;
  /** The pointer drags, by so many pixels since the last time. */
  drag(aside: number, down: number): void;
  click(event: MouseEvent): void;
}

/** Tells clicks from drags on a stage, until that is disposed. */
export function followPress(
  { node, listeners }: Pick<Stage, 'node' | 'listeners'>,
  pressed: IPressed
): void {
  let press: { x: number; y: number; moved: boolean } | null = null;
  const forget = (): void => void (press = null);
  listeners.on(node, 'pointermove', event => {
    const { clientX: x, clientY: y } = event;
    if (
      press &&
      (press.moved || Math.hypot(x - press.x, y - press.y) > STRAY)
    ) {
      const before = press;
      press = { x, y, moved: true };
      pressed.drag(x - before.x, y - before.y);
    } else {
      pressed.hover(event);
    }
  });
  listeners.on(node, 'pointerdown', event => {
    if (event.button === 0) {
      press = { x: event.clientX, y: event.clientY, moved: false };
      // A drag may end outside.
      node.setPointerCapture(event.pointerId);
    }
  });
  listeners.on(node, 'pointerup', event => {
    const isClick = press && !press.moved;
    forget();
    if (isClick) {
      pressed.click(event);
    }
  });
  listeners.on(node, 'pointercancel', forget);
  listeners.on(node, 'contextmenu', forget);
}

/** How many times as much a turn of the wheel shows; null: without Ctrl it is the notebook's. */
export function wheelZoom({ ctrlKey, deltaY }: WheelEvent): number | null {
  return ctrlKey ? Math.exp(deltaY / WHEEL) : null;
}
