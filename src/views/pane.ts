/** A place for one view at a time: its name and tools above it, if wanted there. */
import { el, uniqueId } from './dom';
import type { IView, IViewContext, IViewKind } from './view';

/** One of two places. */
export class Pane {
  constructor() {
    this.node.append(this._head, this._main);
  }

  readonly node = el('div', {
    class: 'np-Pane',
    attrs: { id: uniqueId('panel') }
  });
  /** The name of what is shown, above it. */
  readonly name = el('span', { class: 'np-Pane-name' });
  private readonly _tools = el('div', { class: 'np-Tools' });
  private readonly _head = el(
    'div',
    { class: 'np-Pane-head' },
    this.name,
    this._tools
  );
  private readonly _main = el('div', { class: 'np-Pane-main' });

  /** @param withHead Whether the name and the tools stand above the view. */
  show(
    kind: IViewKind,
    { node, tools }: IView,
    { trans }: IViewContext,
    withHead: boolean
  ): void {
    if (node.parentElement !== this._main) {
      moveInto(this._main, node);
    }
    this._head.hidden = !withHead;
    this.name.textContent = trans.__(kind.label);
    if (withHead) {
      this._tools.replaceChildren(...(tools ? [tools] : []));
    }
  }
}

/** Moves an element, and keeps what is scrolled in it where it is. */
function moveInto(parent: HTMLElement, node: HTMLElement): void {
  const scrolled = [...node.querySelectorAll('*')]
    .filter(({ scrollTop, scrollLeft }) => scrollTop > 0 || scrollLeft > 0)
    .map(part => ({ part, top: part.scrollTop, left: part.scrollLeft }));
  parent.append(node);
  for (const { part, top, left } of scrolled) {
    part.scrollTop = top;
    part.scrollLeft = left;
  }
}
