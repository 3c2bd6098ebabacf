/**
 * Layers with the shortest edges in all, by the network simplex method
 * (Gansner, Koutsofios, North, Vo, IEEE Trans. SE 19, 1993). All edges count
 * alike, so what an edge of the tree is worth follows from the degrees of the
 * nodes below it: no cut is ever added up edge by edge.
 */

/**
 * Moves the nodes of an acyclic graph so that the sum of its edges' lengths is
 * smallest.
 *
 * @param layer A layer for each node, every edge going down; changed in place.
 */
export function shortenEdges(
  layer: Int32Array,
  tail: Int32Array,
  head: Int32Array
): void {
  if (layer.length > 0) {
    const tree = new TightTree(layer, tail, head);
    // Degenerate steps could go round in a circle: never seen, but bounded.
    for (let step = 0; step < 4 * layer.length && tree.improve(); step++) {
      continue;
    }
    layer.set(tree.layer.subarray(0, layer.length));
  }
}

/** A spanning tree of edges that are as short as they can be. */
class TightTree {
  constructor(layer: Int32Array, tail: Int32Array, head: Int32Array) {
    const nodes = layer.length;
    const called = new Uint8Array(nodes);
    for (const node of head) {
      called[node] = 1;
    }
    // One more node above those that nobody calls holds all together.
    const roots = Array.from(called.keys()).filter(node => !called[node]);
    this._root = nodes;
    this._tail = Int32Array.of(...tail, ...roots.map(() => nodes));
    this._head = Int32Array.of(...head, ...roots);
    this.layer = Int32Array.from({ length: nodes + 1 }, (_, node) =>
      node < nodes ? layer[node] : Math.min(...roots.map(at => layer[at])) - 1
    );
    this._degree = new Int32Array(nodes + 1);
    for (let edge = 0; edge < tail.length; edge++) {
      this._degree[tail[edge]]++;
      this._degree[head[edge]]--;
    }
    this._inTree = new Uint8Array(this._tail.length);
    this._grow();
  }

  readonly layer: Int32Array;

  /** Exchanges one edge of the tree for a better one; false: there is none. */
  improve(): boolean {
    const { order, parent, edgeUp, size } = this._walk();
    const { layer, _tail: tail, _head: head } = this;
    const nodes = layer.length;
    const place = new Int32Array(nodes);
    order.forEach((node, at) => (place[node] = at));
    const surplus = this._degree.slice();
    let worst = -1;
    let least = 0;
    for (let at = nodes - 1; at > 0; at--) {
      const node = order[at];
      surplus[parent[node]] += surplus[node];
      const goesUp = tail[edgeUp[node]] === node;
      const value = goesUp ? surplus[node] : -surplus[node];
      if (value < least) {
        least = value;
        worst = node;
      }
    }
    if (worst < 0) {
      return false;
    }
    const isBelow = (node: number): boolean =>
      place[node] >= place[worst] && place[node] < place[worst] + size[worst];
    // The part below moves towards where most of its edges lead.
    const up = tail[edgeUp[worst]] === worst;
    let entering = -1;
    let room = Infinity;
    for (let edge = 0; edge < tail.length; edge++) {
      const [inside, outside] = up
        ? [head[edge], tail[edge]]
        : [tail[edge], head[edge]];
      const slack = layer[head[edge]] - layer[tail[edge]] - 1;
      if (slack < room && isBelow(inside) && !isBelow(outside)) {
        room = slack;
        entering = edge;
      }
    }
    for (let at = place[worst]; at < place[worst] + size[worst]; at++) {
      layer[order[at]] += up ? -room : room;
    }
    this._inTree[edgeUp[worst]] = 0;
    this._inTree[entering] = 1;
    return true;
  }

  /** The tree from the root: nodes before those below them. */
  private _walk(): {
    order: Int32Array;
    parent: Int32Array;
    edgeUp: Int32Array;
    size: Int32Array;
  } {
    const nodes = this.layer.length;
    const { _tail: tail, _head: head } = this;
    const links: number[][] = Array.from({ length: nodes }, () => []);
    this._inTree.forEach((yes, edge) => {
      if (yes) {
        links[tail[edge]].push(edge);
        links[head[edge]].push(edge);
      }
    });
    const order = new Int32Array(nodes);
    const parent = new Int32Array(nodes).fill(-1);
    const edgeUp = new Int32Array(nodes).fill(-1);
    const size = new Int32Array(nodes).fill(1);
    const pending = [this._root];
    for (let at = 0; pending.length > 0; at++) {
      const node = pending.pop()!;
      order[at] = node;
      for (const edge of links[node]) {
        const other = tail[edge] === node ? head[edge] : tail[edge];
        if (edge !== edgeUp[node]) {
          parent[other] = node;
          edgeUp[other] = edge;
          pending.push(other);
        }
      }
    }
    for (let at = nodes - 1; at > 0; at--) {
      size[parent[order[at]]] += size[order[at]];
    }
    return { order, parent, edgeUp, size };
  }

  /** Makes the tree, moving what it has together until the next edge fits. */
  private _grow(): void {
    const { layer, _tail: tail, _head: head } = this;
    const inside = new Uint8Array(layer.length);
    inside[this._root] = 1;
    const slack = (edge: number): number =>
      layer[head[edge]] - layer[tail[edge]] - 1;
    for (let count = 1; count < layer.length;) {
      let nearest = -1;
      const before = count;
      for (let edge = 0; edge < tail.length; edge++) {
        if (inside[tail[edge]] === inside[head[edge]]) {
          continue;
        }
        if (slack(edge) === 0) {
          inside[tail[edge]] = inside[head[edge]] = 1;
          this._inTree[edge] = 1;
          count++;
        } else if (nearest < 0 || slack(edge) < slack(nearest)) {
          nearest = edge;
        }
      }
      // What was added may have brought in edges that need no move.
      if (count === before) {
        const shift = inside[tail[nearest]] ? slack(nearest) : -slack(nearest);
        inside.forEach((yes, node) => (layer[node] += yes ? shift : 0));
      }
    }
  }

  private readonly _root: number;
  private readonly _tail: Int32Array;
  private readonly _head: Int32Array;
  /** By node: edges that leave it, less those that enter. */
  private readonly _degree: Int32Array;
  /** By edge: 1 where it is in the tree. */
  private readonly _inTree: Uint8Array;
}
