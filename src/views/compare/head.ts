/** What is said above a comparison: what came out, and what to doubt. */
import { Verdict } from '../../analysis/compare/changes';
import { el } from '../dom';
import { profileKey } from '../profileKey';
import { valueLabel } from '../values';
import type { IViewContext } from '../view';
import { isOfCode } from './conditions';
import type { Compared } from './data';
import { isOwnThread } from './lanes';

/** What holds for `compared`, in sentences; those of lost profiles in a paragraph of their own. */
export function makeSentences(
  context: IViewContext,
  compared: Compared
): HTMLElement[] {
  const said = [
    ...outcome(context, compared),
    ...doubts(context, compared),
    ...unmatchedFilters(context)
  ];
  return [said, lostRuns(context)]
    .filter(({ length }) => length > 0)
    .map(sentences => el('p', { text: sentences.join(' ') }));
}

/** A sentence for each profile that was to be compared with and is gone. */
export function lostRuns({ others, state, trans }: IViewContext): string[] {
  const lost = state.value.compare.runs.filter(run => !others.has(run));
  return lost.map(({ file, label }) =>
    file
      ? trans.__(
          '%1 is not compared any more: choose the file %2 again (b).',
          label,
          file
        )
      : trans.__(
          '%1 is not compared any more: it is neither in this notebook nor kept by this browser. Choose another run (b).',
          label
        )
  );
}

/** How many rows differ. */
function outcome({ trans }: IViewContext, compared: Compared): string[] {
  const { shows, tableChanges } = compared;
  const counts = [0, 0, 0, 0, 0];
  tableChanges.verdict.forEach(verdict => counts[verdict]++);
  const kind = shows === 'lines' ? trans.__('lines') : trans.__('functions');
  const said = [
    trans.__(
      '%1 %2 differ by more than sampling explains, %3 within noise.',
      counts[Verdict.Real],
      kind,
      counts[Verdict.Noise]
    )
  ];
  if (counts[Verdict.Unseen] > 0) {
    said.push(
      trans.__(
        '%1 can be seen by one of the engines alone (–).',
        counts[Verdict.Unseen]
      )
    );
  }
  if (counts[Verdict.Measured] > 0) {
    said.push(
      trans.__(
        '%1 were measured, not sampled: their difference is that of these runs.',
        counts[Verdict.Measured]
      )
    );
  }
  return said;
}

/** What of the profiles does not fit together. */
function doubts({ trans }: IViewContext, compared: Compared): string[] {
  const { hasOneUnit, isAsShown, labels, profiles, values } = compared;
  const said = labels
    .filter((_, at) => compared.isEmpty(at))
    .map(label =>
      trans.__(
        '%1 has nothing measured in it: no row can be told apart.',
        label
      )
    );
  const keys = profiles.map(({ meta }) => profileKey(meta));
  if (new Set(keys).size < keys.length) {
    said.push(trans.__('A run is compared with itself: nothing can differ.'));
  }
  const names = values.map(value => valueLabel(value, trans));
  if (new Set(names).size > 1) {
    const list = names.join(', ');
    said.push(
      hasOneUnit
        ? trans.__('They have no value in common: %1.', list)
        : trans.__(
            'They have no value in common (%1), so only shares are compared.',
            list
          )
    );
  } else if (!isAsShown) {
    said.push(trans.__('What all of them measured is compared: %1.', names[0]));
  }
  return said;
}

function unmatchedFilters({ profile, state, trans }: IViewContext): string[] {
  const { conditions, lane, time } = state.value;
  const isOwn = !lane || isOwnThread(profile, lane);
  return time || !isOwn || !conditions.every(isOfCode)
    ? [trans.__('Filters by time, thread, task or cell are not compared.')]
    : [];
}
