/** Asks the server extension for the text of a source file. */
import type { ServerConnection } from '@jupyterlab/services';
import type { ISourceFileText } from '../model/sources';
import { ask, NO_EXTENSION, ServerError, text } from './request';

/**
 * The text of a file that a profile names.
 *
 * @param message The profile as it stands in the notebook: the server gives no
 * file that it does not name.
 * @throws {@link ServerError} where the server does not give it.
 */
export async function fetchSource(
  settings: ServerConnection.ISettings,
  message: unknown,
  path: string
): Promise<ISourceFileText> {
  const { strings, tables } = message as {
    strings?: unknown;
    tables?: {
      functions?: { file?: unknown; source?: unknown };
      lines?: { file?: unknown };
    };
  };
  const { file, source } = tables?.functions ?? {};
  const profile = {
    strings,
    functions: { file, source },
    // Also names what was inlined from elsewhere.
    lines: tables?.lines && { file: tables.lines.file }
  };
  const { status, body } = await ask(settings, 'source', { path, profile });
  const { text: content, modified } = body as Partial<ISourceFileText>;
  if (typeof content !== 'string' || typeof modified !== 'number') {
    throw new ServerError(
      text(body, 'message') || 'The Jupyter server sent no text.',
      NO_EXTENSION,
      status
    );
  }
  return { text: content, modified };
}
