import { profileFromText } from '../../testing/profileFromText';
import { highlighted, stretchesShown } from '../conditions';
import { laneCost, stackView } from '../filter';
import { NO_FILTER } from '../stackView';
import { functionLabel } from '../names';
import { parseQuery } from '../query';

const profile = profileFromText(
  `
  In[5]:1; json.load:3; json.scan(c_scan)    10
  In[5]:2; list.sort(list_sort)              20
  In[5]:2; list.sort(list_sort); In[2].key:8 30
  In[5]:3; numpy!dgemm                       40  extension  [worker]
  In[5]:3; numpy!dgemm; kernel!page_fault     5  kernel  [child 7/pool]  {fetch get}
`
);

const shown = (text: string): number =>
  stackView(profile, {
    ...NO_FILTER,
    conditions: parseQuery(text).conditions
  }).total;

describe('conditions', () => {
  it.each([
    ['', 105],
    ['sort', 50],
    ['name:sort', 50],
    ['-name:sort', 55],
    ['name:key -category:python', 0],
    ['module:numpy', 45],
    ['module:NUM,json', 55],
    ['-module:numpy', 60],
    ['file:numpy.so', 45],
    ['cell:2', 30],
    ['cell:In[5] -cell:2', 75],
    ['category:kernel', 5],
    ['category:python,kernel', 35],
    ['-category:extension', 65],
    ['thread:worker', 40],
    ['-thread:worker', 65],
    ['thread:main', 60],
    ['process:child', 5],
    ['-process:7', 100],
    ['task:fetch', 5],
    ['-task:fetch', 100],
    ['module:numpy thread:worker', 40],
    ['name:=sort', 0],
    ['name:=list.sort', 50]
  ])('%s', (text, cost) => {
    expect(shown(text)).toBe(cost);
  });

  it('tell of each sample whether it is left in', () => {
    const view = stackView(profile, {
      ...NO_FILTER,
      conditions: parseQuery('name:key').conditions
    });
    const rows = [0, 1, 2, 3, 4].map(sample => view.rowOf(sample) >= 0);
    expect(rows).toEqual([false, false, true, false, false]);
  });

  it('mark functions while they are typed', () => {
    const marked = (text: string): string[] => {
      const has = highlighted(profile, parseQuery(text).conditions);
      return Array.from(profile.functions.name.keys())
        .filter(func => has?.(func))
        .map(func => functionLabel(profile, func));
    };
    expect(marked('module:numpy')).toEqual(['dgemm']);
    expect(marked('category:python')).toEqual([]);
    expect(marked('-name:sort key')).toEqual(['key']);
  });
});

describe('stretchesShown', () => {
  it.each([
    ['', null],
    ['time:1-2', [[1, 2]]],
    ['time:1-3 time:2-4', [[2, 3]]],
    ['time:3-4,1-2', [[1, 2], [3, 4]]], // prettier-ignore
    ['-time:1-2 time:0-3', [[0, 1], [2, 3]]], // prettier-ignore
    ['-time:0-9 time:1-2', []]
  ])('%s', (text, stretches) => {
    expect(stretchesShown(null, parseQuery(text).conditions)).toEqual(
      stretches &&
        stretches.map(([from, to]) => ({ from: from * 1e6, to: to * 1e6 }))
    );
  });
});

it('adds up what a lane cost', () => {
  expect(laneCost(profile, null, 0)).toBe(105);
  expect(laneCost(profile, { kind: 'process', pid: 7 }, 0)).toBe(5);
});
