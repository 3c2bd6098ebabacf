/** What the user has chosen in the table. */
import type { Group } from '../../analysis/groups';

/** The part of the viewer's state that is the table's. */
export interface ITableChoice {
  /** True: source lines instead of functions. */
  readonly lines: boolean;
  /** What rows stand under; `function`: under nothing. */
  readonly group: Group;
  /** Id of the column that rows are ordered by. */
  readonly sort: string;
  readonly descending: boolean;
  /** By id whether a column is shown, where the user has said so. */
  readonly columns: Readonly<Record<string, boolean>>;
  /** True: callers and callees of the selected function beside the rows. */
  readonly sandwich: boolean;
}

/** What a table begins with. */
export const TABLE_CHOICE: ITableChoice = {
  lines: false,
  group: 'function',
  sort: 'self',
  descending: true,
  columns: {},
  sandwich: false
};
