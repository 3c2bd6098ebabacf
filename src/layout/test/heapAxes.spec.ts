import { heapAxes } from '../heapAxes';

const BOX = { left: 50, top: 20, width: 400, height: 200 };

describe('heapAxes', () => {
  const axes = heapAxes({ from: 0, to: 1000 }, 140_000, BOX, {
    times: false,
    amounts: true
  });

  it('places times and amounts, and times back', () => {
    expect([axes.x(0), axes.x(1000)]).toEqual([50, 450]);
    expect([axes.y(0), axes.y(140_000)]).toEqual([220, 20]);
    expect(axes.time(axes.x(250))).toBeCloseTo(250);
  });

  it('has steps of powers of two for bytes', () => {
    expect(axes.amounts).toEqual([0, 32768, 65536, 98304, 131072]);
    expect(axes.times).toEqual([0, 500, 1000]);
  });

  it('stands on one moment and nothing, too', () => {
    const point = heapAxes({ from: 7, to: 7 }, 0, BOX, {
      times: true,
      amounts: false
    });
    expect(point.x(7)).toBe(50);
    expect(point.y(0)).toBe(220);
    expect(point.amounts).toEqual([0, 1]);
  });
});
