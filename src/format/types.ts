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
  /** The dumps of which the profile was made. */
  readonly parts?: readonly IPart[];
  /** Row of `parts`: the one that is shown; absent: all, added up. */
  readonly part?: number;
  /** The unit of `snapshots.time`. */
  readonly time_unit?: 'i' | 'ms' | 'B';
}

/** A dump of an exact engine, or a moment that a profile can be shown at. */
export interface IPart {
  readonly name: string;
  /** Why it was written. */
  readonly trigger?: string;
  readonly pid?: number;
  readonly thread?: number;
  /** Row of `snapshots`. */
  readonly snapshot?: number;
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
  readonly trampolines_error?: number;
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
  /** Of profiles without stacks: what was measured of each stored value. */
  readonly totals?: readonly number[];
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
  /** Its name in words. */
  readonly title?: string;
  /**
   * Of a derived value: the factors and rows of the stored values (which stand
   * before all derived ones) whose sum it is. On the wire it has no columns.
   */
  readonly terms?: readonly (readonly [factor: number, value: number])[];
}

/** The encoded tables by name, their columns by name; an absent one was not measured. */
export type IWireTables = Readonly<
  Partial<Record<TableName, Readonly<Record<string, WireTableColumn>>>>
>;

/** A column, or a list of them, one for each stored value. */
export type WireTableColumn = WireColumn | readonly WireColumn[];

/** The names of the tables. */
export const TABLE_NAMES = [
  'threads',
  'functions',
  'frames',
  'stacks',
  'samples',
  'tasks',
  'edges',
  'code',
  'instructions',
  'disassembly',
  'lines',
  'callSites',
  'jumps',
  'branches',
  'snapshots'
] as const;
export type TableName = (typeof TABLE_NAMES)[number];

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
    /** What the reader is to know meanwhile: how much slower it runs, say. */
    readonly note?: string;
  };
}

/** A profile that could not be made: what happened, and what to do. */
export interface IWireError {
  readonly version: 1;
  readonly error: { readonly message: string; readonly remedy: string };
}

/** The MIME type of the wire format. */
export const MIME_TYPE = 'application/vnd.nativeprofile.v1+json';
