import { profileFromText } from '../../testing/profileFromText';
import { stackView } from '../filter';
import { NO_FILTER } from '../stackView';
import type { Lane } from '../lanes';
import { firstLane, lanesOf, type ILaneRow } from '../lanes';

const profile = profileFromText(
  `
  In[5]:1; f          10        {Task-1 main}
  In[5]:2; g          5   python  {fetch get}
  In[5]:2; numpy!sum  20  [pool]  own pool!run; numpy!sum
  work; h             40  [child 7/child]
  work; h             2   [child 7/helper]
`
);

const outline = (row: ILaneRow): string =>
  `${row.name} ${row.detail} ${row.cost}${row.main ? ' main' : ''}`;

describe('lanesOf', () => {
  it('lists processes with their threads, the cell’s own first', () => {
    const { processes, tasks, total } = lanesOf(profile, 0);
    expect(total).toBe(77);
    expect(
      processes.map(({ process, threads }) => [
        process && outline(process),
        ...threads.map(outline)
      ])
    ).toEqual([
      [' 1 35 main', 'MainThread 0 15 main', 'pool 1 20'],
      ['child 7 42', 'child 2 40', 'helper 3 2']
    ]);
    expect(tasks.map(outline)).toEqual(['Task-1 main 10', 'fetch get 5']);
  });

  it('begins wall time with the cell’s own thread, if there are others', () => {
    const values = ['cpu', 'wall'].map(name => ({ name, unit: 'ns' }));
    const both = profileFromText('f 1/2\ng 3/4 [pool]', { values });
    expect(firstLane(both, 0)).toBeNull();
    expect(firstLane(both, 1)).toEqual({ kind: 'thread', row: 0 });
    expect(firstLane(profileFromText('f 1/2', { values }), 1)).toBeNull();
    const unknown = { ...both.threads!, main: new Uint8Array(2) };
    expect(firstLane({ ...both, threads: unknown }, 1)).toBeNull();
    expect(firstLane(both, 2)).toBeNull();
  });

  it('names no process where there is one only', () => {
    const one = profileFromText('f 1\ng 2 [worker]');
    const { processes } = lanesOf(one, 0);
    expect(processes).toHaveLength(1);
    expect(processes[0].process).toBeNull();
  });

  const lanes: [Lane, number][] = [
    [{ kind: 'thread', row: 1 }, 20],
    [{ kind: 'process', pid: 7 }, 42],
    [{ kind: 'process', pid: 1 }, 35],
    [{ kind: 'task', row: 1 }, 5]
  ];
  it.each(lanes)('shows %j alone', (lane, cost) => {
    expect(stackView(profile, { ...NO_FILTER, lane }).total).toBe(cost);
  });

  it('shows attributed time where it was spent, if asked to', () => {
    const labels = (hideAttributed: boolean): number[] => {
      const view = stackView(profile, { ...NO_FILTER, hideAttributed });
      const row = view.rowOf(2);
      return [view.total, view.prefix[row] < 0 ? 0 : 1];
    };
    const { strings, functions } = profile;
    const view = stackView(profile, { ...NO_FILTER, hideAttributed: true });
    const above = view.function[view.prefix[view.rowOf(2)]];
    expect(strings[functions.name[above]]).toBe('run');
    expect(labels(true)[0]).toBe(labels(false)[0]);
  });
});
