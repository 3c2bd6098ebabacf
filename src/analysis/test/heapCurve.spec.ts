import { heapCurve, rowAtTime } from '../heapCurve';
import { example } from '../../testing/example';
import { PROFILE } from '../../testing/snapshots';

describe('heapCurve', () => {
  it('adds up what has one unit, and finds the peak', () => {
    const curve = heapCurve(PROFILE)!;
    expect(curve.layers.map(({ value }) => value)).toEqual([0, 2]);
    expect([...curve.total]).toEqual([10, 520, 930, 140]);
    expect(curve.peak).toBe(2);
  });

  it('knows which snapshots can be shown, and which is', () => {
    const curve = heapCurve(PROFILE)!;
    expect([...curve.parts]).toEqual([
      [1, 'snapshot 1'],
      [2, 'snapshot 2']
    ]);
    expect(curve.shown).toBe(2);
  });

  it('leaves out parts that name no snapshot', () => {
    const parts = [
      { name: 'a', snapshot: 99 },
      { name: 'b', snapshot: -1 },
      { name: 'c' }
    ];
    const meta = { ...PROFILE.meta, parts, part: 7 };
    const curve = heapCurve({ ...PROFILE, meta })!;
    expect([curve.parts.size, curve.shown]).toEqual([0, -1]);
  });

  it('is none without snapshots', () => {
    expect(heapCurve(example)).toBeNull();
    const none = { length: 0, time: new Float64Array(), values: [] };
    expect(heapCurve({ ...PROFILE, snapshots: none })).toBeNull();
  });
});

describe('rowAtTime', () => {
  it.each([
    [-5, 0],
    [0, 0],
    [9.9, 0],
    [10, 1],
    [99, 2],
    [100, 3],
    [1e9, 3]
  ])('holds each amount until the next: %s', (time, row) => {
    expect(rowAtTime(heapCurve(PROFILE)!, time)).toBe(row);
  });
});
