/**
 * Tables as text, for assertions that read like what a person would see.
 */
import type { ICallGraph } from '../analysis/callGraph';
import type { ICallTree } from '../analysis/tree';
import { functionLabel, moduleLabel } from '../analysis/names';
import { CATEGORIES } from '../format/types';
import type { IProfile } from '../model/profile';

/** Lines `  name:line inclusive self category`, indented by depth. */
export function treeText(profile: IProfile, tree: ICallTree): string[] {
  return Array.from({ length: tree.length }, (_, node) => {
    const name = functionLabel(profile, tree.func[node]);
    const line = tree.line[node] >= 0 ? `:${tree.line[node]}` : '';
    return (
      '  '.repeat(tree.depth[node]) +
      `${name}${line} ${tree.inclusive[node]} ${tree.self[node]} ` +
      CATEGORIES[tree.category[node]]
    );
  });
}

/** Lines `name inclusive self` and `name > name cost`. */
export function graphText(
  profile: IProfile,
  graph: ICallGraph,
  label: typeof moduleLabel = functionLabel
): string[] {
  const { nodes, edges } = graph;
  const names = Array.from(nodes.func, func => label(profile, func));
  return [
    ...names.map(
      (name, row) => `${name} ${nodes.inclusive[row]} ${nodes.self[row]}`
    ),
    ...Array.from(
      edges.cost,
      (cost, edge) =>
        `${names[edges.from[edge]]} ${edges.indirect[edge] ? '...>' : '>'} ` +
        `${names[edges.to[edge]]} ${cost}` +
        (edges.calls ? ` ${edges.calls[edge]}x` : '')
    )
  ];
}
