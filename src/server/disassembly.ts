/** Asks the server extension for the instructions of a native function. */
import type { ServerConnection } from '@jupyterlab/services';
import type { ICodeRequest, IDisassembly } from '../model/sources';
import { ask, NO_EXTENSION, ServerError, text } from './request';

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
