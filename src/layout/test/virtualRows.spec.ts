import {
  contentHeight,
  rowsInSight,
  rowTop,
  scrollToRow,
  type IVirtualRows
} from '../virtualRows';

const few: IVirtualRows = { count: 100, rowHeight: 20, visible: 200 };
/** More than fits into the highest element of a browser. */
const many: IVirtualRows = { count: 5_000_000, rowHeight: 20, visible: 200 };

describe('rows of a scrolled box', () => {
  it('are as high as they are, and those in sight are known', () => {
    expect(contentHeight(few)).toBe(2_000);
    expect(rowsInSight(few, 0, 0)).toEqual([0, 10]);
    expect(rowsInSight(few, 50, 1)).toEqual([1, 14]);
    expect(rowTop(few, 50, 7)).toBe(140);
    expect(rowsInSight({ ...few, count: 0 }, 0, 8)).toEqual([0, 0]);
  });

  it('move no further than is needed to show a row', () => {
    expect(scrollToRow(few, 100, 7)).toBe(100);
    expect(scrollToRow(few, 100, 2)).toBe(40);
    expect(scrollToRow(few, 100, 30)).toBe(420);
  });

  it('reach the first and the last row whatever their number', () => {
    const height = contentHeight(many);
    expect(height).toBeLessThan(17_000_000);
    const end = height - many.visible;
    expect(rowsInSight(many, 0, 0)[0]).toBe(0);
    expect(rowsInSight(many, end, 0)).toEqual([4_999_990, 5_000_000]);
    // The last row ends where the box ends.
    expect(rowTop(many, end, 4_999_999) + 20).toBeCloseTo(height, 3);
  });

  it.each([0, 1, 12_345, 2_500_000, 4_999_999])(
    'show row %d of millions where they are scrolled to it',
    row => {
      for (const before of [0, 7_000_000, contentHeight(many) - 200]) {
        const top = scrollToRow(many, before, row);
        const y = rowTop(many, top, row) - top;
        expect(y).toBeGreaterThanOrEqual(-0.01);
        expect(y).toBeLessThanOrEqual(180.01);
      }
    }
  );
});
