/** Which filters hold for another run, too. */
import type { ICondition } from '../../analysis/query';

/** What is called alike in every run; cells, threads and times are one run's own. */
const OF_CODE: readonly ICondition['field'][] = [
  'text',
  'name',
  'module',
  'file',
  'category'
];

/** Whether a condition is about code, and so the same in every run. */
export function isOfCode({ field }: ICondition): boolean {
  return OF_CODE.includes(field);
}
