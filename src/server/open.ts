/** Asks the server extension for the profile in a file. */
import type { ServerConnection } from '@jupyterlab/services';
import { ask, NO_EXTENSION, ServerError, text } from './request';

/** How a file is read. */
export interface IFileChoice {
  /** The name of a dump or snapshot in it; null: whatever shows it best. */
  readonly part: string | null;
  /** Files that it is read with, by option (`binary`, `map`); paths as that of the file. */
  readonly beside: Readonly<Record<string, string>>;
}

/**
 * The profile in a file, as a message of the wire format.
 *
 * @param path Where the contents API has it.
 * @param signal Gives up; what reads the file on the server ends, too.
 * @throws {@link ServerError} where the server does not give it. Its `needs` is
 * the option of a file that is missing, if that is why.
 */
export async function openFile(
  settings: ServerConnection.ISettings,
  path: string,
  choice: IFileChoice,
  signal?: AbortSignal
): Promise<unknown> {
  const { status, body } = await ask(
    settings,
    'open',
    { path, ...choice },
    signal
  );
  if (typeof (body as { tables?: unknown } | null)?.tables !== 'object') {
    throw new ServerError(
      text(body, 'message') || 'The Jupyter server sent no profile.',
      NO_EXTENSION,
      status
    );
  }
  return body;
}
