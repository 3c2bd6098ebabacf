/** One tooltip for a viewer: title, then pairs of words. */
import { el } from './dom';

/** What a tooltip shows. */
export interface ITip {
  readonly title: string;
  /** Source text or a full symbol, set in the code font. */
  readonly code?: string;
  readonly rows: readonly (readonly [string, string])[];
}

const GAP = 14;

/** Shows a tip beside the pointer, inside the viewer's own box. */
export class Tooltip {
  constructor(root: HTMLElement) {
    this._root = root;
    this.node = el('div', {
      class: 'np-Tooltip',
      attrs: { 'aria-hidden': true, hidden: true }
    });
    root.append(this.node);
  }

  readonly node: HTMLElement;

  /** Shows `tip` near a point of the window. */
  show(tip: ITip, clientX: number, clientY: number): void {
    const list = el('dl');
    for (const [name, value] of tip.rows) {
      list.append(el('dt', { text: name }), el('dd', { text: value }));
    }
    this.node.replaceChildren(
      el('div', { class: 'np-Tooltip-title', text: tip.title }),
      ...(tip.code ? [el('code', { text: tip.code })] : []),
      list
    );
    this.node.hidden = false;
    this._place(clientX, clientY);
  }

  hide(): void {
    this.node.hidden = true;
  }

  private _place(clientX: number, clientY: number): void {
    const box = this._root.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.node;
    const x = clientX - box.left;
    const y = clientY - box.top;
    const left = x + GAP + width > box.width ? x - GAP - width : x + GAP;
    const below = y + GAP;
    const top = below + height > box.height ? y - GAP - height : below;
    const clamp = (value: number, most: number): number =>
      Math.max(2, Math.min(value, most - 2));
    this.node.style.transform = `translate(${clamp(left, box.width - width)}px, ${clamp(top, box.height - height)}px)`;
  }

  private readonly _root: HTMLElement;
}
