/** How the call graph is painted, on the screen and in a saved picture. */
import {
  clipText,
  type IPen,
  type IPoint,
  type ITextStyle
} from '../../export/pen';
import { categoryStyle } from '../categories';
import type { IPalette } from '../theme';
import type { IScene } from './scene';

/** What stands out. */
export interface IHighlights {
  /** Node rows, -1: none. */
  readonly selected: number;
  readonly hovered: number;
  /** Whether a node is what was searched for; null: no search. */
  matches(node: number): boolean;
  readonly searching: boolean;
}

const STRIP = 6;
const LABEL_SHARE = 0.02;

/** Paints all of a scene, in the coordinates of its layout. */
export function paintScene(
  pen: IPen,
  scene: IScene,
  palette: IPalette,
  marks: IHighlights
): void {
  const { edges, nodes } = scene.graph;
  const points = scene.layout.paths.map(toPoints);
  const near: number[] = [];
  for (let edge = edges.length - 1; edge >= 0; edge--) {
    if (isNear(scene, edge, marks)) {
      near.push(edge);
    } else {
      paintEdge(pen, scene, edge, points[edge], palette, false);
    }
  }
  for (const edge of near) {
    paintEdge(pen, scene, edge, points[edge], palette, true);
  }
  for (let edge = edges.length - 1; edge >= 0; edge--) {
    const told =
      scene.shares[edge] >= LABEL_SHARE || isNear(scene, edge, marks);
    if (told && !isLoop(scene, edge)) {
      paintLabel(pen, scene.labels[edge], points[edge], palette);
    }
  }
  for (let node = nodes.length - 1; node >= 0; node--) {
    paintNode(pen, scene, node, palette, marks);
  }
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

function toPoints(path: Float64Array): IPoint[] {
  const points: IPoint[] = [];
  for (let i = 0; i < path.length; i += 2) {
    points.push({ x: path[i], y: path[i + 1] });
  }
  return points;
}

function paintEdge(
  pen: IPen,
  scene: IScene,
  edge: number,
  points: readonly IPoint[],
  palette: IPalette,
  near: boolean
): void {
  const indirect = scene.graph.edges.indirect[edge] === 1;
  pen.curve(
    points,
    {
      color: near ? palette.selected : palette.textSoft,
      width: isLoop(scene, edge)
        ? 1.5
        : 1 + 11 * Math.min(1, scene.shares[edge]),
      ...(indirect ? { dash: [5, 4] } : {})
    },
    true
  );
}

function paintLabel(
  pen: IPen,
  label: string,
  points: readonly IPoint[],
  palette: IPalette
): void {
  const style: ITextStyle = {
    color: palette.text,
    font: palette.font,
    size: 10.5,
    align: 'center'
  };
  // Between the layers, below the caller: there no node covers it.
  const [from, to] = points;
  const x = (from.x + to.x) / 2;
  const y = (from.y + to.y) / 2;
  const width = pen.measure(label, style) + 6;
  pen.rect(x - width / 2, y - 7, width, 14, palette.background, undefined, 2);
  pen.text(x, y, label, style);
}

function paintNode(
  pen: IPen,
  scene: IScene,
  node: number,
  palette: IPalette,
  marks: IHighlights
): void {
  const { layout, graph } = scene;
  const x = layout.x[node];
  const y = layout.y[node];
  const width = layout.nodeWidth[node];
  const height = layout.nodeHeight[node];
  const category = graph.nodes.category[node];
  const { fill } = palette.categories[category];
  const selected = node === marks.selected;
  const dim = marks.searching && !marks.matches(node);
  const strong = selected || (marks.searching && !dim);
  pen.rect(
    x,
    y,
    width,
    height,
    node === marks.hovered ? palette.hover : palette.soft,
    {
      color: strong ? palette.selected : palette.line,
      width: selected ? 2.5 : strong ? 1.5 : 1
    },
    3
  );
  pen.rect(x + 1, y + 1, STRIP, height - 2, fill);
  const { pattern } = categoryStyle(category);
  if (pattern !== 'plain') {
    pen.hatch(x + 1, y + 1, STRIP, height - 2, palette.hatch, pattern);
  }
  paintShare(pen, scene, node, fill);
  paintTexts(pen, scene, node, palette, dim);
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
