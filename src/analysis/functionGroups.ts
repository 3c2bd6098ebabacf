/** What modules or files cost, for tables of functions in groups. */
import type { IProfile } from '../model/profile';
import { exactCosts } from './exactGraph';
import type { IStackView } from './stackView';
import type { Group } from './groups';
import { partitionOfEdges, partitionOfStacks } from './partition';
import { sampledCosts } from './sampledGraph';

/** The modules or files of a profile. */
export interface IFunctionGroups {
  readonly length: number;
  /** The group of each function. */
  readonly of: Int32Array;
  /** Cost inside the group and of what it called; each sample counts once. */
  readonly inclusive: Float64Array;
  /** The part of `inclusive` that was measured, not sampled; null: none. */
  readonly measured: Float64Array | null;
  /** Where most of the group's own cost went. */
  readonly category: Uint8Array;
}

/** The groups of the functions in a view. */
export function functionGroups(
  profile: IProfile,
  view: IStackView,
  group: Group
): IFunctionGroups {
  const partition = view.available
    ? partitionOfStacks(profile, view, group)
    : partitionOfEdges(profile, group);
  const { inclusive, measured, category } = view.available
    ? sampledCosts(profile, view, partition, null)
    : exactCosts(profile, view.valueIndex, partition, null);
  return {
    length: partition.keys,
    of: partition.home,
    inclusive,
    measured: measured && measured.inclusive,
    category
  };
}
