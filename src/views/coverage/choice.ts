/** What the user has chosen in the view of coverage. */
import {
  COVERAGE_BY,
  coverageRows,
  hasCoverage,
  type CoverageBy
} from '../../analysis/coverage';
import type { IProfile } from '../../model/profile';

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

/** The same for one profile: of a single file, as a cell is, the functions say more. */
export function firstCoverage(profile: IProfile): ICoverageChoice {
  const isOne =
    hasCoverage(profile) && coverageRows(profile, 'file').length === 1;
  return { ...COVERAGE_CHOICE, ...(isOne && { by: 'function' }) };
}

/** Reads a choice that was kept or sent; what does not fit is as at first. */
export function readCoverageChoice(
  value: unknown,
  profile: IProfile
): ICoverageChoice {
  const chosen = (value ?? {}) as Partial<
    Record<keyof ICoverageChoice, unknown>
  >;
  const { by, never, sort, descending } = firstCoverage(profile);
  return {
    by: COVERAGE_BY.find(known => known === chosen.by) ?? by,
    never: typeof chosen.never === 'boolean' ? chosen.never : never,
    sort: typeof chosen.sort === 'string' ? chosen.sort : sort,
    descending:
      typeof chosen.descending === 'boolean' ? chosen.descending : descending
  };
}
