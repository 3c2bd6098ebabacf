/** Wire messages for tests, packed as Python packs them. */

/** node's zlib; its types are not among those of the sources. */
const { gzipSync } = jest.requireActual<{
  gzipSync(data: Uint8Array | string): { toString(encoding: string): string };
}>('zlib');

/** `values` as zigzag LEB128, gzipped, in base64. */
export function packed(
  values: readonly number[],
  codec: 'varint' | 'delta-varint' = 'varint'
): { codec: string; length: number; data: string } {
  const bytes: number[] = [];
  let before = 0n;
  for (const value of values.map(BigInt)) {
    const item = codec === 'varint' ? value : value - before;
    before = value;
    let left = item >= 0n ? item << 1n : ((-item - 1n) << 1n) | 1n;
    for (; left > 127n; left >>= 7n) {
      bytes.push(Number(left & 127n) | 128);
    }
    bytes.push(Number(left));
  }
  return { codec, length: values.length, data: base64(Uint8Array.from(bytes)) };
}

/** Strings as a gzipped JSON array in base64. */
export function packedStrings(strings: readonly string[]): {
  codec: string;
  length: number;
  data: string;
} {
  const text = JSON.stringify(strings);
  return { codec: 'json', length: strings.length, data: base64(text) };
}

function base64(data: Uint8Array | string): string {
  return gzipSync(data).toString('base64');
}

/** A message whose tables tests can change. */
export interface ITestMessage {
  version: unknown;
  strings: unknown;
  values: unknown;
  tables: Record<string, Record<string, unknown> | undefined>;
  [key: string]: unknown;
}

/** A small profile: In[5] -> f -> numpy!dgemm, three samples. */
export function message(): ITestMessage {
  return {
    version: 1,
    meta: {
      name: 'In[5]',
      prompt: 5,
      cell_id: null,
      status: 'ok',
      engine: 'perf',
      engine_version: '6.1',
      engine_reason: 'asked for',
      kind: 'sampled',
      rate: 999,
      started: 0,
      wall_ns: 7,
      cpu_ns: 6,
      python: 'CPython 3.13.0',
      platform: 'Linux',
      cells: []
    },
    quality: { samples: 3, stitched: 1, notes: ['fine'] },
    summary: {
      unit: 'ns',
      total: 6,
      wall_ns: 7,
      cpu_ns: 6,
      categories: { python: 2, extension: 4 },
      functions: [],
      lines: []
    },
    values: [{ name: 'cpu', unit: 'ns' }],
    strings: ['<module>', 'In[5]', 'f', 'dgemm', 'numpy', '/lib/numpy.so'],
    tables: {
      threads: { pid: [1], tid: [1], name: [-1], main: [1] },
      functions: {
        name: [0, 2, 3],
        entry: [-1, -1, -1],
        file: [1, 1, 5],
        line: [1, 2, -1],
        module: [-1, -1, 4],
        kind: [0, 0, 1],
        category: [0, 0, 2],
        flags: [0, 0, 0]
      },
      frames: {
        function: [0, 1, 2],
        line: [3, 2, -1],
        column: [0, 4, -1],
        endColumn: [8, 9, -1]
      },
      stacks: { prefix: [-1, 0, 1], frame: [0, 1, 2], category: [0, 0, 2] },
      samples: {
        thread: [0, 0, 0],
        stack: [2, 1, 2],
        time: [0, 1001, 2002],
        values: [[1, 2, 3]]
      }
    }
  };
}
