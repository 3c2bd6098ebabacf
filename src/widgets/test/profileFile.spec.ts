import { PLAIN } from '../../views/env';
import type { IFileChoice } from '../../server/open';
import { ProfileFile } from '../profileFile';

interface IReading {
  readonly choice: IFileChoice;
  readonly signal: AbortSignal;
  resolve(message: unknown): void;
  reject(error: unknown): void;
}

/** A file, and what is read of it in which order. */
function file(): { content: ProfileFile; readings: IReading[] } {
  const readings: IReading[] = [];
  const content = new ProfileFile({
    env: {},
    trans: PLAIN,
    choice: { part: null, beside: {} },
    name: () => 'massif.out.1',
    read: (choice, signal) =>
      new Promise((resolve, reject) => {
        readings.push({ choice, signal, resolve, reject });
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      })
  });
  return { content, readings };
}

const message = (part?: number, tables = {}): unknown => ({
  version: 1,
  meta: {
    name: 'massif.out.1',
    parts: [{ name: 'one', trigger: 'peak' }, { name: 'two' }],
    ...(part !== undefined && { part })
  },
  tables
});

describe('ProfileFile', () => {
  it('knows the parts of what it read, and which is shown', async () => {
    const { content, readings } = file();
    const loading = content.load();
    readings[0].resolve(message());
    await loading;
    expect(content.parts).toEqual([
      { name: 'one', label: 'one (peak)' },
      { name: 'two', label: 'two' }
    ]);
    expect([content.part, content.isSum]).toEqual([null, true]);

    const choosing = content.choose({ part: 'two' });
    expect(readings[1].choice).toEqual({ part: 'two', beside: {} });
    readings[1].resolve(message(1, { snapshots: {} }));
    await choosing;
    expect([content.part, content.isSum]).toEqual(['two', false]);
    expect(content.message).toEqual(message(1, { snapshots: {} }));
    content.dispose();
  });

  it('says which file is missing, until it is there', async () => {
    const { content, readings } = file();
    const loading = content.load();
    const error = Object.assign(new Error('Which?'), { needs: 'binary' });
    readings[0].reject(error);
    await loading;
    expect(content.needs).toBe('binary');
    expect(content.message).toMatchObject({
      error: { message: 'Which?', remedy: 'Choose it with the button above.' }
    });
    const wrong = content.choose({ beside: { binary: 'other' } });
    readings[1].reject(new Error('other is no program.'));
    await wrong;
    expect(content.needs).toBe('binary');
    const choosing = content.choose({ beside: { binary: 'prog' } });
    readings[2].resolve(message());
    await choosing;
    expect(content.needs).toBe('');
    content.dispose();
  });

  it('gives up an earlier reading for a later one, and at its end', async () => {
    const { content, readings } = file();
    const first = content.load();
    const second = content.load();
    expect(readings[0].signal.aborted).toBe(true);
    await first;
    expect(content.message).toBeNull();
    content.dispose();
    expect(readings[1].signal.aborted).toBe(true);
    await second;
    expect(content.message).toBeNull();
  });
});
