/** A profile with a curve of memory. */
import type { IProfile } from '../model/profile';
import { example } from './example';

/** A profile with snapshots of two kinds of memory, and a count beside them. */
export const PROFILE: IProfile = {
  ...example,
  meta: {
    ...example.meta,
    kind: 'exact',
    time_unit: 'i',
    parts: [
      { name: 'snapshot 1', snapshot: 1 },
      { name: 'snapshot 2', snapshot: 2, trigger: 'peak' }
    ],
    part: 1
  },
  values: [
    { name: 'heap', unit: 'bytes', exact: true },
    { name: 'blocks', unit: 'count', exact: true },
    { name: 'stacks', unit: 'bytes', exact: true }
  ],
  snapshots: {
    length: 4,
    time: Float64Array.of(0, 10, 40, 100),
    values: [
      Float64Array.of(0, 500, 900, 100),
      Float64Array.of(0, 5, 9, 1),
      Float64Array.of(10, 20, 30, 40)
    ]
  }
};
