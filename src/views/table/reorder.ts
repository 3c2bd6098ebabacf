/** What a click on the title of a column does. */
import type { IViewContext } from '../view';
import type { IColumn } from './column';

/** By which column rows are ordered, and which way. */
export interface IOrder {
  readonly sort: string;
  readonly descending: boolean;
}

/**
 * Orders rows by a column, the other way round where they are by that already;
 * says so for those who do not see it.
 *
 * @param wanted The way that was asked for, if one was.
 */
export function reorder(
  { announce, trans }: Pick<IViewContext, 'announce' | 'trans'>,
  { id, label, numeric }: IColumn,
  before: IOrder,
  wanted?: boolean
): IOrder {
  const again = id === before.sort;
  const descending = wanted ?? (again ? !before.descending : numeric);
  announce(
    descending
      ? trans.__('Ordered by %1, descending', label)
      : trans.__('Ordered by %1, ascending', label)
  );
  return { sort: id, descending };
}
