/** The call graph in the dot language of Graphviz. */

/** A node of the picture. */
export interface IDotNode {
  readonly label: string;
  readonly fill: string;
  readonly text: string;
}

/** An edge between two nodes, by their index. */
export interface IDotEdge {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  /** Width of the line in points. */
  readonly width: number;
}

/** A directed graph, its nodes named n0, n1… */
export function dotGraph(
  name: string,
  nodes: readonly IDotNode[],
  edges: readonly IDotEdge[]
): Blob {
  const lines = [
    `digraph ${quote(name)} {`,
    '  node [shape=box, style=filled, fontname="Helvetica"];'
  ];
  nodes.forEach((node, i) => {
    lines.push(
      `  n${i} [label=${quote(node.label)}, fillcolor=${quote(node.fill)}, fontcolor=${quote(node.text)}];`
    );
  });
  for (const edge of edges) {
    lines.push(
      `  n${edge.from} -> n${edge.to} [label=${quote(edge.label)}, penwidth=${edge.width.toFixed(2)}];`
    );
  }
  lines.push('}', '');
  return new Blob([lines.join('\n')], { type: 'text/vnd.graphviz' });
}

function quote(text: string): string {
  return `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\r?\n/g, '\\n')}"`;
}
