/** What is said of branches and jumps in words. */
import type { ILineBranch, ILineJump } from '../../analysis/lineDetails';
import { formatWhole } from '../../analysis/units';
import type { ITranslation } from '../env';

/** Each way out of a line, in order. */
export function branchWords(
  branches: readonly ILineBranch[],
  trans: ITranslation
): string[] {
  return branches.map(({ taken, throws }, at) => {
    const name = throws
      ? trans.__('Branch %1 (by an exception)', at + 1)
      : trans.__('Branch %1', at + 1);
    const said =
      taken < 0
        ? trans.__('never reached')
        : taken === 0
          ? trans.__('never taken')
          : takenWords(taken, -1, trans);
    return `${name}: ${said}`;
  });
}

/** How often a jump was taken. */
export function takenWords(
  taken: number,
  executed: number,
  trans: ITranslation
): string {
  const amount = formatWhole(taken);
  if (executed >= 0) {
    return trans.__('taken %1 of %2 times', amount, formatWhole(executed));
  }
  return taken === 1
    ? trans.__('taken once')
    : trans.__('taken %1 times', amount);
}

/** Where a line jumps to. */
export function jumpWords(
  jumps: readonly ILineJump[],
  trans: ITranslation
): string[] {
  return jumps.map(({ to, taken, executed }) =>
    trans.__('jump to line %1 %2', to, takenWords(taken, executed, trans))
  );
}
