import { example as profile } from '../../../testing/example';
import { profileFromText } from '../../../testing/profileFromText';
import { makeHost } from '../../test/host';
import { Viewer } from '../../viewer';

// plotly draws in a real browser only; there Galata looks at it.
jest.mock('../plotly', () => ({
  react: jest.fn().mockResolvedValue({ on: jest.fn() }),
  purge: jest.fn()
}));

/** What is looked at of the chart. */
interface ISunburstTrace {
  readonly labels: string[];
  readonly hovertext: string[];
}

let host: HTMLElement;

beforeEach(() => {
  host = makeHost();
});

afterEach(() => host.remove());

const make = (of = profile): Viewer => new Viewer(host, of);

describe('the chart of the summary', () => {
  it('selects the very function whose sector is clicked', async () => {
    const twins = profileFromText('In[5]:1; a!sum  6\nIn[5]:1; b!sum  3');
    const listeners: ((event: unknown) => unknown)[] = [];
    const { react } = jest.requireMock<{
      react: jest.Mock<Promise<unknown>, [HTMLElement, { labels: string[] }[]]>;
    }>('../plotly');
    react.mockResolvedValue({
      on: (_: string, listener: (event: unknown) => unknown) =>
        listeners.push(listener)
    });
    jest
      .spyOn(HTMLElement.prototype, 'clientWidth', 'get')
      .mockReturnValue(240);
    const viewer = make(twins);
    for (let i = 0; i < 10 && listeners.length === 0; i++) {
      await new Promise(done => setTimeout(done));
    }
    const [trace] = react.mock.lastCall![1];
    const { functions, strings } = twins;
    const selected = trace.labels.map((label, pointNumber) => {
      viewer.state.set({ selection: -1 });
      const zooms = listeners[0]({ points: [{ pointNumber }] });
      const { selection } = viewer.state.value;
      return zooms ? label : strings[functions.module[selection]];
    });
    expect(selected).toEqual(['extensions', 'a', 'b', 'a', 'b']);
    jest.restoreAllMocks();
  });

  it('gives each share of the split its interval', async () => {
    // 1,000 samples beside as much waiting that was measured.
    const half = { ...profile.summary, categories: { sleep: 1000 } };
    const { react } = jest.requireMock<{
      react: jest.Mock<Promise<unknown>, [HTMLElement, [ISunburstTrace]]>;
    }>('../plotly');
    react.mockClear();
    react.mockResolvedValue({ on: jest.fn() });
    jest
      .spyOn(HTMLElement.prototype, 'clientWidth', 'get')
      .mockReturnValue(240);
    make({ ...profile, summary: half });
    for (let i = 0; i < 10 && react.mock.calls.length === 0; i++) {
      await new Promise(done => setTimeout(done));
    }
    const cells = host.querySelectorAll('.np-Categories > span');
    const shares = [...cells].map(cell => cell.textContent!.trim());
    expect(shares.filter(text => text.includes('%'))).toEqual([
      '50\u00a0%',
      expect.stringMatching(/^30\s%\s*±2$/),
      expect.stringMatching(/^15\s%\s*±1$/),
      expect.stringMatching(/^5\s%\s*±0.9$/)
    ]);
    // The chart is of what has functions: of the samples alone.
    const [{ labels, hovertext }] = react.mock.lastCall![1];
    expect(hovertext[labels.indexOf('Python')]).toMatch(/60\s%\s±3 · 600/);
    jest.restoreAllMocks();
  });
});
