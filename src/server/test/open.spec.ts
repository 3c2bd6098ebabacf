import { openFile } from '../open';
import { server } from './answering';

const CHOICE = { part: 'snapshot 3', beside: { binary: 'bin/prog' } };

describe('openFile', () => {
  it('asks for a part of a file, and gives the profile', async () => {
    const { settings, requests } = server(200, '{"version": 1, "tables": {}}');
    expect(await openFile(settings, 'a/massif.out.1', CHOICE)).toEqual({
      version: 1,
      tables: {}
    });
    expect(requests[0].url).toMatch(/\/user\/x\/nativeprofile\/open\b/);
    expect(await requests[0].json()).toEqual({
      path: 'a/massif.out.1',
      ...CHOICE
    });
  });

  it('says which file is missing', async () => {
    const said = { message: 'Which?', remedy: 'Name it.', needs: 'binary' };
    const { settings } = server(422, JSON.stringify(said));
    await expect(openFile(settings, 'gmon.out', CHOICE)).rejects.toMatchObject({
      ...said,
      status: 422
    });
  });

  it.each([
    ['null', 200],
    ['{"version": 1}', 200],
    ['<html>', 404],
    ['{"message": "Not Found"}', 404]
  ])('says what to do where %s comes back', async (body, status) => {
    const { settings } = server(status, body);
    await expect(openFile(settings, 'gmon.out', CHOICE)).rejects.toMatchObject({
      remedy: expect.stringContaining('server extension') as unknown
    });
  });
});
