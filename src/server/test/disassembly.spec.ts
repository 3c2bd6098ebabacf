import { ServerConnection } from '@jupyterlab/services';
import { fetchDisassembly } from '../disassembly';
import type { ServerError } from '../request';

const settings = ServerConnection.makeSettings({ baseUrl: 'http://here/' });
const MESSAGE = {
  strings: ['burn', '/lib/x.so', 'c0ffee'],
  tables: {
    functions: { name: [0], file: [1] },
    code: { function: [0], symbol: [0], build: [2], start: [4096] }
  }
};
const REQUEST = {
  path: '/lib/x.so',
  symbol: 'burn',
  build: 'c0ffee',
  start: 4096
};

function answerWith(body: unknown, status = 200): jest.SpyInstance {
  return jest
    .spyOn(ServerConnection, 'makeRequest')
    .mockResolvedValue(new Response(JSON.stringify(body), { status }));
}

afterEach(() => jest.restoreAllMocks());

describe('fetchDisassembly', () => {
  it('sends of the profile what names the function', async () => {
    const request = answerWith({ files: [], instructions: [], note: 'none' });
    const answer = await fetchDisassembly(settings, MESSAGE, REQUEST);
    expect(answer).toEqual({ files: [], instructions: [], note: 'none' });
    const [url, init] = request.mock.calls[0] as [string, RequestInit];
    expect(url).toBe('http://here/nativeprofile/disassembly');
    expect(JSON.parse(init.body as string)).toEqual({
      ...REQUEST,
      profile: {
        strings: MESSAGE.strings,
        functions: { file: [1] },
        code: { function: [0], build: [2], start: [4096] }
      }
    });
  });

  it('passes on why there is none', async () => {
    answerWith({ message: 'Another file.', remedy: 'Run again.' }, 409);
    const error = await fetchDisassembly(settings, MESSAGE, REQUEST).catch(
      (error: ServerError) => error
    );
    expect(error).toMatchObject({
      message: 'Another file.',
      remedy: 'Run again.',
      status: 409
    });
  });

  it('refuses what is no answer', async () => {
    answerWith({ files: [] });
    await expect(fetchDisassembly(settings, {}, REQUEST)).rejects.toThrow(
      'sent no instructions'
    );
  });
});
