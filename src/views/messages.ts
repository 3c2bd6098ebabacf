/** Sentences about a profile: how sure it is, and what is missing. */
import { hasCoverage } from '../analysis/coverage';
import { halfWidth } from '../analysis/intervals';
import { formatValue, formatWhole } from '../analysis/units';
import {
  CATEGORIES,
  type IMeta,
  type IQuality,
  type IWireProgress
} from '../format/types';
import { printable } from '../format/text';
import type { CategoryIndex, IProfile } from '../model/profile';
import { categoryStyle } from './categories';
import type { ITranslation } from './env';

/** Below this many samples a share is noise (±18 points at one half). */
export const FEW_SAMPLES = 30;

const percent = (share: number, digits = 1): string => {
  const text = (share * 100).toFixed(digits);
  // Never round a flaw away: 99.97 % is not 100 %.
  return share < 1 && Number(text) === 100 ? '>99.9' : text.replace(/\.0$/, '');
};

/** The widest 95 % interval of a share of `samples`, in points. */
export function worstInterval(samples: number): string {
  const points = 100 * halfWidth(0.5, samples);
  return points < 1 ? points.toFixed(1) : points.toFixed(0);
}

/** As how many samples of equal weight they are sure. */
function sureness({ summary }: IProfile, samples: number): number {
  return Math.min(samples, summary.effective ?? samples);
}

function countSamples(samples: number, trans: ITranslation): string {
  return trans.__(
    samples === 1 ? '%1 sample' : '%1 samples',
    formatWhole(samples)
  );
}

/** The pieces of the header's line about the profile's quality. */
export function qualityLine(profile: IProfile, trans: ITranslation): string[] {
  const { meta, quality } = profile;
  const parts = [meta.rate ? `${meta.engine} ${meta.rate} Hz` : meta.engine];
  if (meta.kind === 'exact') {
    parts.push(
      hasCoverage(profile) || !profile.functions.calls
        ? trans.__('counted exactly')
        : trans.__('exact call counts')
    );
  }
  if (isSimulated(profile) && meta.wall_ns > 0) {
    parts.push(trans.__('%1 under Valgrind', formatValue(meta.wall_ns, 'ns')));
  }
  const { samples } = quality;
  if (samples !== undefined) {
    parts.push(countSamples(samples, trans));
  }
  if (samples) {
    parts.push(`±${worstInterval(sureness(profile, samples))} %`);
  }
  if (quality.stitched !== undefined) {
    parts.push(trans.__('%1 % stitched', percent(quality.stitched)));
  }
  if (quality.lost) {
    parts.push(trans.__('%1 % lost', percent(quality.lost)));
  }
  return parts;
}

/** Whether the code ran on Valgrind's processor, of which a clock tells nothing of the code. */
export function isSimulated({ meta }: IProfile): boolean {
  return meta.engine === 'callgrind';
}

/** Whole sentences about the profile's quality, most telling first. */
export function qualityNotes(profile: IProfile, trans: ITranslation): string[] {
  const { meta, quality } = profile;
  const notes: string[] = [];
  const { samples } = quality;
  if (samples) {
    notes.push(
      trans.__(
        'A share of %1 samples is sure to ±%2 points at worst (95 %).',
        formatWhole(samples),
        worstInterval(sureness(profile, samples))
      )
    );
  }
  if (meta.stacks === 'leaf') {
    notes.push(
      trans.__(
        'Callers are known only where C code lies between (--stacks leaf): what a function spent itself is right, what it called may miss.'
      )
    );
  }
  notes.push(...measuredNotes(quality, trans));
  notes.push(...(quality.notes ?? []));
  // Of tables of functions alone a note says what was dropped.
  if (meta.truncated && profile.stacks) {
    notes.push(
      trans.__('The rarest stacks were dropped to keep the notebook small.')
    );
  }
  if (meta.engine_reason) {
    notes.push(
      `${trans.__('Engine %1:', engineName(meta))} ${meta.engine_reason}`
    );
  }
  return notes;
}

function measuredNotes(quality: IQuality, trans: ITranslation): string[] {
  const notes: string[] = [];
  const say = (share: number | undefined, sentence: string): void => {
    if (share) {
      notes.push(trans.__(sentence, percent(share)));
    }
  };
  const { stitched } = quality;
  if (stitched !== undefined) {
    notes.push(
      trans.__(
        '%1 % of the stacks are complete from the leaf to the start of the thread.',
        percent(stitched)
      )
    );
  }
  say(quality.lines, 'The line is known for %1 % of the Python frames.');
  say(quality.truncated, '%1 % of the stacks were deeper than the recording.');
  say(quality.lost, '%1 % of the samples were lost by the recorder.');
  say(quality.unresolved, '%1 % of the native frames have no symbol.');
  say(
    quality.attributed,
    '%1 % of the samples are of native threads, charged to the line that launched them (key a shows them where they ran).'
  );
  if (quality.attributed && quality.attributed_confidence !== undefined) {
    notes.push(
      trans.__(
        'That line is beyond doubt for %1 % of them.',
        percent(quality.attributed_confidence)
      )
    );
  }
  say(
    quality.trampolines,
    'The trampolines that record Python calls took an estimated %1 % of the CPU time; that is taken out.'
  );
  say(
    quality.trampolines_error,
    'That may be off by %1 % of the CPU time (95 % interval).'
  );
  return notes;
}

/**
 * What a category means in this profile. Waiting is more than the category's
 * own sentence where clocks measured it: readers take it for a busy machine.
 */
export function categoryMeaning(
  profile: IProfile,
  category: CategoryIndex,
  trans: ITranslation
): string {
  const { meta } = profile;
  if (CATEGORIES[category] !== 'waiting' || meta.kind === 'exact') {
    return `${trans.__(categoryStyle(category).meaning)}.`;
  }
  const queued = meta.thread_queued_ns ?? 0;
  return [
    trans.__(
      "The cell's own thread was not ready to run: sleep, input and output, locks, other processes."
    ),
    queued > 0
      ? trans.__(
          'Waiting for a CPU that others use is not counted (%1).',
          formatValue(queued, 'ns')
        )
      : trans.__('Waiting for a CPU that others use is not counted.')
  ].join(' ');
}

/** The engine with its version. */
export function engineName(meta: IMeta): string {
  return `${meta.engine} ${meta.engine_version}`.trim();
}

/** A sentence if there is too little to say anything, else null. */
export function tooFew(profile: IProfile, trans: ITranslation): string | null {
  const samples = profile.quality.samples ?? profile.samples?.length;
  if (
    profile.meta.kind !== 'sampled' ||
    samples === undefined ||
    samples >= FEW_SAMPLES
  ) {
    return null;
  }
  return trans.__(
    'Too short to say (%1 in %2): raise --rate or repeat the work in a loop.',
    countSamples(samples, trans),
    formatValue(profile.meta.wall_ns, 'ns')
  );
}

/** What a running cell says. */
export function progressLine(
  progress: IWireProgress['progress'],
  trans: ITranslation
): string {
  const parts = [
    progress.phase === 'running'
      ? trans.__('%1 is recording', progress.engine)
      : trans.__('Reading what %1 recorded', progress.engine),
    formatValue(progress.elapsed_ns, 'ns')
  ];
  if (progress.samples !== null) {
    parts.push(countSamples(progress.samples, trans));
  }
  if (progress.note) {
    parts.push(printable(progress.note));
  }
  return parts.join(' · ');
}
