/** The head of a grid: what each column is, of which value, and the one ordered by. */
import { el } from '../dom';
import type { IColumn } from './column';

/** The column that rows are ordered by. */
export interface ISorted {
  readonly id: string;
  readonly descending: boolean;
}

/** Fills `head`; a click on a column calls `sort`, where there is such a thing. */
export function makeHead(
  head: HTMLElement,
  columns: readonly IColumn[],
  sorted: ISorted | null,
  sort?: (column: IColumn) => void
): void {
  head.classList.toggle(
    'np-mod-two',
    columns.some(column => column.of)
  );
  head.replaceChildren(
    ...columns.map((column, at) => {
      const by = sorted?.id === column.id ? sorted : null;
      const mark = by ? (by.descending ? ' ↓' : ' ↑') : '';
      // The name of a value stands once over all of its columns.
      const begins = column.of && columns[at - 1]?.of !== column.of;
      const name = [column.label, column.of].filter(Boolean).join(', ');
      const text = column.label + mark;
      const cell = el(
        'div',
        {
          class: column.numeric ? 'np-mod-number' : '',
          attrs: {
            role: 'columnheader',
            'aria-label': name,
            ...(column.title && { title: column.title })
          }
        },
        begins ? el('span', { class: 'np-Grid-of', text: column.of }) : null
      );
      if (sort) {
        const button = el('button', {
          text,
          attrs: { type: 'button', tabindex: -1, 'aria-label': name }
        });
        button.addEventListener('click', () => sort(column));
        cell.append(button);
        cell.setAttribute(
          'aria-sort',
          !by ? 'none' : by.descending ? 'descending' : 'ascending'
        );
      } else {
        cell.append(text);
      }
      return cell;
    })
  );
}
