/** How the call graph is painted, on the screen and in a saved picture. */
import {
  clipText,
  type IPen,
  type IPoint,
  type ITextStyle
} from '../../export/pen';
import { categoryStyle } from '../categories';
import type { IPalette } from '../theme';
import { pointOn } from './labels';
import { boxOf, handleBox, handleText, type IScene } from './scene';
import type { IBox } from './labels';

/** What stands out. */
export interface IHighlights {
  /** Node rows, -1: none. */
  readonly selected: number;
  readonly hovered: number;
  /** Whether a node is what was searched for; null: no search. */
  matches(node: number): boolean;
  readonly searching: boolean;
}

/** What is seen of a drawing, in its own coordinates. */
export interface ISeen extends IBox {
  /** Pixels of the screen for one of the drawing. */
  readonly scale: number;
}

const STRIP = 6;
const LABEL_SHARE = 0.02;

/** Lines are at least so wide on the screen. */
const THINNEST = 0.6;

/** Below these scales: names alone, larger; and boxes without any text. */
const SMALL = 0.55;
const TINY = 0.2;
/** The size of a name that stands alone, on the screen and in the drawing. */
const NAME_SIZE = 10;
const LARGEST_NAME = 26;

/**
 * Paints a scene, in the coordinates of its layout: what is `seen`, in such
 * detail as can be read there; without it everything.
 */
export function paintScene(
  pen: IPen,
  scene: IScene,
  palette: IPalette,
  marks: IHighlights,
  seen: ISeen | null = null
): void {
  const { edges, nodes } = scene.graph;
  const scale = seen?.scale ?? 1;
  const visible: number[] = [];
  for (let edge = edges.length - 1; edge >= 0; edge--) {
    if (!seen || isCrossed(scene.courses[edge], seen)) {
      visible.push(edge);
    }
  }
  const near = visible.filter(edge => isNear(scene, edge, marks));
  for (const edge of visible) {
    if (!isNear(scene, edge, marks)) {
      paintEdge(pen, scene, edge, palette, scale, false);
    }
  }
  for (const edge of near) {
    paintEdge(pen, scene, edge, palette, scale, true);
  }
  if (scale >= SMALL) {
    for (const edge of visible) {
      const isTold =
        isNear(scene, edge, marks) || scene.shares[edge] >= LABEL_SHARE;
      if (isTold && !isLoop(scene, edge)) {
        paintLabel(pen, scene, edge, palette, isNear(scene, edge, marks));
      }
    }
  }
  for (let node = nodes.length - 1; node >= 0; node--) {
    if (!seen || overlap(boxOf(scene, node), seen)) {
      paintNode(pen, scene, node, palette, marks, scale);
    }
  }
}

function overlap(a: IBox, b: IBox): boolean {
  return (
    a.x <= b.x + b.width &&
    b.x <= a.x + a.width &&
    a.y <= b.y + b.height + HANDLE &&
    b.y <= a.y + a.height + HANDLE
  );
}

/** The part of a handle that stands out of its node. */
const HANDLE = 8;

/** Whether some of a line is seen: its pieces stay between their ends. */
function isCrossed(points: readonly IPoint[], seen: IBox): boolean {
  for (let at = 1; at < points.length; at++) {
    const [a, b] = [points[at - 1], points[at]];
    const x = Math.min(a.x, b.x);
    const y = Math.min(a.y, b.y);
    const width = Math.max(a.x, b.x) - x;
    const height = Math.max(a.y, b.y) - y;
    if (overlap({ x, y, width, height }, seen)) {
      return true;
    }
  }
  return false;
}

/** A function that calls itself. */
function isLoop(scene: IScene, edge: number): boolean {
  const { edges } = scene.graph;
  return edges.from[edge] === edges.to[edge];
}

function isNear(scene: IScene, edge: number, marks: IHighlights): boolean {
  const { edges } = scene.graph;
  const node = marks.selected;
  return node >= 0 && (edges.from[edge] === node || edges.to[edge] === node);
}

function paintEdge(
  pen: IPen,
  scene: IScene,
  edge: number,
  palette: IPalette,
  scale: number,
  near: boolean
): void {
  const indirect = scene.graph.edges.indirect[edge] === 1;
  pen.curve(
    scene.courses[edge],
    {
      color: near ? palette.selected : palette.textSoft,
      width: Math.max(
        THINNEST / scale,
        isLoop(scene, edge) ? 1.5 : 1 + 11 * Math.min(1, scene.shares[edge])
      ),
      ...(indirect ? { dash: [5, 4] } : {})
    },
    true
  );
}

function paintLabel(
  pen: IPen,
  scene: IScene,
  edge: number,
  palette: IPalette,
  near: boolean
): void {
  const label = scene.labels[edge];
  // What is selected has its figures, even where they hide others.
  const at =
    scene.labelAt[edge] ?? (near ? pointOn(scene.courses[edge], 0.5) : null);
  if (at) {
    const style: ITextStyle = {
      color: palette.text,
      font: palette.font,
      size: 10.5,
      align: 'center'
    };
    const width = pen.measure(label, style) + 6;
    const left = at.x - width / 2;
    pen.rect(left, at.y - 7, width, 14, palette.background, undefined, 2);
    pen.text(at.x, at.y, label, style);
  }
}

function paintNode(
  pen: IPen,
  scene: IScene,
  node: number,
  palette: IPalette,
  marks: IHighlights,
  scale: number
): void {
  const { graph } = scene;
  const { x, y, width, height } = boxOf(scene, node);
  const category = graph.nodes.category[node];
  const { fill } = palette.categories[category];
  const selected = node === marks.selected;
  const hovered = node === marks.hovered;
  const dim = marks.searching && !marks.matches(node);
  const strong = selected || (marks.searching && !dim);
  const stroke = {
    color: strong ? palette.selected : palette.line,
    width: (selected ? 2.5 : strong ? 1.5 : 1) / Math.min(1, scale)
  };
  if (isBox(scene, node)) {
    // Several functions: sheets on top of each other.
    pen.rect(x + 4, y + 4, width, height, palette.soft, stroke, 3);
  }
  const plain = scale < TINY && !dim ? fill : palette.soft;
  const back = hovered ? palette.hover : plain;
  pen.rect(x, y, width, height, back, stroke, 3);
  const strip = STRIP / Math.max(0.4, Math.min(1, scale));
  pen.rect(x + 1, y + 1, strip, height - 2, fill);
  const { pattern } = categoryStyle(category);
  if (pattern !== 'plain') {
    pen.hatch(x + 1, y + 1, strip, height - 2, palette.hatch, pattern);
  }
  if (scale >= SMALL) {
    paintShare(pen, scene, node, fill);
    paintTexts(pen, scene, node, palette, dim);
    paintHandle(pen, scene, node, palette, selected || hovered);
  } else if (scale >= TINY) {
    const size = Math.min(LARGEST_NAME, NAME_SIZE / scale);
    const style: ITextStyle = {
      color: dim ? palette.textSoft : palette.text,
      font: palette.font,
      size
    };
    const left = strip + size * 0.35;
    const { name } = scene.texts[node];
    const shown = clipText(pen, name, style, width - left - 2);
    pen.text(x + left, y + height / 2, shown, style);
  }
}

/** Whether a node holds several functions. */
function isBox({ graph, collapsed }: IScene, node: number): boolean {
  return graph.nodes.size[node] > 1 || collapsed[node] === 1;
}

/** What opens and closes a node; one that is open shows it when it is near. */
function paintHandle(
  pen: IPen,
  scene: IScene,
  node: number,
  palette: IPalette,
  near: boolean
): void {
  const text = handleText(scene, node);
  const open = !scene.collapsed[node] && scene.graph.nodes.more[node] === 0;
  if (text === '' || (open && !near)) {
    return;
  }
  const { x, y, width, height } = handleBox(scene, node);
  const stroke = { color: palette.textSoft, width: 1 };
  pen.rect(x, y, width, height, palette.background, stroke, 7);
  pen.text(x + width / 2, y + height / 2, text, {
    color: palette.text,
    font: palette.font,
    size: 10.5,
    align: 'center'
  });
}

/** A line along the lower edge: how much of the whole this is. */
function paintShare(
  pen: IPen,
  scene: IScene,
  node: number,
  fill: string
): void {
  const { layout, graph } = scene;
  const room = layout.nodeWidth[node] - STRIP - 2;
  const share = graph.total > 0 ? graph.nodes.inclusive[node] / graph.total : 0;
  pen.rect(
    layout.x[node] + STRIP + 1,
    layout.y[node] + layout.nodeHeight[node] - 4,
    room * Math.min(1, share),
    3,
    fill
  );
}

function paintTexts(
  pen: IPen,
  scene: IScene,
  node: number,
  palette: IPalette,
  dim: boolean
): void {
  const { layout } = scene;
  const { name, place, inclusive, self } = scene.texts[node];
  const left = layout.x[node] + STRIP + 7;
  const right = layout.x[node] + layout.nodeWidth[node] - 7;
  const y = layout.y[node];
  const color = dim ? palette.textSoft : palette.text;
  const line = (
    top: number,
    start: string,
    end: string,
    style: ITextStyle
  ): void => {
    const used = pen.measure(end, style);
    const shown = clipText(pen, start, style, right - left - used - 8);
    pen.text(left, y + top, shown, style);
    pen.text(right, y + top, end, { ...style, align: 'right' });
  };
  line(12, name, inclusive, {
    color,
    font: palette.font,
    size: 12,
    bold: !dim
  });
  line(27, place, self, {
    color: palette.textSoft,
    font: palette.font,
    size: 10.5
  });
}
