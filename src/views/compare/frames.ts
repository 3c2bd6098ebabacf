/** What is said of a frame of the difference flame graph, in boxes and in words. */
import { verdictOf } from '../../analysis/compare/changes';
import type { ITip } from '../tooltip';
import type { Compared } from './data';
import type { IDifferenceBox } from './paint';
import type { IPartContext } from './state';
import { changeText, costText, levelOf, verdictText } from './words';

/** Where a box is: the rest is told by its node. */
type Told = Omit<IDifferenceBox, 'x' | 'y' | 'width' | 'height' | 'focused'>;

/** Tells how nodes are painted in what is selected and searched now. */
export function describer(
  { data, selected }: IPartContext,
  compared: Compared
): (node: number) => Told {
  const { matches } = data;
  const { changes, rows } = compared.tree;
  const { row: chosen } = selected.value;
  const own = compared.matched.func[compared.own];
  return node => {
    const row = rows.tree.func[node];
    return {
      label: () => compared.names(row)[0],
      text: () => changeOf(compared, node),
      change: changes.change[node],
      verdict: verdictOf(changes, node),
      level: levelOf(changes.change[node], compared.whole),
      dim: !!matches && !(own[row] >= 0 && matches.has(own[row])),
      selected: row === chosen
    };
  };
}

/** What the pointer is told of a node. */
export function tipOf(
  { trans }: IPartContext,
  compared: Compared,
  node: number
): ITip {
  const { changes, rows } = compared.tree;
  const [title, place] = compared.names(rows.tree.func[node]);
  const verdict = verdictText(changes, node, false, trans);
  return {
    title,
    rows: [
      [trans.__('where'), place],
      ...costsOf(compared, node),
      [trans.__('difference'), `${changeOf(compared, node)} · ${verdict}`]
    ]
  };
}

/** What a screen reader is told of a node. */
export function sentenceOf(
  { trans }: IPartContext,
  compared: Compared,
  node: number
): string {
  const { changes, rows } = compared.tree;
  const [name, place] = compared.names(rows.tree.func[node]);
  const costs = costsOf(compared, node).map(part => part.join(' '));
  return trans.__(
    '%1, %2: %3; difference %4, %5',
    name,
    place,
    costs.join(', '),
    changeOf(compared, node),
    verdictText(changes, node, false, trans)
  );
}

function changeOf({ tree, unit, values }: Compared, node: number): string {
  const { change, half } = tree.changes;
  return changeText(change[node], half[node], unit, values[0].unit);
}

/** The labels of both profiles, and what the node costs there. */
function costsOf(
  { ends, labels, totals, tree, unit, values }: Compared,
  node: number
): readonly (readonly [string, string])[] {
  return ends.map((at, side) => [
    labels[at],
    costText(
      tree.sides[side].inclusive[node],
      totals[at],
      unit,
      values[at].unit
    )
  ]);
}
