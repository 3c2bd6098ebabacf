import { CATEGORIES } from '../../format/types';
import type { IProfile } from '../../model/profile';
import { profileFromText } from '../../testing/profileFromText';
import { randomNumbers } from '../../testing/random';
import { withTimes } from '../../testing/times';
import { spansOf, type ITimeRange } from '../spans';
import { fineColumnsOf, resample } from '../fineColumns';
import { columnsOf, SLOTS, UNMATCHED, fullestColumn } from '../timeColumns';
import { stacksIn, taskTracks, timelineOf, type ITrack } from '../timeline';

const NO_MARKS = { matched: null, selected: null };
const VALUES = [
  { name: 'cpu', unit: 'ns' },
  { name: 'wall', unit: 'ns' },
  { name: 'page-faults', unit: 'count' }
];

/** Samples on and off the CPU of three threads and two tasks, also overlapping. */
function randomly(
  seed: number,
  meta: Partial<IProfile['meta']> = {}
): IProfile {
  const random = randomNumbers(seed);
  const pick = <T>(from: readonly T[]): T =>
    from[Math.floor(random() * from.length)];
  const lines: string[] = [];
  const times: number[] = [];
  let now = 0;
  for (let row = 0; row < 400; row++) {
    now += Math.floor(random() * 3000);
    times.push(now);
    const thread = pick(['', '  [pool]', '  [child 7/main]']);
    const task = pick(['', '  {Task-1 main}', '  {Task-2 fetch}']);
    const long = Math.floor(random() * random() * 60) * 1_000_000;
    lines.push(
      pick([
        `In[5]:1; f  1000000/1000000`,
        `In[5]:1; numpy!dgemm  900000/1000000`,
        `In[5]:2; kernel!off_cpu  0/${long}  sleep`,
        `In[5]:2; kernel!off_cpu_lock  0/${long}  lock`,
        `In[5]:2; g  0/0/${1 + Math.floor(random() * 9)}`
      ]) +
        thread +
        task
    );
  }
  const profile = profileFromText(lines.join('\n'), { values: VALUES });
  return withTimes(profile, times, meta);
}

/** The amounts in columns, by looking at every sample for every column. */
function byHand(
  profile: IProfile,
  isOf: (row: number) => boolean,
  value: number,
  range: ITimeRange,
  length: number
): Float64Array {
  const samples = profile.samples!;
  const spans = spansOf(profile);
  const amounts = new Float64Array(length * SLOTS);
  const width = (range.to - range.from) / length;
  for (let row = 0; row < samples.length; row++) {
    if (!isOf(row)) {
      continue;
    }
    const slot = profile.stacks!.category[samples.stack[row]];
    const isTime = profile.values[value].unit === 'ns';
    const start = isTime ? spans.start[row] : samples.time[row];
    const end = isTime ? spans.end[row] : start;
    for (let column = 0; column < length; column++) {
      const from = range.from + column * width;
      const part =
        end > start
          ? Math.max(0, Math.min(end, from + width) - Math.max(start, from)) /
            (end - start)
          : Number(start >= from && start < from + width);
      amounts[column * SLOTS + slot] += part * samples.values[value][row];
    }
  }
  return amounts;
}

function expectSame(found: Float32Array, wanted: Float64Array): void {
  const most = wanted.reduce((most, one) => Math.max(most, one), 1);
  const apart = wanted.findIndex(
    (one, i) => Math.abs(one - found[i]) > most * 1e-5
  );
  expect([apart, found[apart], wanted[apart]]).toEqual([
    -1,
    undefined,
    undefined
  ]);
}

describe('columnsOf', () => {
  const metas: Partial<IProfile['meta']>[] = [{}, { time_slice: 5000 }];
  const ranges: ITimeRange[] = [
    { from: 0, to: 700_000 },
    { from: 123_456, to: 130_001 },
    { from: 300_000, to: 300_700 },
    { from: 599_000, to: 2_000_000 }
  ];
  describe.each(metas)('with %j', meta => {
    const profile = randomly(11, meta);
    it.each(ranges)('equals the sum by hand in %j', range => {
      for (const value of [1, 2]) {
        const timeline = timelineOf(profile, value);
        timeline.threads.forEach((track, thread) => {
          const isOf = (row: number): boolean =>
            profile.samples!.thread[row] === thread;
          const wanted = byHand(profile, isOf, value, range, 37);
          const { amount } = columnsOf(
            profile,
            timeline,
            track!,
            range,
            37,
            NO_MARKS
          );
          expectSame(amount, wanted);
        });
      }
    });

    it('equals the sum by hand for tasks', () => {
      const timeline = timelineOf(profile, 1);
      const { task, thread } = profile.samples!;
      const tasks = taskTracks(profile, timeline);
      expect(tasks.size).toBe(3);
      for (const [of, tracks] of tasks) {
        for (const track of tracks) {
          const row = track.lane.kind === 'task' ? track.lane.row : -1;
          const isOf = (sample: number): boolean =>
            thread[sample] === of && task![sample] === row;
          const wanted = byHand(profile, isOf, 1, timeline.range, 50);
          const { range } = timeline;
          const columns = columnsOf(
            profile,
            timeline,
            track,
            range,
            50,
            NO_MARKS
          );
          expectSame(columns.amount, wanted);
        }
      }
    });
  });

  it('holds all of the amount in the whole range', () => {
    const profile = randomly(5);
    const timeline = timelineOf(profile, 0);
    const { costs: cost } = timeline;
    const sums = new Float64Array(SLOTS);
    for (const track of timeline.threads) {
      const { range } = timeline;
      const columns = columnsOf(profile, timeline, track!, range, 64, NO_MARKS);
      columns.amount.forEach((one, i) => (sums[i % SLOTS] += one));
    }
    cost.forEach((one, category) =>
      expect(sums[category] / (one || 1)).toBeCloseTo(one ? 1 : 0, 4)
    );
    expect(cost[CATEGORIES.indexOf('lock')]).toBeGreaterThan(0);
  });

  it('tells apart what was searched for, and what is selected', () => {
    const profile = withTimes(profileFromText('f 1000\ng 3000'), [5, 15]);
    const timeline = timelineOf(profile, 0);
    const { samples } = profile;
    const only = (row: number): Uint8Array => {
      const marks = new Uint8Array(profile.stacks!.length);
      marks[samples!.stack[row]] = 1;
      return marks;
    };
    const { amount, selected } = columnsOf(
      profile,
      timeline,
      timeline.threads[0]!,
      { from: 0, to: 20 },
      1,
      { matched: only(0), selected: only(1) }
    );
    expect([amount[0], amount[UNMATCHED], selected![0]]).toEqual([
      1000, 3000, 3000
    ]);
  });
});

describe('resample', () => {
  const profile = randomly(17);
  const timeline = timelineOf(profile, 1);
  const whole = timeline.range;
  const bin = (range: ITimeRange, length: number): Float32Array =>
    columnsOf(profile, timeline, timeline.threads[0]!, range, length, NO_MARKS)
      .amount;
  const again = (range: ITimeRange, length: number): Float32Array => {
    const track = timeline.threads[0]!;
    const fine = fineColumnsOf(profile, timeline, track, NO_MARKS, 600);
    return resample(fine, range, length).amount;
  };
  const part = (from: number, to: number): ITimeRange => ({
    from: (whole.to * from) / 600,
    to: (whole.to * to) / 600
  });

  it('equals looking again where columns are whole bins', () => {
    expectSame(again(whole, 60), Float64Array.from(bin(whole, 60)));
    const range = part(120, 360);
    expectSame(again(range, 24), Float64Array.from(bin(range, 24)));
  });

  it('shares evenly what lies on an edge, and loses nothing', () => {
    const sum = (of: Float32Array): number =>
      of.reduce((sum, one) => sum + one, 0);
    expect(sum(again(whole, 37)) / sum(bin(whole, 1))).toBeCloseTo(1, 5);
    const [one] = [again(part(10.5, 11.5), 1)];
    const two = bin(part(10, 12), 2);
    const half = Array.from(
      { length: SLOTS },
      (_, slot) => (two[slot] + two[SLOTS + slot]) / 2
    );
    expectSame(one, Float64Array.from(half));
  });
});

describe('stacksIn', () => {
  it('cuts what reaches over the edges', () => {
    const profile = withTimes(profileFromText('f 4000\ng 4000'), [2, 6]);
    const timeline = timelineOf(profile, 0);
    const track = timeline.threads[0]!;
    const found = stacksIn(timeline, track, { from: 3, to: 5 });
    expect(Array.from(found.values())).toEqual([1000, 1000]);
  });
});

describe('timelineOf', () => {
  it('shows wall time for any time, and events as they are', () => {
    const profile = randomly(3);
    expect(timelineOf(profile, 0)).toMatchObject({ value: 1, isTime: true });
    expect(timelineOf(profile, 2)).toMatchObject({ value: 2, isTime: false });
  });

  it('shows attributed samples where they ran, if asked to', () => {
    const profile = profileFromText('In[5]; numpy!dgemm 4  own pool!run');
    const stack = (hide: boolean): number =>
      (timelineOf(profile, 0, hide).threads[0] as ITrack).stack[0];
    expect(stack(false)).toBe(profile.samples!.stack[0]);
    expect(stack(true)).toBe(profile.samples!.own![0]);
  });

  it('reaches from the start to the last moment', () => {
    const profile = withTimes(profileFromText('f 1000\ng 0'), [5, 90]);
    expect(timelineOf(profile, 0).range).toEqual({ from: 0, to: 91 });
  });

  it('has one lane for each of 10,000 threads, and none for nothing', () => {
    const text = Array.from({ length: 10_000 }, (_, i) => `f ${i % 2} [t${i}]`);
    const { threads } = timelineOf(profileFromText(text.join('\n')), 0);
    expect(threads).toHaveLength(10_000);
    expect(threads.filter(Boolean)).toHaveLength(5_000);
    expect(threads[1]!.length).toBe(1);
  });
});

describe('fullestColumn', () => {
  it('is the largest amount that one lane has in one column', () => {
    const profile = withTimes(
      profileFromText('f 2\ng 3\nf 4 [pool]', { unit: 'count' }),
      [1, 2, 9]
    );
    const timeline = timelineOf(profile, 0);
    const range = { from: 0, to: 10 };
    const fullest = (length: number): number =>
      fullestColumn(
        timeline.threads.map(track =>
          columnsOf(profile, timeline, track!, range, length, NO_MARKS)
        )
      );
    expect(fullest(2)).toBe(5);
    expect(fullest(10)).toBe(4);
  });
});
