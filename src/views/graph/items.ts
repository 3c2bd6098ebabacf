/** What is said of the call graph: the tip of a node, and its neighbours for a screen reader. */
import { functionLabel } from '../../analysis/names';
import { formatShare } from '../../analysis/units';
import { categoryStyle } from '../categories';
import { functionTip, measuredAt, type ICosts } from '../facts';
import type { ITip } from '../tooltip';
import type { ITwinItem } from '../twin';
import type { IViewContext } from '../view';
import type { IScene } from './scene';
import { edgesOf } from './walk';

/** Callers and callees that are read out. */
const CALLERS = 12;
const CALLEES = 12;
const ROOTS = 10;
/** Functions of a box that are listed. */
const LISTED = 8;

/**
 * Callers, the node itself, callees: three levels of a tree; without a node
 * the roots. `active` is the row of the node, -1: none.
 */
export function itemsAround(
  context: IViewContext,
  scene: IScene,
  node: number
): { items: ITwinItem[]; active: number } {
  const { trans } = context;
  if (node < 0) {
    const roots = [...scene.graph.roots].slice(0, ROOTS);
    const said = roots.map(root => sentence(context, scene, root));
    return { items: levelOf(said, 1), active: -1 };
  }
  const callers = edgesOf(scene, node, 'callers')
    .slice(0, CALLERS)
    .map(({ node: caller, edge }) =>
      trans.__(
        '%1; calls it for %2',
        sentence(context, scene, caller),
        scene.labels[edge]
      )
    );
  const callees = edgesOf(scene, node, 'callees')
    .slice(0, CALLEES)
    .map(({ node: callee, edge }) =>
      trans.__(
        '%1; %2 when called from here',
        sentence(context, scene, callee),
        scene.labels[edge]
      )
    );
  const itself = levelOf([sentence(context, scene, node)], 2).map(item =>
    scene.graph.nodes.calling[node] || scene.collapsed[node]
      ? { ...item, expanded: !scene.collapsed[node] }
      : item
  );
  return {
    items: [...levelOf(callers, 1), ...itself, ...levelOf(callees, 3)],
    active: callers.length
  };
}

function levelOf(labels: readonly string[], level: number): ITwinItem[] {
  return labels.map((label, at) => ({
    label,
    level,
    position: at + 1,
    size: labels.length
  }));
}

/** A node in one breath. */
function sentence(context: IViewContext, scene: IScene, node: number): string {
  const { trans } = context;
  const { nodes, total } = scene.graph;
  const { name, place } = scene.texts[node];
  const said = trans.__(
    '%1, %2: %3 with callees, %4 itself, %5',
    name,
    place,
    formatShare(nodes.inclusive[node], total),
    formatShare(nodes.self[node], total),
    trans.__(categoryStyle(nodes.category[node]).label)
  );
  const more = nodes.more[node];
  return more > 0 && !scene.collapsed[node]
    ? `${said}, ${trans.__('%1 callees hidden', more)}`
    : said;
}

/** The whole truth about a node. */
export function nodeTip(
  context: IViewContext,
  scene: IScene,
  node: number
): ITip {
  const { profile, trans } = context;
  const { nodes } = scene.graph;
  const tip = functionTip(context, nodes.func[node], nodeCosts(scene, node));
  const more = nodes.more[node];
  const rows =
    more > 0 && !scene.collapsed[node]
      ? [...tip.rows, [trans.__('hidden callees'), String(more)] as const]
      : tip.rows;
  if (nodes.size[node] < 2) {
    return { ...tip, rows };
  }
  const members = membersOf(context, scene, node);
  const names = members
    .slice(0, LISTED)
    .map(func => functionLabel(profile, func));
  const others = members.length - names.length;
  return {
    title: `${scene.texts[node].name} (${scene.texts[node].place})`,
    code: [
      ...names,
      ...(others > 0 ? [trans.__('and %1 more', others)] : [])
    ].join('\n'),
    rows
  };
}

/** The functions in a node, costliest first. */
function membersOf(
  { data }: IViewContext,
  { graph }: IScene,
  node: number
): number[] {
  const cost = new Map<number, number>();
  const { rows } = data;
  for (let row = 0; row < rows.length; row++) {
    cost.set(rows.func[row], rows.inclusive[row]);
  }
  return Array.from(graph.nodeOf.keys())
    .filter(func => graph.nodeOf[func] === node)
    .sort((a, b) => (cost.get(b) ?? 0) - (cost.get(a) ?? 0));
}

/** The costs of a node. */
function nodeCosts(scene: IScene, node: number): ICosts {
  const { nodes } = scene.graph;
  return {
    self: nodes.self[node],
    inclusive: nodes.inclusive[node],
    ...measuredAt(nodes, node),
    calls: nodes.calls?.[node] ?? null,
    category: nodes.category[node]
  };
}
