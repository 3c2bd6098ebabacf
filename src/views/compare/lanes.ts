/** Which part of what ran is compared: all of it, or each cell's own thread. */
import type { Lane } from '../../analysis/lanes';
import { firstLane } from '../../analysis/lanes';
import type { IProfile } from '../../model/profile';
import { isSameLane } from '../laneName';

/**
 * For each profile its lane. Threads of one run have no counterpart in
 * another but for the cell's own, so any other lane is as if none were chosen.
 *
 * @param lane What is shown of `own`, null: nothing that could be matched.
 * @param values For each profile the value that is compared.
 */
export function lanesFor(
  own: IProfile,
  lane: Lane | null,
  profiles: readonly IProfile[],
  values: readonly number[]
): (Lane | null)[] {
  return lane && isOwnThread(own, lane)
    ? profiles.map(ownThread)
    : profiles.map((profile, at) => firstLane(profile, values[at]));
}

/** Whether a lane can be compared: the cell's own thread. */
export function isOwnThread(profile: IProfile, lane: Lane): boolean {
  return isSameLane(lane, ownThread(profile));
}

function ownThread({ threads }: IProfile): Lane | null {
  const row = threads?.main.indexOf(1) ?? -1;
  return row >= 0 ? { kind: 'thread', row } : null;
}
