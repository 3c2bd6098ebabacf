import { callTree } from '../../analysis/callTree';
import { stackView } from '../../analysis/filter';
import { timeTree } from '../../analysis/timeTree';
import { profileFromText } from '../../testing/profileFromText';
import { heaviestOf, isWithin, nodeAt, pathOf, step } from '../flame/walk';
import { fitAll, reveal, startCamera, zoomBy } from '../graph/camera';

const profile = profileFromText(`
  In[5]:1; f:2; g:3   30
  In[5]:1; f:2        20
  In[5]:1; g:4        15
  In[5]:1; h:5        10
`);
const tree = callTree(stackView(profile));
const name = (node: number): string =>
  profile.strings[profile.functions.name[tree.func[node]]];

describe('walking a call tree', () => {
  it('moves by arrows: callee, caller, neighbours', () => {
    const root = step(tree, -1, '');
    const f = step(tree, root, 'ArrowDown');
    expect(name(f)).toBe('f');
    expect(step(tree, f, 'ArrowUp')).toBe(root);
    const g = step(tree, f, 'ArrowRight');
    expect(name(g)).toBe('g');
    expect(step(tree, g, 'ArrowLeft')).toBe(f);
    expect(step(tree, f, 'ArrowLeft')).toBe(-1);
    expect(step(tree, root, 'ArrowUp')).toBe(-1);
  });

  it('finds a node by its path, and none where the tree has changed', () => {
    for (let node = 0; node < tree.length; node++) {
      expect(nodeAt(tree, pathOf(tree, node))).toBe(node);
    }
    const root = tree.key[0];
    expect(nodeAt(tree, [root, root])).toBe(-1);
    expect(nodeAt(tree, [])).toBe(-1);
  });

  it('finds each of several runs of a function in the order of time', () => {
    const runs = timeTree(
      stackView(profileFromText('In[5]; f 1\nIn[5]; g 9\nIn[5]; f 2'))
    );
    expect(runs.length).toBe(4);
    for (let node = 0; node < runs.length; node++) {
      expect(nodeAt(runs, pathOf(runs, node))).toBe(node);
    }
    expect(nodeAt(runs, [3, 77])).toBe(-1);
    expect(nodeAt(runs, [])).toBe(-1);
  });

  it('finds the costliest frame of a function', () => {
    const f = step(tree, 0, 'ArrowDown');
    const under = step(tree, f, 'ArrowDown');
    const isG = (node: number): boolean => tree.func[node] === tree.func[under];
    expect(heaviestOf(tree, isG)).toBe(under);
    expect(heaviestOf(tree, () => false)).toBe(-1);
    expect(isWithin(tree, under, f)).toBe(true);
    expect(isWithin(tree, f, under)).toBe(false);
  });
});

describe('the camera of the graph', () => {
  const view = { width: 800, height: 300 };

  it('shows all of a small drawing, never larger than life', () => {
    const camera = fitAll({ width: 200, height: 100 }, view);
    expect(camera).toEqual({ scale: 1, left: 300, top: 100 });
  });

  it('starts legible where not all can be', () => {
    const huge = { width: 20_000, height: 4_000 };
    expect(fitAll(huge, view).scale).toBeLessThan(0.1);
    // The root, a cheap callee beside it, costly ones to the left, far away.
    const boxes = {
      ...huge,
      x: Float64Array.of(10_000, 10_500, 9_500, 9_600, 2_000),
      y: Float64Array.of(0, 80, 80, 160, 160),
      nodeWidth: new Float64Array(5).fill(200),
      nodeHeight: new Float64Array(5).fill(40)
    };
    const cost = Float64Array.of(100, 3, 60, 50, 90);
    const { scale, left, top } = startCamera(boxes, cost, 0, view);
    expect(scale).toBeGreaterThan(0.7);
    expect(9_500 * scale + left).toBeGreaterThan(0);
    expect(10_200 * scale + left).toBeLessThan(800);
    // What is seen stands in the middle, the root at the top.
    expect(((9_500 + 10_200) / 2) * scale + left).toBeCloseTo(400);
    expect(top).toBeGreaterThan(0);
    const flat = startCamera({ ...boxes, height: 200 }, cost, 0, view);
    expect(flat.top).toBeCloseTo((300 - 200 * flat.scale) / 2);
    const cheap = startCamera(boxes, Float64Array.of(1, 9, 0, 0, 0), 0, view);
    expect(((10_000 + 10_700) / 2) * scale + cheap.left).toBeCloseTo(400);
  });

  it('starts at a function that is not a root with its callers above', () => {
    const boxes = {
      width: 300,
      height: 4_000,
      x: Float64Array.of(0, 0),
      y: Float64Array.of(0, 2_000),
      nodeWidth: Float64Array.of(200, 200),
      nodeHeight: Float64Array.of(40, 40)
    };
    const { scale, top } = startCamera(boxes, Float64Array.of(9, 1), 1, view);
    expect(2_000 * scale + top).toBeCloseTo(100);
  });

  it('zooms about the pointer', () => {
    const camera = { scale: 1, left: 10, top: 20 };
    const closer = zoomBy(camera, 2, 110, 70);
    expect(100 * closer.scale + closer.left).toBe(110);
    expect((110 - closer.left) / closer.scale).toBe(100);
  });

  it('moves no more than it must to reveal a box', () => {
    const camera = { scale: 1, left: 0, top: 0 };
    const box = { x: 700, y: 20, width: 150, height: 40 };
    expect(reveal(camera, view, box)).toEqual({ scale: 1, left: -66, top: 0 });
    const seen = { x: 100, y: 100, width: 50, height: 40 };
    expect(reveal(camera, view, seen)).toEqual(camera);
  });
});
