/** Lines, calls, jumps and branches for profiles of tests, which text of functions does not describe. */
import type { IProfile } from '../model/profile';

/** What was counted of some lines; places are `/file.c:12`, costs one for each value: `10/3`. */
export interface IExactText {
  /** `function place costs`; `-` for a function that is not known. */
  readonly lines: readonly string[];
  /** `caller place callee count costs`. */
  readonly calls?: readonly string[];
  /** `function place-line taken executed`, executed -1 without a condition. */
  readonly jumps?: readonly string[];
  /** `place` and how often each branch was taken, `-` not reached, a `!` before: it throws. */
  readonly branches?: readonly string[];
}

/** The same profile with these tables. */
export function withLines(
  profile: IProfile,
  { lines, calls, jumps, branches }: IExactText
): IProfile {
  const strings = [...profile.strings];
  const string = (text: string): number => {
    const known = strings.indexOf(text);
    return known < 0 ? strings.push(text) - 1 : known;
  };
  const func = (name: string): number =>
    name === '-' ? -1 : profile.functions.name.indexOf(string(name));
  const place = (text: string): { file: number; line: number } => {
    const at = text.lastIndexOf(':');
    return {
      file: string(text.slice(0, at)),
      line: Number(text.slice(at + 1))
    };
  };
  const words = (rows: readonly string[] = []): string[][] =>
    rows.map(row => row.split(' '));
  const costs = (texts: readonly string[]): Float64Array[] =>
    profile.values.map((_, value) =>
      Float64Array.from(texts, text => Number(text.split('/')[value]))
    );
  const ofLines = words(lines);
  const ofCalls = words(calls);
  const ofJumps = words(jumps).map(([name, where, taken, executed]) => {
    const [from, to] = where.split('-');
    return { name, ...place(from), to: Number(to), taken, executed };
  });
  const ofBranches = words(branches).flatMap(([where, ...ways]) =>
    ways.map((way, index) => ({ ...place(where), index, way }))
  );
  return {
    ...profile,
    strings,
    lines: {
      length: ofLines.length,
      function: Int32Array.from(ofLines, ([name]) => func(name)),
      file: Int32Array.from(ofLines, ([, where]) => place(where).file),
      line: Int32Array.from(ofLines, ([, where]) => place(where).line),
      values: costs(ofLines.map(([, , cost]) => cost))
    },
    callSites: calls
      ? {
          length: ofCalls.length,
          caller: Int32Array.from(ofCalls, ([name]) => func(name)),
          callee: Int32Array.from(ofCalls, ([, , name]) => func(name)),
          file: Int32Array.from(ofCalls, ([, where]) => place(where).file),
          line: Int32Array.from(ofCalls, ([, where]) => place(where).line),
          count: Float64Array.from(ofCalls, ([, , , count]) => Number(count)),
          values: costs(ofCalls.map(([, , , , cost]) => cost)),
          code: null,
          offset: null
        }
      : null,
    jumps: jumps
      ? {
          length: ofJumps.length,
          function: Int32Array.from(ofJumps, ({ name }) => func(name)),
          file: Int32Array.from(ofJumps, ({ file }) => file),
          line: Int32Array.from(ofJumps, ({ line }) => line),
          toFile: Int32Array.from(ofJumps, ({ file }) => file),
          toLine: Int32Array.from(ofJumps, ({ to }) => to),
          taken: Float64Array.from(ofJumps, ({ taken }) => Number(taken)),
          executed: Float64Array.from(ofJumps, one => Number(one.executed)),
          code: null,
          offset: null,
          toCode: null,
          toOffset: null
        }
      : null,
    branches: branches
      ? {
          length: ofBranches.length,
          file: Int32Array.from(ofBranches, ({ file }) => file),
          line: Int32Array.from(ofBranches, ({ line }) => line),
          index: Int32Array.from(ofBranches, ({ index }) => index),
          taken: Float64Array.from(ofBranches, ({ way }) =>
            /^!?-$/.test(way) ? -1 : Number(way.replace('!', ''))
          ),
          throws: Uint8Array.from(ofBranches, ({ way }) =>
            way.startsWith('!') ? 1 : 0
          ),
          fallthrough: null
        }
      : null
  };
}
