/** The divider between two views: dragged, or moved with the arrow keys. */
import { type Disposables, el } from './dom';
import { LEAST } from './shown';
import type { IViewContext } from './view';

/** The share that an arrow key moves the divider by. */
const STEP = 0.02;

const within = (share: number): number =>
  Math.min(Math.max(share, LEAST), 1 - LEAST);
const percent = (share: number): number => Math.round(share * 100);

/**
 * Makes the divider. It sets `state.split`, and says where it stands.
 * @param row What the two views share, over whose width it is moved.
 * @param first What is to its left.
 */
export function makeDivider(
  { state, trans }: IViewContext,
  listeners: Disposables,
  row: HTMLElement,
  first: HTMLElement
): HTMLElement {
  const node = el('div', {
    class: 'np-Divider',
    attrs: {
      role: 'separator',
      tabindex: 0,
      title: trans.__('Drag or use the arrow keys; double click: halves'),
      'aria-label': trans.__('Width of the first view, in percent'),
      'aria-orientation': 'vertical',
      'aria-controls': first.id,
      'aria-valuemin': percent(LEAST),
      'aria-valuemax': percent(1 - LEAST)
    }
  });
  const show = (): void => {
    const { split } = state.value;
    row.style.setProperty('--np-split', String(split));
    node.setAttribute('aria-valuenow', String(percent(split)));
  };
  const move = (share: number): void => state.set({ split: within(share) });
  listeners.on(node, 'keydown', event => {
    const { split } = state.wanted;
    const goals: Readonly<Record<string, number>> = {
      ArrowLeft: split - STEP,
      ArrowRight: split + STEP,
      Home: 0,
      End: 1
    };
    const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
    if (event.key in goals && !hasModifier) {
      // To the percent, or many small steps would not come back to a half.
      move(percent(goals[event.key]) / 100);
      event.preventDefault();
      event.stopPropagation();
    }
  });
  listeners.on(node, 'dblclick', () => move(0.5));
  /** From the pointer to the divider's middle, in pixels; null: not dragged. */
  let grip: number | null = null;
  listeners.on(node, 'pointerdown', event => {
    if (event.button === 0) {
      const box = node.getBoundingClientRect();
      grip = box.left + box.width / 2 - event.clientX;
      node.setPointerCapture(event.pointerId);
    }
  });
  listeners.on(node, 'pointermove', event => {
    const box = row.getBoundingClientRect();
    if (grip !== null && box.width > 0) {
      move((event.clientX + grip - box.left) / box.width);
    }
  });
  for (const end of ['pointerup', 'pointercancel'] as const) {
    listeners.on(node, end, () => {
      grip = null;
    });
  }
  listeners.add(state.subscribe(['split'], show));
  show();
  return node;
}
