/** The cycles of a directed graph. */

/** Nodes that reach each other, by number: callers before callees. */
export interface IComponents {
  readonly length: number;
  /** By node: its component. */
  readonly of: Int32Array;
  /** By component: how many nodes it has. */
  readonly size: Int32Array;
}

/**
 * The strongly connected components of a graph (R. E. Tarjan, SIAM J. Comput.
 * 1, 1972), without recursion since call chains are deep.
 */
export function stronglyConnected(
  nodes: number,
  from: Int32Array,
  to: Int32Array
): IComponents {
  const { start, out } = outgoing(nodes, from, to);
  const next = start.slice(0, nodes);
  // When each node was met, 0: not yet; and the first that it leads back to.
  const met = new Int32Array(nodes);
  const low = new Int32Array(nodes);
  const of = new Int32Array(nodes).fill(-1);
  const size: number[] = [];
  const waiting: number[] = [];
  const path: number[] = [];
  let clock = 0;
  const open = (node: number): void => {
    met[node] = low[node] = ++clock;
    path.push(node);
    waiting.push(node);
  };
  const close = (node: number): void => {
    path.pop();
    if (low[node] === met[node]) {
      let member = -1;
      let count = 0;
      while (member !== node) {
        member = waiting.pop()!;
        of[member] = size.length;
        count++;
      }
      size.push(count);
    }
    if (path.length > 0) {
      const above = path[path.length - 1];
      low[above] = Math.min(low[above], low[node]);
    }
  };
  for (let root = 0; root < nodes; root++) {
    if (met[root] === 0) {
      open(root);
    }
    while (path.length > 0) {
      const node = path[path.length - 1];
      if (next[node] === start[node + 1]) {
        close(node);
        continue;
      }
      const callee = out[next[node]++];
      if (met[callee] === 0) {
        open(callee);
      } else if (of[callee] < 0) {
        low[node] = Math.min(low[node], met[callee]);
      }
    }
  }
  // A component was closed after all that it leads to.
  const { length } = size;
  return {
    length,
    of: of.map(component => length - 1 - component),
    size: Int32Array.from(size.reverse())
  };
}

/** The ends of each node's edges, side by side: those of n from `start[n]`. */
function outgoing(
  nodes: number,
  from: Int32Array,
  to: Int32Array
): { start: Int32Array; out: Int32Array } {
  const start = new Int32Array(nodes + 2);
  for (const node of from) {
    start[node + 2]++;
  }
  for (let node = 2; node < start.length; node++) {
    start[node] += start[node - 1];
  }
  const out = new Int32Array(to.length);
  for (let edge = 0; edge < to.length; edge++) {
    out[start[from[edge] + 1]++] = to[edge];
  }
  return { start: start.subarray(0, nodes + 1), out };
}
