/** What the user has chosen in the view of coverage. */
import { COVERAGE_BY, type CoverageBy } from '../../analysis/coverage';

/** The part of the viewer's state that is the view's. */
export interface ICoverageChoice {
  /** What a row is. */
  readonly by: CoverageBy;
  /** True: only rows of which something never ran. */
  readonly never: boolean;
  /** Id of the column that rows are ordered by. */
  readonly sort: string;
  readonly descending: boolean;
}

/** What the view begins with: where most is missing comes first. */
export const COVERAGE_CHOICE: ICoverageChoice = {
  by: 'file',
  never: false,
  sort: 'missing',
  descending: true
};

/** Reads a choice that was kept or sent; what does not fit is as at first. */
export function readCoverageChoice(value: unknown): ICoverageChoice {
  const chosen = (value ?? {}) as Partial<
    Record<keyof ICoverageChoice, unknown>
  >;
  const { by, never, sort, descending } = COVERAGE_CHOICE;
  return {
    by: COVERAGE_BY.find(known => known === chosen.by) ?? by,
    never: typeof chosen.never === 'boolean' ? chosen.never : never,
    sort: typeof chosen.sort === 'string' ? chosen.sort : sort,
    descending:
      typeof chosen.descending === 'boolean' ? chosen.descending : descending
  };
}
