/**
 * Which edges to turn around so that the rest has no cycle: those that lead
 * back to a function that is still open in a depth-first search from the
 * roots, that is, the calls that close a recursion. Self loops are not among
 * them.
 */
export function backEdges(
  nodes: number,
  from: Int32Array,
  to: Int32Array
): Uint8Array {
  const back = new Uint8Array(from.length);
  const start = new Int32Array(nodes + 2);
  const called = new Uint8Array(nodes);
  for (let edge = 0; edge < from.length; edge++) {
    start[from[edge] + 2]++;
    called[to[edge]] = 1;
  }
  for (let node = 2; node < start.length; node++) {
    start[node] += start[node - 1];
  }
  const out = new Int32Array(from.length);
  for (let edge = 0; edge < from.length; edge++) {
    out[start[from[edge] + 1]++] = edge;
  }
  const state = new Uint8Array(nodes);
  const next = start.slice(0, nodes);
  const path = new Int32Array(nodes);

  function search(root: number): void {
    let depth = 0;
    path[0] = root;
    state[root] = OPEN;
    while (depth >= 0) {
      const node = path[depth];
      if (next[node] === start[node + 1]) {
        state[node] = CLOSED;
        depth--;
        continue;
      }
      const edge = out[next[node]++];
      const callee = to[edge];
      if (state[callee] === OPEN && callee !== node) {
        back[edge] = 1;
      } else if (state[callee] === 0) {
        state[callee] = OPEN;
        path[++depth] = callee;
      }
    }
  }

  for (const roots of [true, false]) {
    for (let node = 0; node < nodes; node++) {
      if (state[node] === 0 && (!called[node] || !roots)) {
        search(node);
      }
    }
  }
  return back;
}

const OPEN = 1;
const CLOSED = 2;
