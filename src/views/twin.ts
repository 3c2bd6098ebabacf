/** What a screen reader finds in the place of a canvas. */
import { el, uniqueId } from './dom';

/** One thing that the canvas shows. */
export interface ITwinItem {
  readonly label: string;
  readonly level: number;
  readonly position: number;
  readonly size: number;
  /** Whether there is more below, and whether it is shown here. */
  readonly expanded?: boolean;
}

/** A hidden tree around the focused item, inside `owner` with role `tree`. */
export class Twin {
  constructor(owner: HTMLElement) {
    this._owner = owner;
    owner.append(this._node);
  }

  /** Shows these items, `active` being the focused one (-1: none). */
  show(items: readonly ITwinItem[], active: number): void {
    const nodes = items.map((item, i) =>
      el('div', {
        text: item.label,
        attrs: {
          role: 'treeitem',
          id: `${this._id}-${i}`,
          'aria-level': item.level,
          'aria-posinset': item.position,
          'aria-setsize': item.size,
          'aria-selected': String(i === active),
          ...(item.expanded === undefined
            ? {}
            : { 'aria-expanded': String(item.expanded) })
        }
      })
    );
    this._node.replaceChildren(...nodes);
    if (active >= 0) {
      this._owner.setAttribute('aria-activedescendant', nodes[active].id);
    } else {
      this._owner.removeAttribute('aria-activedescendant');
    }
  }

  private readonly _owner: HTMLElement;
  private readonly _id = uniqueId('twin');
  private readonly _node = el('div', {
    class: 'np-Hidden',
    attrs: { role: 'presentation' }
  });
}
