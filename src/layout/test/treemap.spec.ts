import { treemap } from '../treemap';

describe('treemap', () => {
  it('fills the whole with areas in proportion, none over another', () => {
    const values = [50, 20, 10, 7, 5, 4, 2, 1, 1];
    const within = { x: 10, y: 20, width: 300, height: 200 };
    const boxes = treemap(values, within);
    boxes.forEach(({ x, y, width, height }, row) => {
      expect(width * height).toBeCloseTo(values[row] * 600, 6);
      expect(x).toBeGreaterThanOrEqual(10 - 1e-9);
      expect(y).toBeGreaterThanOrEqual(20 - 1e-9);
      expect(x + width).toBeLessThanOrEqual(310 + 1e-9);
      expect(y + height).toBeLessThanOrEqual(220 + 1e-9);
      for (const other of boxes.slice(row + 1)) {
        const across =
          Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
        const down =
          Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
        expect(Math.min(across, down)).toBeLessThan(1e-6);
      }
    });
    // Near to squares: strips of a hundredth would be 30 times as long as wide.
    for (const { width, height } of boxes) {
      expect(Math.max(width / height, height / width)).toBeLessThan(3);
    }
    expect(treemap([], within)).toEqual([]);
  });
});
