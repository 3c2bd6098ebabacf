import { example as profile } from '../../../testing/example';
import { profileFromText } from '../../../testing/profileFromText';
import type { IViewerEnv } from '../../env';
import { makeHost } from '../../test/host';
import { Viewer } from '../../viewer';

let host: HTMLElement;

beforeEach(() => {
  host = makeHost();
});

afterEach(() => host.remove());

const make = (of = profile, env: IViewerEnv = {}): Viewer =>
  new Viewer(host, of, env);

describe('the lines of the summary', () => {
  it('shows the costliest lines as typed, with their reason', () => {
    make();
    const rows = [...host.querySelectorAll('.np-Rows')[0].children];
    const texts = rows.map(row => row.textContent);
    expect(texts[1]).toMatch(/^40\s%\s±3m = a @ aIn\[5\] line 2/);
    expect(texts[0]).toMatch(/^60\s%\s±3.*In\[2\] line 8.*called from sorted/);
    const reasons = rows.map(row =>
      Array.from(row.querySelectorAll('.np-Reason'), node => node.textContent)
    );
    expect(reasons).toEqual([
      ['pure Python → Source'],
      [
        'native code: dgemm in numpy 75\u00a0% → Flame',
        'page faults: memory touched for the first time in dgemm 25\u00a0% → Flame'
      ]
    ]);
    expect(texts[1]).toMatch(/algorithm\.$/);
  });

  it('says what waiting is and what is not counted as such', () => {
    const waited = profileFromText('In[5]:1; f:2  600', {
      unit: 'ns',
      summary: { unit: 'ns', categories: { waiting: 300 } },
      meta: { kind: 'sampled', thread_queued_ns: 57e6 }
    });
    make(waited);
    const said = 'not counted (57';
    const parts = [...host.querySelectorAll<HTMLElement>('.np-Bar-part')];
    expect(parts.map(part => part.title.includes(said))).toEqual([false, true]);
    const rows = host.querySelectorAll<HTMLElement>('.np-Categories [title]');
    expect([...rows].map(row => row.title.includes(said))).toEqual([
      false,
      true
    ]);
  });

  it('links places in cells only: nothing else can be shown', () => {
    const lines = profileFromText(
      `
      In[5]:1; f@/lib/tool.py:7   20
      In[5]:2                     10
    `,
      { cells: profile.cells }
    );
    make(lines, { revealLine: () => Promise.resolve() });
    const rows = host.querySelectorAll('.np-Rows')[0];
    const links = [...rows.querySelectorAll('.np-Row-place.np-Link')];
    expect(links.map(link => link.textContent)).toEqual(['In[5] line 2']);
    const place = rows.querySelector<HTMLElement>('span.np-Row-place')!;
    expect(place.title).toMatch(/:7$/);
  });
});
