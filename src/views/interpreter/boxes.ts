/** The map: a box for each part, and in it one for each of its functions. */
import type {
  IInterpreterMap,
  IMapCost,
  IMapFunction,
  IMapPart
} from '../../analysis/interpreterMap';
import { functionLabel } from '../../analysis/names';
import { treemap, type IRectangle } from '../../layout/treemap';
import { paintCategory } from '../categories';
import { el } from '../dom';
import type { IViewContext } from '../view';

/** Pixels: of the name above a part's functions, around them, and the least that is drawn. */
const HEAD = 17;
const PAD = 2;
const LEAST = 4;
/** A box has its name where that much of it can be read. */
const SHARED = 90;
const NAMED = { width: 38, height: 15 };

/** Draws all parts into `node`, or only one with its functions. */
export function drawBoxes(
  context: IViewContext,
  node: HTMLElement,
  { parts }: IInterpreterMap,
  only: IMapPart | undefined
): void {
  const all = {
    x: 0,
    y: 0,
    width: node.clientWidth,
    height: node.clientHeight
  };
  node.replaceChildren(
    ...(only
      ? boxesOf(only.functions, all, (of, at) => functionBox(context, of, at))
      : boxesOf(parts, all, (part, at) => partBox(context, part, at)))
  );
}

function boxesOf<T extends IMapCost>(
  costs: readonly T[],
  within: IRectangle,
  make: (cost: T, at: IRectangle) => HTMLElement
): HTMLElement[] {
  const places = treemap(
    costs.map(({ value }) => value),
    within
  );
  return places.flatMap((at, row) =>
    at.width < LEAST || at.height < LEAST ? [] : [make(costs[row], at)]
  );
}

function partBox(
  context: IViewContext,
  part: IMapPart,
  at: IRectangle
): HTMLElement {
  const { data, trans } = context;
  const node = place('np-Map-part', at);
  const share = data.estimate(part.value, part.measured);
  node.dataset.part = part.label;
  node.title = `${trans.__(part.label)}: ${share}`;
  const isNamed = at.width >= NAMED.width && at.height >= HEAD + NAMED.height;
  const head = isNamed ? HEAD : PAD;
  if (isNamed) {
    node.append(
      el(
        'div',
        { class: 'np-Map-head' },
        el('span', { text: trans.__(part.label) }),
        at.width < SHARED
          ? null
          : el('span', { text: share.split('\u00a0±')[0] })
      )
    );
  }
  const inside = {
    x: PAD,
    y: head,
    width: at.width - 2 * PAD - 1,
    height: at.height - head - PAD - 1
  };
  if (inside.width > LEAST && inside.height > LEAST) {
    node.append(
      ...boxesOf(part.functions, inside, (of, at) =>
        functionBox(context, of, at)
      )
    );
  }
  return node;
}

function functionBox(
  context: IViewContext,
  { func, value, measured, byCategory }: IMapFunction,
  at: IRectangle
): HTMLElement {
  const { data, profile } = context;
  const node = place('np-Map-function', at);
  const name = functionLabel(profile, func);
  node.dataset.func = String(func);
  node.title = `${name}: ${data.estimate(value, measured)}`;
  paintCategory(node, byCategory.indexOf(Math.max(...byCategory)));
  if (at.width >= NAMED.width && at.height >= NAMED.height) {
    node.append(el('span', { text: name }));
  }
  return node;
}

function place(name: string, { x, y, width, height }: IRectangle): HTMLElement {
  const node = el('div', { class: name });
  node.style.left = `${x}px`;
  node.style.top = `${y}px`;
  // A pixel between the boxes.
  node.style.width = `${Math.max(1, width - 1)}px`;
  node.style.height = `${Math.max(1, height - 1)}px`;
  return node;
}
