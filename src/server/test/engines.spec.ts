import { fetchEngines } from '../engines';
import { ServerError } from '../request';
import { server } from './answering';

const PERF = {
  name: 'perf',
  title: 'perf',
  kind: 'sampled',
  available: false,
  reason: 'perf is not installed.',
  remedy: 'sudo apt-get install linux-perf',
  version: ''
};

async function failure(status: number, body: string): Promise<ServerError> {
  const { settings } = server(status, body);
  const error: unknown = await fetchEngines(settings).catch(reason => reason);
  expect(error).toBeInstanceOf(ServerError);
  return error as ServerError;
}

describe('fetchEngines', () => {
  it('reads the list, below the base URL', async () => {
    const { settings, requests } = server(200, JSON.stringify([PERF]));
    expect(await fetchEngines(settings)).toEqual([PERF]);
    expect(requests[0].url).toMatch(
      /^http:\/\/127\.0\.0\.1:8888\/user\/x\/nativeprofile\/engines/
    );
  });

  it('survives items that lack keys', async () => {
    const { settings } = server(200, JSON.stringify([{ name: 'x' }, null]));
    const [named, nothing] = await fetchEngines(settings);
    expect(named).toMatchObject({ name: 'x', title: 'x', available: false });
    expect(nothing).toMatchObject({ name: '', available: false });
  });

  it('says how to enable an extension that is not there', async () => {
    const error = await failure(404, '<html>');
    expect(error.status).toBe(404);
    expect(error.remedy).toContain('jupyter server extension enable');
  });

  it('passes on message and remedy of the server', async () => {
    const body = JSON.stringify({ message: 'No.', remedy: 'Do this.' });
    const error = await failure(503, body);
    expect([error.message, error.remedy]).toEqual(['No.', 'Do this.']);
  });

  it('refuses an answer that is no list', async () => {
    expect((await failure(200, '{}')).message).toContain('did not list');
  });
});
