/** Asks the server extension for the engines of its machine. */
import type { ServerConnection } from '@jupyterlab/services';
import { ask, NO_EXTENSION, ServerError, text } from './request';

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

/**
 * The engines in the order in which `auto` tries them.
 *
 * @throws {@link ServerError} without an answer, or with one that is no list.
 */
export async function fetchEngines(
  settings: ServerConnection.ISettings
): Promise<readonly IEngine[]> {
  const { status, body } = await ask(settings, 'engines');
  if (!Array.isArray(body)) {
    throw new ServerError(
      'The Jupyter server did not list any engines.',
      NO_EXTENSION,
      status
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
