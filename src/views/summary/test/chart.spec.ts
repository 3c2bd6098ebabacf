import { example as profile } from '../../../testing/example';
import { profileFromText } from '../../../testing/profileFromText';
import { makeHost } from '../../test/host';
import { Viewer } from '../../viewer';
import { FakePlotly } from './fakePlotly';

let host: HTMLElement;
let plotly: FakePlotly;

beforeEach(() => {
  host = makeHost();
  plotly = new FakePlotly();
  jest.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(240);
  jest.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(240);
});

afterEach(() => {
  host.remove();
  jest.restoreAllMocks();
});

const make = (of = profile): Viewer =>
  new Viewer(host, of, { loadPlotly: plotly.load });

describe('the chart of the summary', () => {
  it('selects the very function whose sector is clicked', async () => {
    const twins = profileFromText('In[5]:1; a!sum  6\nIn[5]:1; b!sum  3');
    const viewer = make(twins);
    const [trace] = await plotly.drawn();
    const { functions, strings } = twins;
    const selected = trace.labels.map((label, pointNumber) => {
      viewer.state.set({ selection: -1 });
      plotly.listeners.get('plotly_sunburstclick')!({
        points: [{ pointNumber }]
      });
      const { selection } = viewer.state.value;
      return selection < 0 ? label : strings[functions.module[selection]];
    });
    expect(selected).toEqual(['extensions', 'a', 'b', 'a', 'b']);
  });

  it('gives each share of the split its interval', async () => {
    // 1,000 samples beside as much waiting that was measured.
    const half = { ...profile.summary, categories: { sleep: 1000 } };
    make({ ...profile, summary: half });
    const [{ labels, hovertext }] = await plotly.drawn();
    const cells = host.querySelectorAll('.np-Categories > span');
    const shares = [...cells].map(cell => cell.textContent!.trim());
    expect(shares.filter(text => text.includes('%'))).toEqual([
      '50\u00a0%',
      expect.stringMatching(/^30\s%\s*±2$/),
      expect.stringMatching(/^15\s%\s*±1$/),
      expect.stringMatching(/^5\s%\s*±0.9$/)
    ]);
    // The chart is of what has functions: of the samples alone.
    expect(hovertext[labels.indexOf('Python')]).toMatch(/60\s%\s±3 · 600/);
  });

  it('writes the labels that have room, of what is looked into', async () => {
    const parts = Array.from({ length: 10 }, (_, at) => `a!f${at}  9`);
    make(profileFromText(['b!large  910', ...parts].join('\n')));
    const [all] = await plotly.drawn();
    expect(all.text).toContain('large');
    expect(all.labels).toContain('f0');
    expect(all.text).not.toContain('f0');
    const module = all.labels.indexOf('a');
    plotly.listeners.get('plotly_sunburstclick')!({
      points: [{ pointNumber: module }],
      nextLevel: String(module)
    });
    const [within] = await plotly.drawn();
    expect(within.level).toBe(String(module));
    expect(within.text).toContain('f0');
    expect(within.labels).not.toContain('large');
    // The way back.
    plotly.listeners.get('plotly_sunburstclick')!({
      points: [{ pointNumber: 0 }],
      nextLevel: 'what plotly calls all of them'
    });
    const [again] = await plotly.drawn();
    expect(again.level).toBeUndefined();
    expect(again.text).toEqual(all.text);
  });
});
