/** A server that gives one answer, for tests. */
import { ServerConnection } from '@jupyterlab/services';

/** Settings whose `fetch` answers `status` and `body`, noting the requests. */
export function server(
  status: number,
  body: string
): { settings: ServerConnection.ISettings; requests: Request[] } {
  const requests: Request[] = [];
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://127.0.0.1:8888/user/x/',
    fetch: (request: RequestInfo | URL) => {
      requests.push(request as Request);
      return Promise.resolve(new Response(body, { status }));
    }
  });
  return { settings, requests };
}
