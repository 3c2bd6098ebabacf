/** The tables of random profiles, as adding up sample by sample makes them. */
import { decode } from '../../format/decode';
import { CATEGORIES } from '../../format/types';
import { Kind, PLUMBING, type IProfile } from '../../model/profile';
import { randomProgram } from '../../testing/program';
import { categoryTotals } from '../breakdown';
import { callTree } from '../callTree';
import { expressionRows } from '../expressions';
import { stackView } from '../filter';
import { NO_FILTER, type IFilter } from '../stackView';
import { functionRows } from '../functionTable';
import { categoriesOf, linePlaces, lineRows } from '../lines';

/** One sample: its frames that are shown, root first, and what it costs. */
interface ISample {
  readonly frames: readonly number[];
  readonly category: number;
  readonly cost: number;
}

/** Costs by what they are of. */
class Sums {
  add(key: string, cost: number): void {
    this._sums.set(key, (this._sums.get(key) ?? 0) + cost);
  }

  /** In the order of the keys. */
  get all(): [string, number][] {
    return [...this._sums].filter(([, cost]) => cost !== 0).sort();
  }

  private readonly _sums = new Map<string, number>();
}

async function program(seed: number): Promise<IProfile> {
  const message = randomProgram(400, seed);
  const { frames } = message.tables;
  const { length } = frames!.column as number[];
  const column = (value: (row: number) => number): number[] =>
    Array.from({ length }, (_, row) => value(row));
  return decode({
    ...message,
    tables: {
      ...message.tables,
      // Of few functions, so that stacks recur within themselves.
      frames: {
        ...frames,
        function: column(frame => Math.floor(frame / 8) % 60),
        line: column(frame => 1 + (frame % 5)),
        column: column(frame => (frame % 3) * 4 - 1),
        endColumn: column(frame => (frame % 3) * 4 + 2)
      }
    }
  });
}

function samplesOf(
  profile: IProfile,
  { foldPlumbing, lane }: IFilter,
  value: number
): ISample[] {
  const { functions, samples } = profile;
  const stacks = profile.stacks!;
  const { function: functionOf } = profile.frames!;
  const found: ISample[] = [];
  for (let sample = 0; sample < samples!.length; sample++) {
    const cost = samples!.values[value][sample];
    const stack = samples!.stack[sample];
    const isIn =
      lane?.kind !== 'thread' || samples!.thread[sample] === lane.row;
    if (cost === 0 || stack < 0 || !isIn) {
      continue;
    }
    const path: number[] = [];
    for (let row = stack; row >= 0; row = stacks.prefix[row]) {
      path.unshift(stacks.frame[row]);
    }
    const isFolded = (frame: number): boolean =>
      foldPlumbing && (functions.flags[functionOf[frame]] & PLUMBING) !== 0;
    const shown = path.filter(frame => !isFolded(frame));
    found.push({
      frames: shown.length > 0 ? shown : path.slice(-1),
      category: stacks.category[stack],
      cost
    });
  }
  return found;
}

const FILTERS: readonly (readonly [string, IFilter, number])[] = [
  ['folded', NO_FILTER, 0],
  ['not folded', { ...NO_FILTER, foldPlumbing: false }, 0],
  ['of a thread', { ...NO_FILTER, lane: { kind: 'thread', row: 0 } }, 1]
];
const CASES = [1, 2, 3].flatMap(seed =>
  FILTERS.map(([name, filter, value]) => ({ seed, name, filter, value }))
);

describe.each(CASES)('program $seed, $name', ({ seed, filter, value }) => {
  let profile: IProfile;
  let samples: ISample[];
  let functionOf: Int32Array;

  beforeAll(async () => {
    profile = await program(seed);
    functionOf = profile.frames!.function;
    samples = samplesOf(profile, filter, value);
  });

  const view = () => stackView(profile, filter, value);

  it('has the costs of its functions', () => {
    const plain = new Sums();
    for (const { frames, cost } of samples) {
      const functions = frames.map(frame => functionOf[frame]);
      plain.add(`self ${functions.at(-1)}`, cost);
      for (const func of new Set(functions)) {
        plain.add(`inclusive ${func}`, cost);
        plain.add(`count ${func}`, 1);
      }
    }
    const rows = functionRows(profile, view());
    const found = new Sums();
    rows.func.forEach((func, row) => {
      found.add(`self ${func}`, rows.self[row]);
      found.add(`inclusive ${func}`, rows.inclusive[row]);
      found.add(`count ${func}`, rows.count[row]);
    });
    expect(found.all).toEqual(plain.all);
  });

  it('gives a function the category that most of its own cost has', () => {
    const plain = new Sums();
    for (const { frames, category, cost } of samples) {
      plain.add(`${functionOf[frames.at(-1)!]} ${category}`, cost);
    }
    const costs = new Map(plain.all);
    const rows = functionRows(profile, view());
    rows.func.forEach((func, row) => {
      const all = CATEGORIES.map(
        (_, code) => costs.get(`${func} ${code}`) ?? 0
      );
      const most = Math.max(...all);
      const usual = profile.functions.category[func];
      expect(rows.category[row]).toBe(most > 0 ? all.indexOf(most) : usual);
    });
  });

  it('has the costs of its lines and expressions', () => {
    const { file, kind } = profile.functions;
    const { line, column, endColumn } = profile.frames!;
    const plain = new Sums();
    const parts = new Sums();
    const isPython = (frame: number): boolean =>
      kind[functionOf[frame]] === Kind.Python;
    const placeOf = (frame: number): string =>
      `${file[functionOf[frame]]}:${line[frame]}`;
    for (const { frames, category, cost } of samples) {
      const python = frames.filter(isPython);
      for (const place of new Set(python.map(placeOf))) {
        plain.add(`inclusive ${place}`, cost);
        plain.add(`${category} ${place}`, cost);
      }
      const known = python.filter(frame => column[frame] >= 0);
      const partOf = (frame: number): string =>
        `${placeOf(frame)} ${column[frame]}-${endColumn[frame]}`;
      for (const part of new Set(known.map(partOf))) {
        parts.add(`inclusive ${part}`, cost);
      }
      const last = python.at(-1);
      if (last !== undefined) {
        plain.add(`self ${placeOf(last)}`, cost);
        if (column[last] >= 0) {
          parts.add(`self ${partOf(last)}`, cost);
        }
      }
    }
    const rows = lineRows(profile, view());
    const found = new Sums();
    for (let row = 0; row < rows.length; row++) {
      const place = `${rows.file[row]}:${rows.line[row]}`;
      found.add(`self ${place}`, rows.self[row]);
      found.add(`inclusive ${place}`, rows.inclusive[row]);
      categoriesOf(rows, row).forEach((cost, code) =>
        found.add(`${code} ${place}`, cost)
      );
    }
    expect(found.all).toEqual(plain.all);
    const places = linePlaces(profile, view());
    const table = expressionRows(profile, view(), places);
    const pieces = new Sums();
    for (let row = 0; row < table.length; row++) {
      const part = `${table.file[row]}:${table.line[row]} ${table.start[row]}-${table.end[row]}`;
      pieces.add(`self ${part}`, table.self[row]);
      pieces.add(`inclusive ${part}`, table.inclusive[row]);
    }
    expect(pieces.all).toEqual(parts.all);
  });

  it('has the nodes of its call tree, and the costs by category', () => {
    const plain = new Sums();
    const totals = new Float64Array(CATEGORIES.length);
    for (const { frames, category, cost } of samples) {
      totals[category] += cost;
      const path: number[] = [];
      for (const frame of frames) {
        path.push(functionOf[frame]);
        plain.add(path.join(' '), cost);
      }
    }
    const tree = callTree(view());
    const found = new Sums();
    const paths: string[] = [];
    for (let node = 0; node < tree.length; node++) {
      const above = tree.parent[node];
      const name = String(tree.func[node]);
      paths[node] = above < 0 ? name : `${paths[above]} ${name}`;
      found.add(paths[node], tree.inclusive[node]);
      const next = tree.nextSibling[node];
      if (next >= 0) {
        expect(tree.inclusive[next]).toBeLessThanOrEqual(tree.inclusive[node]);
      }
    }
    expect(found.all).toEqual(plain.all);
    const whole = {
      ...profile,
      summary: { ...profile.summary, categories: {} }
    };
    expect(categoryTotals(whole, view()).cost).toEqual(totals);
  });
});
