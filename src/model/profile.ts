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

/** One column for each of the profile's values, derived ones included. */
export type Amounts = readonly Float64Array[];

/** One row a function; costs and calls (-1: not counted) only from exact engines. */
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
  readonly self: Amounts | null;
  readonly inclusive: Amounts | null;
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
  readonly values: Amounts;
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

/** Exact caller-to-callee counts and costs of the callee. */
export interface IEdgeTable {
  readonly length: number;
  readonly caller: Int32Array;
  readonly callee: Int32Array;
  readonly calls: Float64Array;
  /** Null: not known. */
  readonly self: Amounts | null;
  readonly inclusive: Amounts;
}

/** One row a stretch of machine code that has costs. */
export interface ICodeTable {
  readonly length: number;
  readonly function: Int32Array;
  /** Its name as linked, -1: none. */
  readonly symbol: Int32Array;
  /** The build-id of its library, -1: not known. */
  readonly build: Int32Array;
  /** Where in that file it begins, in bytes. */
  readonly start: Float64Array;
}

/** One row an address that was sampled or counted; costs are those of the whole profile. */
export interface IInstructionTable {
  readonly length: number;
  readonly code: Int32Array;
  /** Bytes from the start of its code. */
  readonly offset: Float64Array;
  readonly values: Amounts;
  readonly file: Int32Array | null;
  readonly line: Int32Array | null;
}

/**
 * One row an instruction of code whose file is gone; one without a mnemonic is
 * a further line of the instruction above, into which that was inlined.
 */
export interface IDisassemblyTable {
  readonly length: number;
  readonly code: Int32Array;
  /** Bytes from the start of its code. */
  readonly offset: Float64Array;
  readonly mnemonic: Int32Array;
  readonly operands: Int32Array;
  /** Where it jumps to, in bytes from the start of its code; -1: nowhere there. */
  readonly target: Float64Array;
  /** The function that the compiler put in here. */
  readonly inlined: Int32Array;
  readonly file: Int32Array;
  readonly line: Int32Array;
}

/** One row a source line of a function: its own cost; of zeros where it never ran. */
export interface ILineTable {
  readonly length: number;
  /** -1: not known. */
  readonly function: Int32Array;
  /** Its own, of an inlined function where one was; row of `strings`, -1: not known. */
  readonly file: Int32Array;
  /** -1: not known. */
  readonly line: Int32Array;
  readonly values: Amounts;
}

/** One row a place that calls a function; costs with all that was called. */
export interface ICallSiteTable {
  readonly length: number;
  readonly caller: Int32Array;
  readonly callee: Int32Array;
  readonly file: Int32Array;
  readonly line: Int32Array;
  /** Number of calls. */
  readonly count: Float64Array;
  readonly values: Amounts;
  /** Row of `code`, -1: none, and bytes from its start. */
  readonly code: Int32Array | null;
  readonly offset: Float64Array | null;
}

/** One row a jump: `taken` times of the `executed` (-1: unconditional). */
export interface IJumpTable {
  readonly length: number;
  readonly function: Int32Array;
  readonly file: Int32Array;
  readonly line: Int32Array;
  readonly toFile: Int32Array;
  readonly toLine: Int32Array;
  readonly taken: Float64Array;
  readonly executed: Float64Array;
  readonly code: Int32Array | null;
  readonly offset: Float64Array | null;
  readonly toCode: Int32Array | null;
  readonly toOffset: Float64Array | null;
}

/** One row a way out of a line, as gcov counts them. */
export interface IBranchTable {
  readonly length: number;
  readonly file: Int32Array;
  readonly line: Int32Array;
  readonly index: Int32Array;
  /** How often it was taken, -1: the line never ran. */
  readonly taken: Float64Array;
  readonly throws: Uint8Array | null;
  readonly fallthrough: Uint8Array | null;
}

/** Amounts at moments, ascending; `meta.time_unit` is the unit of `time`. */
export interface ISnapshotTable {
  readonly length: number;
  readonly time: Float64Array;
  readonly values: Amounts;
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
  readonly disassembly: IDisassemblyTable | null;
  readonly lines: ILineTable | null;
  readonly callSites: ICallSiteTable | null;
  readonly jumps: IJumpTable | null;
  readonly branches: IBranchTable | null;
  readonly snapshots: ISnapshotTable | null;
}
