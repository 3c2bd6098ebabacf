/** One request to the server extension, and what can go wrong with it. */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/** The server extension did not answer as it should. */
export class ServerError extends Error {
  /**
   * @param status The HTTP status; 0 where there was no answer at all.
   * @param needs What the request lacks, where the server can say it by a name.
   */
  constructor(
    message: string,
    readonly remedy: string,
    readonly status: number,
    readonly needs = ''
  ) {
    super(message);
    this.name = 'ServerError';
  }
}

/** What to do where our routes are not there. */
export const NO_EXTENSION =
  'Enable the server extension and restart JupyterLab: ' +
  'jupyter server extension enable nativeprofile.server';

/**
 * The JSON that `nativeprofile/<route>` answers.
 *
 * @param body Sent as JSON by POST; without it the request is a GET.
 * @param signal Gives the request up.
 * @throws {@link ServerError} without an answer, or with one that is no success.
 */
export async function ask(
  settings: ServerConnection.ISettings,
  route: string,
  body?: unknown,
  signal?: AbortSignal
): Promise<{ status: number; body: unknown }> {
  const url = URLExt.join(settings.baseUrl, 'nativeprofile', route);
  const init: RequestInit = {
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    ...(signal && { signal })
  };
  let response: Response;
  try {
    response = await ServerConnection.makeRequest(url, init, settings);
  } catch {
    throw new ServerError(
      'The Jupyter server did not answer.',
      'Look whether it still runs.',
      0
    );
  }
  const { ok, status } = response;
  const answer: unknown = await response.json().catch(() => null);
  if (!ok) {
    const message = text(answer, 'message');
    // A route that is not there answers in words of the server's own.
    const missing = status === 404 && !text(answer, 'remedy');
    throw new ServerError(
      message || `The Jupyter server said ${status}.`,
      text(answer, 'remedy') || (missing ? NO_EXTENSION : ''),
      status,
      text(answer, 'needs')
    );
  }
  return { status, body: answer };
}

/** The string under `key`, empty where there is none. */
export function text(item: unknown, key: string): string {
  const value = (item as Record<string, unknown> | null)?.[key];
  return typeof value === 'string' ? value : '';
}
