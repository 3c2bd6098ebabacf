/** What lies outside of a profile: the source text and the machine code that it names. */

/** A source file as it is now. */
export interface ISourceFileText {
  readonly text: string;
  /** When it was last changed, in seconds since the epoch. */
  readonly modified: number;
}

/** A stretch of machine code, as the profile names it. */
export interface ICodeRequest {
  readonly path: string;
  /** Its name as linked; empty: none. */
  readonly symbol: string;
  readonly build: string;
  /** Where it begins in the file, in bytes. */
  readonly start: number;
}

/** One instruction; offsets in bytes from the start of the stretch. */
export interface IInstruction {
  readonly offset: number;
  readonly mnemonic: string;
  readonly operands: string;
  /** Where it jumps to within the stretch; -1: nowhere there. */
  readonly target: number;
  /**
   * Rows of `IDisassembly.files` and lines: where it was written, then into
   * what the compiler put that, the function itself last; empty: not known.
   */
  readonly places: readonly (readonly [number, number])[];
  /** The function that the compiler put in here; empty: none. */
  readonly inlined: string;
}

/** The instructions of a stretch of machine code. */
export interface IDisassembly {
  readonly files: readonly string[];
  readonly instructions: readonly IInstruction[];
  /** What is missing and why; empty: nothing. */
  readonly note: string;
}
