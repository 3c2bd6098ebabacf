/** The lanes as a table for a screen reader, around the one with the focus. */
import { el, uniqueId } from '../dom';

/** A lane as a row of the table. */
export interface ITwinRow {
  /** From 0, among all rows. */
  readonly index: number;
  readonly cells: readonly string[];
}

/** A hidden table inside `owner`, which has the role `grid`. */
export class TableTwin {
  constructor(owner: HTMLElement, heads: readonly string[]) {
    this._owner = owner;
    this._head = makeRow(1, heads, 'columnheader');
    owner.append(this._node);
  }

  /** Shows these rows of `size`; the last cell of row `active` has the focus. */
  show(rows: readonly ITwinRow[], size: number, active: number): void {
    this._owner.setAttribute('aria-rowcount', String(size + 1));
    this._owner.removeAttribute('aria-activedescendant');
    const nodes = rows.map(({ index, cells }) => {
      const row = makeRow(index + 2, cells, 'gridcell');
      row.firstElementChild?.setAttribute('role', 'rowheader');
      const isActive = index === active;
      row.setAttribute('aria-selected', String(isActive));
      if (isActive && row.lastElementChild) {
        row.lastElementChild.id = this._id;
        this._owner.setAttribute('aria-activedescendant', this._id);
      }
      return row;
    });
    this._node.replaceChildren(this._head, ...nodes);
  }

  private readonly _owner: HTMLElement;
  private readonly _id = uniqueId('moment');
  private readonly _head: HTMLElement;
  private readonly _node = el('div', {
    class: 'np-Hidden',
    attrs: { role: 'rowgroup' }
  });
}

function makeRow(
  index: number,
  cells: readonly string[],
  role: 'columnheader' | 'gridcell'
): HTMLElement {
  return el(
    'div',
    { attrs: { role: 'row', 'aria-rowindex': index } },
    ...cells.map(text => el('span', { text, attrs: { role } }))
  );
}
