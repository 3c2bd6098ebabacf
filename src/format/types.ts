/**
 * The wire format, version 1, as it stands in the JSON (docs/wire-format.md).
 * Everything here is plain data; `decode.ts` turns it into the model.
 */

/** A column of integers: plain, or zigzag LEB128, gzipped, in base64. */
export type WireColumn =
  | readonly number[]
  | {
      readonly codec: 'varint' | 'delta-varint';
      readonly length: number;
      readonly data: string;
    };

/** The string table: plain, or a gzipped JSON array in base64. */
export type WireStrings =
  | readonly string[]
  | { readonly codec: 'json'; readonly length: number; readonly data: string };

/** The names of the categories, in the order of their wire codes. */
export const CATEGORIES = [
  'python',
  'builtin',
  'extension',
  'system',
  'kernel',
  'gc',
  'import',
  'gil',
  'waiting',
  'profiler',
  'io',
  'sleep',
  'lock',
  'queued'
] as const;

/** One category's name. */
export type CategoryName = (typeof CATEGORIES)[number];

/** A cell that the profile names. */
export interface ICell {
  readonly name: string;
  readonly prompt: number;
  readonly id: string | null;
  readonly source: string;
}

/** What ran, where, under what. */
export interface IMeta {
  readonly name: string;
  readonly prompt: number | null;
  readonly cell_id: string | null;
  readonly status: 'ok' | 'error' | 'interrupted';
  readonly engine: string;
  readonly engine_version: string;
  readonly engine_reason: string;
  readonly kind: 'sampled' | 'exact';
  readonly rate: number | null;
  readonly started: number;
  readonly wall_ns: number;
  readonly cpu_ns: number;
  readonly thread_cpu_ns?: number;
  readonly thread_queued_ns?: number;
  readonly stacks?: 'full' | 'paired' | 'leaf';
  readonly python: string;
  readonly platform: string;
  readonly cells: readonly ICell[];
  readonly truncated?: boolean;
  /** Microseconds within which samples of one thread and stack were gathered. */
  readonly time_slice?: number;
}

/** How sure the numbers are: shares from 0 to 1, absent where not measured. */
export interface IQuality {
  readonly samples?: number;
  readonly stitched?: number;
  readonly truncated?: number;
  readonly lost?: number;
  readonly unresolved?: number;
  readonly attributed?: number;
  readonly lines?: number;
  readonly attributed_confidence?: number;
  readonly trampolines?: number;
  readonly notes?: readonly string[];
}

/** A function of the summary; costs in the summary's unit. */
export interface ISummaryFunction {
  readonly name: string;
  readonly file: string | null;
  readonly line: number;
  readonly category: CategoryName;
  readonly self: number;
  readonly inclusive: number;
  /** The source file of a native function, to which `line` then refers. */
  readonly source?: string;
  readonly calls?: number;
}

/** A line of the summary; costs in the summary's unit. */
export interface ISummaryLine {
  readonly file: string;
  readonly line: number;
  readonly cell?: string;
  readonly text?: string;
  readonly self: number;
  readonly inclusive: number;
  readonly categories: Partial<Record<CategoryName, number>>;
}

/** What text, scripts and tests read without decoding. */
export interface ISummary {
  readonly unit: string;
  readonly total: number;
  readonly wall_ns: number;
  readonly cpu_ns: number;
  /** How many samples of equal weight would be as sure as those behind `total`. */
  readonly effective?: number;
  readonly categories: Partial<Record<CategoryName, number>>;
  readonly functions: readonly ISummaryFunction[];
  readonly lines: readonly ISummaryLine[];
}

/** A measured quantity. */
export interface IValue {
  readonly name: string;
  readonly unit: string;
  /** True: every event was recorded; nothing about it is an estimate. */
  readonly exact?: boolean;
}

/** The encoded tables; an absent one was not measured. */
export interface IWireTables {
  readonly threads?: Readonly<
    Record<'pid' | 'tid' | 'name' | 'main', WireColumn>
  > &
    Readonly<Partial<Record<'process' | 'start' | 'end', WireColumn>>>;
  readonly functions?: Readonly<
    Record<
      | 'name'
      | 'entry'
      | 'file'
      | 'line'
      | 'module'
      | 'kind'
      | 'category'
      | 'flags',
      WireColumn
    >
  > &
    Readonly<
      Partial<Record<'source' | 'calls' | 'self' | 'inclusive', WireColumn>>
    >;
  readonly frames?: Readonly<
    Record<'function' | 'line' | 'column' | 'endColumn', WireColumn>
  > & { readonly inlined?: WireColumn };
  readonly stacks?: Readonly<
    Record<'prefix' | 'frame' | 'category', WireColumn>
  >;
  readonly samples?: Readonly<
    Record<'thread' | 'stack' | 'time', WireColumn>
  > & {
    readonly values: readonly WireColumn[];
    readonly own?: WireColumn;
    readonly task?: WireColumn;
  };
  readonly tasks?: Readonly<
    Record<'name' | 'coroutine' | 'parent', WireColumn>
  >;
  readonly edges?: Readonly<
    Record<'caller' | 'callee' | 'calls' | 'self' | 'inclusive', WireColumn>
  >;
  readonly code?: Readonly<
    Record<'function' | 'symbol' | 'build' | 'start', WireColumn>
  >;
  readonly instructions?: Readonly<Record<'code' | 'offset', WireColumn>> & {
    readonly values: readonly WireColumn[];
  };
}

/** A whole profile on the wire. */
export interface IWireProfile {
  readonly version: 1;
  readonly meta: IMeta;
  readonly quality: IQuality;
  readonly summary: ISummary;
  readonly values: readonly IValue[];
  readonly strings: WireStrings;
  readonly tables: IWireTables;
}

/** A running cell's output, replaced by the profile at the end. */
export interface IWireProgress {
  readonly version: 1;
  readonly progress: {
    readonly phase: 'running' | 'converting';
    readonly elapsed_ns: number;
    readonly samples: number | null;
    readonly engine: string;
  };
}

/** A profile that could not be made: what happened, and what to do. */
export interface IWireError {
  readonly version: 1;
  readonly error: { readonly message: string; readonly remedy: string };
}

/** The MIME type of the wire format. */
export const MIME_TYPE = 'application/vnd.nativeprofile.v1+json';
