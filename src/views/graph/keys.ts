/** What the keys do on the call graph. */

/** Pixels that Shift and an arrow move the drawing. */
const PAN = 80;

/** Where Shift and an arrow move it. */
const ARROWS: Readonly<Record<string, readonly [number, number] | undefined>> =
  {
    ArrowLeft: [PAN, 0],
    ArrowRight: [-PAN, 0],
    ArrowUp: [0, PAN],
    ArrowDown: [0, -PAN]
  };

/** What answers to the keys. */
export interface IKeyed {
  /** Follows an edge from the selected node. */
  travel(arrow: string): void;
  /** Moves the drawing by so many pixels. */
  pan(dx: number, dy: number): void;
  /** To the root. */
  home(): void;
  /** Leaves only callers and callees of the selected node. */
  focus(): void;
  zoom(key: string): void;
  /** By module or part of CPython, or by function. */
  group(by: 'module' | 'interpreter'): void;
  joinCycles(): void;
  /** Opens or closes the selected node. */
  open(): void;
  close(): void;
}

/** Does what a key asks for; false: nothing. */
export function handleKey(event: KeyboardEvent, keyed: IKeyed): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return false;
  }
  const { key } = event;
  const arrow = ARROWS[key];
  if (arrow) {
    if (event.shiftKey) {
      keyed.pan(...arrow);
    } else {
      keyed.travel(key);
    }
    return true;
  }
  const action = actionOf(key, keyed);
  action?.();
  return action !== null;
}

function actionOf(key: string, keyed: IKeyed): (() => void) | null {
  switch (key) {
    case 'Home':
      return () => keyed.home();
    case 'Enter':
      return () => keyed.focus();
    case '+':
    case '=':
    case '-':
    case '0':
      return () => keyed.zoom(key);
    case 'm':
      return () => keyed.group('module');
    case 'i':
      return () => keyed.group('interpreter');
    case 'r':
      return () => keyed.joinCycles();
    case 'e':
      return () => keyed.open();
    case 'c':
      return () => keyed.close();
    default:
      return null;
  }
}
