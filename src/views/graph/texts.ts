/** What stands on the nodes and edges of the call graph. */
import type { ICallGraph } from '../../analysis/callGraph';
import { groupLabel } from '../../analysis/groups';
import { functionLabel, placeLabel } from '../../analysis/names';
import { formatShare, formatValue } from '../../analysis/units';
import type { IViewContext } from '../view';

/** The texts of a node. */
export interface INodeTexts {
  readonly name: string;
  readonly place: string;
  readonly inclusive: string;
  /** How often it was called, and its own share. */
  readonly self: string;
}

/** By node: 1 where it holds all that it calls. */
export function collapsedNodes(
  { state }: IViewContext,
  graph: ICallGraph
): Uint8Array {
  const marks = new Uint8Array(graph.nodes.length);
  for (const func of state.value.collapsed) {
    const node = graph.nodeOf[func];
    if (node >= 0) {
      marks[node] = 1;
    }
  }
  return marks;
}

/** The texts of a node of the graph. */
export function nodeTexts(
  context: IViewContext,
  graph: ICallGraph,
  node: number,
  collapsed: boolean
): INodeTexts {
  const { trans } = context;
  const { nodes, total } = graph;
  const calls = nodes.calls?.[node] ?? 0;
  const own =
    nodes.self[node] > 0 && !collapsed
      ? trans.__('%1 self', formatShare(nodes.self[node], total))
      : '';
  return {
    ...nodeName(context, graph, node, collapsed),
    inclusive: formatShare(nodes.inclusive[node], total),
    self: [calls > 0 ? times(calls) : '', own].filter(Boolean).join(' · ')
  };
}

function nodeName(
  { profile, state, trans }: IViewContext,
  { nodes }: ICallGraph,
  node: number,
  collapsed: boolean
): Pick<INodeTexts, 'name' | 'place'> {
  const func = nodes.func[node];
  const more = nodes.size[node] - 1;
  const name = functionLabel(profile, func);
  const { grouping } = state.value;
  if (grouping !== 'function') {
    const module = trans.__(groupLabel(profile, grouping, func));
    const only = name === module ? placeLabel(profile, func) : name;
    const place = more > 0 ? trans.__('%1 functions', more + 1) : only;
    return { name: module, place };
  }
  if (collapsed) {
    return { name, place: trans.__('with all it calls') };
  }
  return more > 0
    ? { name: `↻ ${name}`, place: trans.__('cycle of %1', more + 1) }
    : { name, place: placeLabel(profile, func) };
}

/** The label of an edge: how often, and its share of the whole. */
export function edgeLabel(graph: ICallGraph, edge: number): string {
  const calls = graph.edges.calls?.[edge] ?? -1;
  const part = formatShare(graph.edges.cost[edge], graph.total);
  return calls > 0 ? `${times(calls)} ${part}` : part;
}

function times(calls: number): string {
  return `${formatValue(calls, 'count')}×`;
}
