/** Points of an edge, x and y in turn, one in each layer that it meets. */
export type Polyline = ArrayLike<number>;

/**
 * Crossings of edges that are drawn from layer to layer, counted from the
 * drawing alone: two segments between the same layers cross when they
 * change sides.
 */
export function drawnCrossings(lines: readonly Polyline[]): number {
  const layers = new Map<number, [number, number][]>();
  for (const line of lines) {
    for (let at = 2; at < line.length; at += 2) {
      const down = line[at - 1] < line[at + 1];
      const [top, bottom] = down ? [at - 2, at] : [at, at - 2];
      const layer = Math.round(line[top + 1]);
      const segments = layers.get(layer) ?? [];
      segments.push([line[top], line[bottom]]);
      layers.set(layer, segments);
    }
  }
  let count = 0;
  for (const segments of layers.values()) {
    for (let i = 0; i < segments.length; i++) {
      for (let j = 0; j < i; j++) {
        const above = segments[i][0] - segments[j][0];
        const below = segments[i][1] - segments[j][1];
        count += above * below < 0 ? 1 : 0;
      }
    }
  }
  return count;
}
