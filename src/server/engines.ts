/** The REST client of the server extension. */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/** One engine on the server's machine: usable, or why not and what mends it. */
export interface IEngine {
  readonly name: string;
  readonly title: string;
  /** Null where the engine could not be examined. */
  readonly kind: 'sampled' | 'exact' | null;
  readonly available: boolean;
  readonly reason: string;
  readonly remedy: string;
  readonly version: string;
}

/** The server extension did not answer as it should. */
export class ServerError extends Error {
  /** @param status The HTTP status; 0 where there was no answer at all. */
  constructor(
    message: string,
    readonly remedy: string,
    readonly status: number
  ) {
    super(message);
    this.name = 'ServerError';
  }
}

const NO_EXTENSION =
  'Enable the server extension and restart JupyterLab: ' +
  'jupyter server extension enable nativeprofile.server';

/**
 * The engines in the order in which `auto` tries them.
 *
 * @throws {@link ServerError} without an answer, or with one that is no list.
 */
export async function fetchEngines(
  settings: ServerConnection.ISettings
): Promise<readonly IEngine[]> {
  const url = URLExt.join(settings.baseUrl, 'nativeprofile', 'engines');
  let response: Response;
  try {
    response = await ServerConnection.makeRequest(url, {}, settings);
  } catch {
    throw new ServerError(
      'The Jupyter server did not answer.',
      'Look whether it still runs.',
      0
    );
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    throw new ServerError(
      text(body, 'message') || `The Jupyter server said ${response.status}.`,
      text(body, 'remedy') || (response.status === 404 ? NO_EXTENSION : ''),
      response.status
    );
  }
  if (!Array.isArray(body)) {
    throw new ServerError(
      'The Jupyter server did not list any engines.',
      NO_EXTENSION,
      response.status
    );
  }
  return body.map(engine);
}

function engine(item: unknown): IEngine {
  const kind = text(item, 'kind');
  return {
    name: text(item, 'name'),
    title: text(item, 'title') || text(item, 'name'),
    kind: kind === 'sampled' || kind === 'exact' ? kind : null,
    available: (item as Partial<IEngine> | null)?.available === true,
    reason: text(item, 'reason'),
    remedy: text(item, 'remedy'),
    version: text(item, 'version')
  };
}

/** The string under `key`, empty where there is none. */
function text(item: unknown, key: string): string {
  const value = (item as Record<string, unknown> | null)?.[key];
  return typeof value === 'string' ? value : '';
}
