import { ServerError } from '../request';
import { fetchSource } from '../source';
import { server } from './answering';

const MESSAGE = {
  version: 1,
  meta: { secret: true },
  strings: ['f', '/lib/tool.py'],
  tables: { functions: { file: [1], source: [-1], name: [0] }, samples: {} }
};

describe('fetchSource', () => {
  it('sends the path and the names of the profile, nothing else of it', async () => {
    const answer = { path: '/lib/tool.py', text: 'x = 1', modified: 12 };
    const { settings, requests } = server(200, JSON.stringify(answer));
    expect(await fetchSource(settings, MESSAGE, '/lib/tool.py')).toEqual({
      text: 'x = 1',
      modified: 12
    });
    const [request] = requests;
    expect(request.method).toBe('POST');
    expect(request.url).toMatch(/\/user\/x\/nativeprofile\/source\b/);
    expect(await request.json()).toEqual({
      path: '/lib/tool.py',
      profile: {
        strings: ['f', '/lib/tool.py'],
        functions: { file: [1], source: [-1] }
      }
    });
  });

  it('passes on why a file is not given', async () => {
    const body = JSON.stringify({ message: 'It is gone.', remedy: 'Look.' });
    const { settings } = server(404, body);
    const error: unknown = await fetchSource(settings, MESSAGE, '/x').catch(
      reason => reason
    );
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({
      message: 'It is gone.',
      remedy: 'Look.',
      status: 404
    });
  });

  it('refuses an answer that holds no text', async () => {
    const { settings } = server(200, '{}');
    await expect(fetchSource(settings, MESSAGE, '/x')).rejects.toThrow(
      'sent no text'
    );
  });
});
