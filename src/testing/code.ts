/** Machine code for profiles of tests, which text alone does not describe. */
import type { IProfile } from '../model/profile';
import type { IDisassembly } from '../model/sources';

/** A stretch of machine code: what was spent at which offset. */
export interface ICodeText {
  /** The name of its function. */
  readonly name: string;
  readonly build?: string;
  readonly start?: number;
  /** By offset in bytes: the cost, or one for each value. */
  readonly spent: Readonly<Record<number, number | readonly number[]>>;
}

/** The same profile, with the text of a stretch (row of `code`) in it. */
export function withText(
  profile: IProfile,
  code: number,
  { files, instructions }: IDisassembly
): IProfile {
  const strings = [...profile.strings];
  const string = (text: string | undefined): number =>
    text ? strings.push(text) - 1 : -1;
  const rows = instructions.flatMap(one => {
    const [first = [-1, -1], ...outer] = one.places;
    return [
      { ...one, place: first },
      ...outer.map(place => ({ ...FURTHER, offset: one.offset, place }))
    ];
  });
  const text = (key: 'mnemonic' | 'operands' | 'inlined'): Int32Array =>
    Int32Array.from(rows, row => string(row[key]));
  return {
    ...profile,
    disassembly: {
      length: rows.length,
      code: Int32Array.from(rows, () => code),
      offset: Float64Array.from(rows, ({ offset }) => offset),
      mnemonic: text('mnemonic'),
      operands: text('operands'),
      target: Float64Array.from(rows, ({ target }) => target),
      inlined: text('inlined'),
      file: Int32Array.from(rows, ({ place }) => string(files[place[0]])),
      line: Int32Array.from(rows, ({ place }) => place[1])
    },
    strings
  };
}

/** A row that is a further place of the instruction above. */
const FURTHER = { mnemonic: '', operands: '', inlined: '', target: -1 };

/** The same profile, with machine code. */
export function withCode(
  profile: IProfile,
  stretches: readonly ICodeText[]
): IProfile {
  const strings = [...profile.strings];
  const string = (text: string): number => {
    const known = strings.indexOf(text);
    return known < 0 ? strings.push(text) - 1 : known;
  };
  const func = (name: string): number =>
    profile.functions.name.indexOf(string(name));
  const rows = stretches.flatMap(({ spent }, code) =>
    Object.entries(spent).map(([offset, costs]) => ({
      code,
      offset: Number(offset),
      costs: typeof costs === 'number' ? [costs] : costs
    }))
  );
  return {
    ...profile,
    strings,
    code: {
      length: stretches.length,
      function: Int32Array.from(stretches, ({ name }) => func(name)),
      symbol: Int32Array.from(stretches, ({ name }) => string(name)),
      build: Int32Array.from(stretches, ({ build = 'c0ffee' }) =>
        string(build)
      ),
      start: Float64Array.from(stretches, ({ start = 4096 }) => start)
    },
    instructions: {
      length: rows.length,
      code: Int32Array.from(rows, ({ code }) => code),
      offset: Float64Array.from(rows, ({ offset }) => offset),
      values: profile.values.map((_, at) =>
        Float64Array.from(rows, ({ costs }) => costs[at] ?? 0)
      ),
      file: null,
      line: null
    }
  };
}
