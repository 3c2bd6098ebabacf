/** Tables and values of exact engines. */
import type { IProfile } from '../../model/profile';
import { decode, FormatError } from '../decode';
import { message, type ITestMessage } from './wire';

/** Two events and one derived of them; every table of exact engines. */
function counted(): ITestMessage {
  const json = message();
  const { functions } = json.tables;
  json.values = [
    { name: 'Ir', unit: 'count', exact: true, title: 'Instructions' },
    { name: 'Bm', unit: 'count', exact: true },
    { name: 'CEst', unit: 'count', terms: [[1, 0], [10, 1]] } // prettier-ignore
  ];
  json.tables = {
    functions: {
      ...functions,
      calls: [-1, 2, 3],
      self: [[4, 5, 6], [0, 1, 0]], // prettier-ignore
      inclusive: [[15, 11, 6], [1, 1, 0]] // prettier-ignore
    },
    edges: { caller: [0], callee: [1], calls: [2], inclusive: [[11], [1]] },
    code: { function: [2], symbol: [-1], build: [-1], start: [0] },
    disassembly: {
      code: [0],
      offset: [3],
      mnemonic: [0],
      operands: [-1],
      target: [-1],
      inlined: [-1],
      file: [1],
      line: [3]
    },
    lines: {
      function: [-1, 2],
      file: [-1, 5],
      line: [7, 8],
      values: [[4, 0], [1, 0]] // prettier-ignore
    },
    callSites: {
      caller: [0],
      callee: [1],
      file: [1],
      line: [3],
      count: [2],
      values: [[11], [1]],
      code: [0],
      offset: [12]
    },
    jumps: {
      function: [2],
      file: [5],
      line: [8],
      toFile: [5],
      toLine: [7],
      taken: [3],
      executed: [-1]
    },
    branches: { file: [5, 5], line: [8, 8], index: [0, 1], taken: [-1, 4] },
    snapshots: { time: [0, 9], values: [[1, 2], [0, 0]] } // prettier-ignore
  };
  (json.meta as Record<string, unknown>).parts = [
    { name: 'callgrind.out.1', trigger: 'Program termination', pid: 7 }
  ];
  (json.meta as Record<string, unknown>).time_unit = 'ms';
  (json.summary as Record<string, unknown>).totals = [15, 1];
  return json;
}

async function failure(
  change: (json: ITestMessage) => void
): Promise<FormatError> {
  const json = counted();
  change(json);
  const error: unknown = await decode(json).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(FormatError);
  return error as FormatError;
}

describe('tables of exact engines', () => {
  let profile: IProfile;
  beforeAll(async () => {
    profile = await decode(counted());
  });

  it('have a column for each value, derived ones computed', () => {
    const { functions, edges, lines, callSites, snapshots } = profile;
    const columns = (...rows: number[][]) =>
      rows.map(row => Float64Array.from(row));
    expect(functions.self).toEqual(columns([4, 5, 6], [0, 1, 0], [4, 15, 6]));
    expect(edges!.inclusive).toEqual(columns([11], [1], [21]));
    expect(edges!.self).toBeNull();
    expect(lines!.values[2]).toEqual(Float64Array.of(14, 0));
    expect(callSites!.values[2]).toEqual(Float64Array.of(21));
    expect(snapshots!.values[2]).toEqual(Float64Array.of(1, 2));
  });

  it('keep what is not known apart from none', () => {
    expect(profile.functions.calls).toEqual(Float64Array.of(-1, 2, 3));
    expect(profile.lines!.function).toEqual(Int32Array.of(-1, 2));
    expect(profile.jumps!.executed).toEqual(Float64Array.of(-1));
    expect(profile.jumps!.code).toBeNull();
    expect(profile.branches!.taken).toEqual(Float64Array.of(-1, 4));
    expect(profile.branches!.throws).toBeNull();
    expect(profile.disassembly!.target).toEqual(Float64Array.of(-1));
    expect(profile.code!.build).toEqual(Int32Array.of(-1));
  });

  it('come with the names of values and dumps, and with totals', () => {
    expect(profile.values[0].title).toBe('Instructions');
    expect(profile.meta.parts).toEqual([
      { name: 'callgrind.out.1', trigger: 'Program termination', pid: 7 }
    ]);
    expect(profile.meta.part).toBeUndefined();
    expect(profile.meta.time_unit).toBe('ms');
    expect(profile.summary.totals).toEqual([15, 1]);
  });

  it.each([
    ['functions', 'calls', [-2, 0, 0], 'functions.calls'],
    ['functions', 'self', [[4, 5, 6]], 'functions.self'],
    ['functions', 'self', [4, 5, 6], 'functions.self'],
    [
      'functions',
      'inclusive',
      [
        [4, 5],
        [4, 5]
      ],
      'functions.inclusive[0]'
    ],
    [
      'functions',
      'inclusive',
      [
        [4, 5, 6],
        [4, 5]
      ],
      'functions.inclusive[1]'
    ],
    ['edges', 'inclusive', [[11], [-1]], 'edges.inclusive[1]'],
    ['edges', 'inclusive', undefined, 'edges.inclusive'],
    ['disassembly', 'code', [1], 'disassembly.code'],
    ['disassembly', 'mnemonic', [6], 'disassembly.mnemonic'],
    ['disassembly', 'target', [-2], 'disassembly.target'],
    ['disassembly', 'line', undefined, 'disassembly.line'],
    ['lines', 'function', [3, 0], 'lines.function'],
    ['lines', 'file', [6, 0], 'lines.file'],
    [
      'lines',
      'values',
      [
        [4, 0],
        [1, -1]
      ],
      'lines.values[1]'
    ],
    ['callSites', 'caller', [-1], 'callSites.caller'],
    ['callSites', 'callee', [3], 'callSites.callee'],
    ['callSites', 'code', [1], 'callSites.code'],
    ['callSites', 'count', [-1], 'callSites.count'],
    ['callSites', 'offset', [1, 2], 'callSites.offset'],
    ['jumps', 'toFile', [6], 'jumps.toFile'],
    ['jumps', 'executed', [-2], 'jumps.executed'],
    ['jumps', 'toCode', [1], 'jumps.toCode'],
    ['branches', 'taken', [-2, 0], 'branches.taken'],
    ['branches', 'throws', [1], 'branches.throws'],
    ['snapshots', 'time', [9, 0], 'snapshots.time'],
    ['snapshots', 'values', [], 'snapshots.values']
  ])('refuses %s.%s %j', async (table, column, values, said) => {
    const error = await failure(json => {
      json.tables[table] = { ...json.tables[table], [column]: values };
    });
    expect(error.message).toContain(said);
  });

  it.each([[[[1, 2]]], [[[1, -1]]], [[[1]]], [[['1', 0]]], [7], [null]])(
    'refuses a value derived of %j',
    async terms => {
      const error = await failure(json => {
        (json.values as Record<string, unknown>[])[2].terms = terms;
      });
      expect(error.message).toContain('sum of');
    }
  );

  it('refuses a stored value behind a derived one', async () => {
    const error = await failure(json => (json.values as unknown[]).reverse());
    expect(error.message).toBe('The value Ir stands behind derived ones.');
  });
});
