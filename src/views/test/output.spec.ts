import { Output } from '../output';
import { makeHost } from './host';

let host: HTMLElement;

beforeEach(() => {
  host = makeHost();
});

afterEach(() => host.remove());

describe('Output', () => {
  const running = (elapsed: number): unknown => ({
    version: 1,
    progress: {
      phase: 'running',
      elapsed_ns: elapsed,
      samples: 4312,
      engine: 'perf'
    }
  });

  it('says beforehand how much slower a cell runs', async () => {
    const output = new Output(host);
    const note = 'About 80 times slower.';
    await output.update({
      version: 1,
      progress: {
        phase: 'running',
        elapsed_ns: 0,
        samples: null,
        engine: 'callgrind',
        note
      }
    });
    expect(host.querySelector('.np-Live')!.textContent).toContain(note);
  });

  it('updates a running cell in place and offers to stop it', async () => {
    const stop = jest.fn();
    const output = new Output(host, { stop });
    await output.update(running(2e9));
    const line = host.querySelector('.np-Live');
    expect(line!.textContent).toContain('4,312 samples');
    await output.update(running(3e9));
    expect(host.querySelector('.np-Live')).toBe(line);
    host.querySelector('button')!.click();
    expect(stop).toHaveBeenCalledTimes(1);
    output.dispose();
    expect(host.childElementCount).toBe(0);
  });

  it('turns an error into its sentence and its remedy', async () => {
    const output = new Output(host);
    await output.update({
      version: 1,
      error: { message: 'perf was killed.', remedy: 'Run the cell again.' }
    });
    expect(host.textContent).toBe('perf was killed. Run the cell again.');
  });

  it.each([
    ['nothing', null],
    ['a text', '<b>x</b>'],
    ['an empty object', {}],
    ['a newer version', { version: 99 }],
    ['broken tables', { version: 1, meta: {}, tables: { stacks: 3 } }]
  ])('says what is wrong with %s', async (_, message) => {
    const output = new Output(host);
    await output.update(message);
    const failure = host.querySelector('.np-Failure')!;
    expect(failure.textContent!.length).toBeGreaterThan(20);
    expect(failure.querySelector('.np-Remedy')!.textContent).not.toBe('');
    expect(host.querySelector('b')).toBeNull();
  });

  it('shows the last of several messages, whatever is read first', async () => {
    const output = new Output(host);
    await Promise.all([
      output.update({ version: 99 }),
      output.update(running(5e9))
    ]);
    expect(host.querySelector('.np-Live')).not.toBeNull();
    expect(host.querySelector('.np-Failure')).toBeNull();
  });
});
