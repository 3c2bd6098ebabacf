import { callTree } from '../../analysis/callTree';
import type { ICallTree } from '../../analysis/tree';
import { stackView } from '../../analysis/filter';
import type { IStackView } from '../../analysis/stackView';
import { functionLabel } from '../../analysis/names';
import { timeTree } from '../../analysis/timeTree';
import { profileFromText } from '../../testing/profileFromText';
import {
  flameLayout,
  flameRows,
  hitTest,
  type IFlameLayout,
  type IFlameOptions
} from '../flame';

const SIZE = { width: 100, rowHeight: 10, minWidth: 1 };

function lay(
  text: string,
  options: Partial<IFlameOptions> = {},
  treeOf: (view: IStackView) => ICallTree = callTree
) {
  const profile = profileFromText(text);
  const tree = treeOf(stackView(profile));
  const rows = flameRows(tree);
  const layout = flameLayout(rows, { ...SIZE, ...options });
  const name = (node: number) => functionLabel(profile, tree.func[node]);
  return { tree, rows, layout, name, boxes: boxes(layout, name) };
}

/** `row name x+width`, with `...` for joined boxes. */
function boxes(layout: IFlameLayout, name: (node: number) => string): string[] {
  return Array.from(
    layout.node,
    (node, box) =>
      `${layout.row[box]} ${layout.merged[box] ? '...' : name(node)} ` +
      `${layout.x[box]}+${layout.width[box]}`
  );
}

const text = `
  In[5]; f; g    40
  In[5]; f; h    20
  In[5]; k       30
  In[5]          10
`;

describe('flameLayout', () => {
  it('lays out rows from left to right', () => {
    const { boxes, layout } = lay(text);
    expect(boxes).toEqual([
      '0 In[5] 0+100',
      '1 f 0+60',
      '1 k 60+30',
      '2 g 0+40',
      '2 h 40+20'
    ]);
    expect(Array.from(layout.rowStart)).toEqual([0, 1, 3, 5]);
    expect(layout.height).toBe(30);
  });

  it('shows a window, everything cut at its edges', () => {
    const window = { from: 20, to: 70 };
    expect(lay(text, { window }).boxes).toEqual([
      '0 In[5] 0+100',
      '1 f 0+80',
      '1 k 80+20',
      '2 g 0+40',
      '2 h 40+40'
    ]);
    expect(lay(text, { window: { from: 95, to: 100 } }).boxes).toEqual([
      '0 In[5] 0+100'
    ]);
  });

  it('leaves the order of time, and the room between callees', () => {
    const { boxes, rows } = lay(
      `
      In[5]; f; g   10
      In[5]; f      20
      In[5]; f; g   30
      In[5]; k      40
    `,
      {},
      timeTree
    );
    expect(boxes).toEqual([
      '0 In[5] 0+100',
      '1 f 0+60',
      '1 k 60+40',
      '2 g 0+10',
      '2 g 30+30'
    ]);
    expect(Array.from(rows.start)).toEqual([0, 0, 0, 30, 60]);
  });

  it('joins in the order of time what is in one pixel', () => {
    const { layout } = lay(
      Array.from({ length: 1000 }, (_, n) => `In[5]; f${n % 7} 1`).join('\n'),
      {},
      timeTree
    );
    const [, begin, end] = layout.rowStart;
    expect(end - begin).toBeGreaterThan(80);
    expect(end - begin).toBeLessThanOrEqual(100);
    const right = layout.x[end - 1] + layout.width[end - 1];
    expect(layout.x[begin]).toBe(0);
    expect(right).toBeCloseTo(100);
  });

  it('joins what is too narrow', () => {
    const narrow = Array.from({ length: 30 }, (_, n) => `In[5]; f${n} 1`);
    const { boxes } = lay(['In[5]; big 270', ...narrow].join('\n'));
    expect(boxes.slice(0, 2)).toEqual(['0 In[5] 0+100', '1 big 0+90']);
    expect(boxes).toHaveLength(3);
    expect(boxes[2]).toMatch(/^1 \.\.\. 90\+(10|9\.9999)/);
  });

  it('leaves out what is too narrow even when joined', () => {
    const { boxes } = lay('In[5]; big 999\nIn[5]; a; b 1');
    expect(boxes).toEqual(['0 In[5] 0+100', '1 big 0+99.9']);
  });

  it('finds what is at a point', () => {
    const { layout, name } = lay(text);
    const at = (x: number, y: number) => {
      const node = hitTest(layout, x, y);
      return node < 0 ? null : name(node);
    };
    expect(at(0, 0)).toBe('In[5]');
    expect(at(99, 9)).toBe('In[5]');
    expect(at(59.9, 10)).toBe('f');
    expect(at(60, 19.9)).toBe('k');
    expect(at(90, 15)).toBeNull();
    expect(at(45, 25)).toBe('h');
    expect(at(61, 25)).toBeNull();
    expect(at(-1, 5)).toBeNull();
    expect(at(5, -1)).toBeNull();
    expect(at(5, 30)).toBeNull();
    expect(at(NaN, NaN)).toBeNull();
  });

  it('visits what is visible only', () => {
    const wide = Array.from({ length: 20_000 }, (_, n) => `f${n}; g${n} 1`);
    const { tree, layout } = lay(wide.join('\n'));
    expect(tree.length).toBe(40_000);
    expect(layout.length).toBe(1);
    expect(layout.merged[0]).toBe(1);
  });

  it('takes a recursion 5,000 deep', () => {
    const { layout } = lay(`${Array(5000).fill('f').join(';')} 1`);
    expect(layout.rows).toBe(5000);
  });

  it.each(['', 'In[5]; f 0'])('has no boxes for %j', text => {
    const { layout } = lay(text);
    expect(layout.length).toBe(0);
    expect(layout.rows).toBe(0);
    expect(hitTest(layout, 5, 5)).toBe(-1);
  });

  it('takes widths that cannot be', () => {
    for (const width of [0, -5, NaN]) {
      expect(lay(text, { width }).layout.length).toBe(0);
    }
  });
});
