/** What the views show of the stacks: a filter, and the stacks under it. */
import type { FunctionIndex, IProfile } from '../model/profile';
import type { IPrecision } from './intervals';
import type { Lane } from './lanes';
import type { ICondition } from './query';
import type { ITimeRange } from './spans';

/** What to show. */
export interface IFilter {
  /** Leave out interpreter and notebook machinery; its cost stays. */
  readonly foldPlumbing: boolean;
  /** Only samples of this part of what ran. */
  readonly lane: Lane | null;
  /** Only what was in this stretch of time; what reaches over its edges is cut. */
  readonly time?: ITimeRange | null;
  /** Only stacks through this function, without what is above it. */
  readonly root: FunctionIndex | null;
  /** Show samples charged to a launching line where they were taken. */
  readonly hideAttributed?: boolean;
  /** Only what fulfils all of these. */
  readonly conditions?: readonly ICondition[];
}

/** Everything, with the plumbing folded. */
export const NO_FILTER: IFilter = {
  foldPlumbing: true,
  lane: null,
  root: null
};

/**
 * Stacks after folding and focusing: a prefix tree in which a function may
 * stand several times below one parent. One row may differ from another in
 * its category only.
 */
export interface IStackView {
  readonly profile: IProfile;
  readonly filter: IFilter;
  /** Which of the profile's values `weight` holds. */
  readonly valueIndex: number;
  /** Whether the profile has stacks at all. */
  readonly available: boolean;
  readonly length: number;
  /** The row above, before this one; -1: a root. */
  readonly prefix: Int32Array;
  /** Row of `profile.frames`. */
  readonly frame: Int32Array;
  /** Row of `profile.functions`. */
  readonly function: Int32Array;
  /** Category of the samples that end here. */
  readonly category: Uint8Array;
  /** Cost of the samples that end here. */
  readonly weight: Float64Array;
  /** Number of samples that end here. */
  readonly count: Float64Array;
  /** The part of `weight` that was measured, not sampled; null: none. */
  readonly measured: Float64Array | null;
  /** For each row of `profile.stacks` its row here, -1: not shown. */
  readonly ofStack: Int32Array;
  /** For each row of `profile.samples` its row of `profile.stacks`, -1: not shown. */
  readonly stackOf: Int32Array;
  /** The row here in which a row of `profile.samples` ends, -1: not shown. */
  rowOf(sample: number): number;
  /** Cost of all samples shown. */
  readonly total: number;
  /** Number of all samples shown. */
  readonly samples: number;
  /** How sure these costs are. */
  readonly precision: IPrecision;
}
