/** Asks the server extension for the instructions of a native function. */
import type { ServerConnection } from '@jupyterlab/services';
import { ask, NO_EXTENSION, ServerError, text } from './request';

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

/**
 * The instructions of a function that a profile names.
 *
 * @param message The profile as it stands in the notebook: the server reads no
 * function that it does not name.
 * @throws {@link ServerError} where the server does not give them.
 */
export async function fetchDisassembly(
  settings: ServerConnection.ISettings,
  message: unknown,
  request: ICodeRequest
): Promise<IDisassembly> {
  const { strings, tables } = message as {
    strings?: unknown;
    tables?: {
      functions?: { file?: unknown };
      code?: { function?: unknown; build?: unknown; start?: unknown };
    };
  };
  const { function: owner, build, start } = tables?.code ?? {};
  const profile = {
    strings,
    functions: { file: tables?.functions?.file },
    code: { function: owner, build, start }
  };
  const { status, body } = await ask(settings, 'disassembly', {
    ...request,
    profile
  });
  const { files, instructions } = body as Partial<IDisassembly>;
  if (!Array.isArray(files) || !Array.isArray(instructions)) {
    throw new ServerError(
      text(body, 'message') || 'The Jupyter server sent no instructions.',
      NO_EXTENSION,
      status
    );
  }
  return { files, instructions, note: text(body, 'note') };
}
