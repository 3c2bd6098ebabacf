/**
 * The model: columnar, interned, read-only tables with typed indices.
 * Every view and analysis reads this and nothing else.
 */
import type { ICell, IMeta, IQuality, ISummary, IValue } from '../format/types';

/** Row number of `functions`; -1: none. */
export type FunctionIndex = number;
/** Row number of `threads`. */
export type ThreadIndex = number;
/** Row number of `stacks`. */
export type StackIndex = number;
/** Row number of `tasks`. */
export type TaskIndex = number;
/** An index into `CATEGORIES`. */
export type CategoryIndex = number;

/** `functions.kind`. */
export enum Kind {
  Python = 0,
  Native = 1,
  Kernel = 2
}

/** `functions.flags`: interpreter or notebook machinery, folded by default. */
export const PLUMBING = 1;

/** One row a thread. */
export interface IThreadTable {
  readonly length: number;
  readonly pid: Int32Array;
  readonly tid: Int32Array;
  readonly name: Int32Array;
  readonly main: Uint8Array;
  /** The process's name; null where only one process was recorded. */
  readonly process: Int32Array | null;
  /** Microseconds since the start of the recording, -1: not known. */
  readonly start: Float64Array | null;
  readonly end: Float64Array | null;
}

/** One row a function; costs and calls only from exact engines. */
export interface IFunctionTable {
  readonly length: number;
  readonly name: Int32Array;
  readonly entry: Int32Array;
  readonly file: Int32Array;
  readonly line: Int32Array;
  readonly module: Int32Array;
  readonly kind: Uint8Array;
  readonly category: Uint8Array;
  readonly flags: Uint8Array;
  /** The source file of a native function; its lines then refer to that. */
  readonly source: Int32Array | null;
  readonly calls: Float64Array | null;
  readonly self: Float64Array | null;
  readonly inclusive: Float64Array | null;
}

/** One row a place in a function. */
export interface IFrameTable {
  readonly length: number;
  readonly function: Int32Array;
  readonly line: Int32Array;
  readonly column: Int32Array;
  readonly endColumn: Int32Array;
  /** 1: the compiler put the function into the one below it in the stack. */
  readonly inlined: Uint8Array | null;
}

/** A prefix tree, root first: a row's prefix stands before it. */
export interface IStackTable {
  readonly length: number;
  readonly prefix: Int32Array;
  readonly frame: Int32Array;
  readonly category: Uint8Array;
}

/** One row a sample; `time` in microseconds since the start, ascending. */
export interface ISampleTable {
  readonly length: number;
  readonly thread: Int32Array;
  readonly stack: Int32Array;
  readonly time: Float64Array;
  /** One column for each of the profile's values. */
  readonly values: readonly Float64Array[];
  /** The stack before attribution to a launching line, where there was one. */
  readonly own: Int32Array | null;
  /** The asyncio task that ran, -1: none. */
  readonly task: Int32Array | null;
}

/** asyncio tasks; `parent` is the one that created it, -1: none. */
export interface ITaskTable {
  readonly length: number;
  readonly name: Int32Array;
  readonly coroutine: Int32Array;
  readonly parent: Int32Array;
}

/** Exact caller-to-callee counts and costs. */
export interface IEdgeTable {
  readonly length: number;
  readonly caller: Int32Array;
  readonly callee: Int32Array;
  readonly calls: Float64Array;
  readonly self: Float64Array;
  readonly inclusive: Float64Array;
}

/** One row a stretch of machine code that samples fell into. */
export interface ICodeTable {
  readonly length: number;
  readonly function: Int32Array;
  /** Its name as linked, -1: none. */
  readonly symbol: Int32Array;
  /** The build-id of its library. */
  readonly build: Int32Array;
  /** Where in that file it begins, in bytes. */
  readonly start: Float64Array;
}

/** One row an address that was sampled; costs are those of the whole profile. */
export interface IInstructionTable {
  readonly length: number;
  readonly code: Int32Array;
  /** Bytes from the start of its code. */
  readonly offset: Float64Array;
  /** One column for each of the profile's values. */
  readonly values: readonly Float64Array[];
}

/** A decoded profile; tables the engine could not feed are null. */
export interface IProfile {
  readonly meta: IMeta;
  readonly quality: IQuality;
  readonly summary: ISummary;
  readonly values: readonly IValue[];
  readonly cells: readonly ICell[];
  readonly strings: readonly string[];
  readonly threads: IThreadTable | null;
  readonly functions: IFunctionTable;
  readonly frames: IFrameTable | null;
  readonly stacks: IStackTable | null;
  readonly samples: ISampleTable | null;
  readonly tasks: ITaskTable | null;
  readonly edges: IEdgeTable | null;
  readonly code: ICodeTable | null;
  readonly instructions: IInstructionTable | null;
}
