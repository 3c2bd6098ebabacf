/** Lines of a real program, beside what Valgrind's own reader says (samples/callgrind.py). */
import { decode } from '../../format/decode';
import type { IProfile } from '../../model/profile';
import { exactLineRows } from '../exactLines';
import { callsFrom, jumpsIn, valuesIn } from '../lineDetails';

const sample = jest.requireActual<{
  message: unknown;
  /** By line its instructions, and how often it calls whom. */
  lines: [number, Record<string, number>][];
}>('./samples/callgrind.json');

let profile: IProfile;
let file: number;

beforeAll(async () => {
  profile = await decode(sample.message);
  file = profile.strings.indexOf('/src/p.c');
});

it('have the counts and the calls that callgrind_annotate tells', () => {
  const lines = exactLineRows(profile, 0, 'native');
  const calls = callsFrom(profile, file, 0);
  const found = sample.lines.map((_, at) => {
    const row = lines.line.findIndex(
      (line, row) => line === at + 1 && lines.file[row] === file
    );
    // callgrind_annotate leaves out how a function calls itself.
    const made = (calls.get(at + 1) ?? [])
      .filter(({ cyclic }) => !cyclic)
      .map(({ callee, count }) => [
        profile.strings[profile.functions.name[callee]].replace("'2", ''),
        count
      ]);
    return [row < 0 ? 0 : lines.self[row], Object.fromEntries(made)];
  });
  expect(found).toEqual(sample.lines);
  expect(sample.lines[12][1]).toEqual({ lookup: 170 });
  // fib(9) calls fib 109 times, of which one is from main and two are the first level's.
  const within = calls.get(6)!.filter(({ cyclic }) => cyclic);
  expect(within.map(({ count }) => count)).toEqual([106]);
});

it('add up to what was collected, in every value', () => {
  const files = new Set(profile.lines!.file);
  profile.values.forEach((_, value) => {
    let sum = 0;
    files.forEach(file =>
      valuesIn(profile, file).forEach(costs => (sum += costs[value]))
    );
    const self = profile.functions.self![value];
    expect(sum).toBe(self.reduce((all, one) => all + one, 0));
  });
});

it('jump as often as the loop goes round', () => {
  const back = jumpsIn(profile, file).filter(({ from, to }) => to < from);
  const loops = back.filter(({ from }) => from >= 11 && from <= 16);
  expect(loops.reduce((sum, { taken }) => sum + taken, 0)).toBeGreaterThan(0);
  for (const { taken, executed } of loops) {
    expect(taken).toBeLessThanOrEqual(executed < 0 ? 510 : executed);
  }
});
