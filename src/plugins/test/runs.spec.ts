import { candidates } from '../runs';

const message = (name: string, started: number) => ({
  meta: { name, engine: 'perf', started }
});

describe('what a profile is compared with', () => {
  const first = message('In[5]', 100);
  const second = message('In[8]', 200);
  const other = message('In[6]', 150);

  it('are earlier runs of its cell, then what other cells show', () => {
    const cells = [
      { shown: other, runs: [other] },
      { shown: second, runs: [second, first] },
      { shown: null, runs: [] }
    ];
    expect(candidates(cells, second)).toEqual([
      { group: 'notebook', message: other },
      { group: 'earlier', message: first }
    ]);
    // A tab shows a run that its cell has replaced since.
    expect(candidates(cells, first)).toEqual([
      { group: 'notebook', message: other },
      { group: 'earlier', message: second }
    ]);
  });

  it('are never the profile itself, even as a copy', () => {
    const copy = JSON.parse(JSON.stringify(second)) as unknown;
    const cells = [{ shown: copy, runs: [second] }];
    expect(candidates(cells, second)).toEqual([]);
    expect(candidates(cells, copy)).toEqual([]);
  });
});
