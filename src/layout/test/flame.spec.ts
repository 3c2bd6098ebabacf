import { callTree } from '../../analysis/callTree';
import { stackView } from '../../analysis/filter';
import { functionLabel } from '../../analysis/names';
import { profileFromText } from '../../testing/profileFromText';
import {
  boxAt,
  flameLayout,
  hitTest,
  rowTop,
  type IFlameLayout,
  type IFlameOptions
} from '../flame';

const SIZE = { width: 100, rowHeight: 10, minWidth: 1 };

function lay(text: string, options: Partial<IFlameOptions> = {}) {
  const profile = profileFromText(text);
  const tree = callTree(stackView(profile));
  const layout = flameLayout(tree, { ...SIZE, ...options });
  const name = (node: number) => functionLabel(profile, tree.func[node]);
  return { tree, layout, name, boxes: boxes(layout, name) };
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

  it('lets one node fill the width, below its callers', () => {
    const { tree, name } = lay(text);
    const f = Array.from(tree.func.keys()).find(
      node => name(tree.func[node]) === 'f'
    )!;
    expect(lay(text, { rootNode: f, width: 120 }).boxes).toEqual([
      '0 In[5] 0+120',
      '1 f 0+120',
      '2 g 0+80',
      '2 h 80+40'
    ]);
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

  it('can stand on its roots', () => {
    const { layout, name } = lay(text, { reverse: true });
    expect(name(hitTest(layout, 5, 25))).toBe('In[5]');
    expect(name(hitTest(layout, 5, 5))).toBe('g');
    expect(rowTop(layout, 0)).toBe(20);
    expect(boxAt(layout, 5, 25)).toBe(0);
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
