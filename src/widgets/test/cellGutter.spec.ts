import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { message } from '../../format/test/wire';
import { PLAIN } from '../../views/env';
import { cellGutter } from '../cellGutter';

const SOURCE = '# a comment\ndef f(a): return a @ a\nf(a)';

function profileOf(source: string): unknown {
  const json = message();
  const cells = [{ name: 'In[5]', prompt: 5, id: null, source }];
  return { ...json, meta: { ...(json.meta as object), cells } };
}

let profile: unknown;
let tell: (() => void) | null;
let view: EditorView;

async function make(of: unknown, doc = SOURCE): Promise<void> {
  profile = of;
  const extensions = cellGutter({
    profile: () => profile,
    subscribe: listener => {
      tell = listener;
      return () => (tell = null);
    },
    trans: PLAIN
  });
  view = new EditorView({
    state: EditorState.create({ doc, extensions }),
    parent: document.body
  });
  await settled();
}

function settled(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 50));
}

/** The titles of the marks, their first lines. */
function marks(): string[] {
  const found = view.dom.querySelectorAll<HTMLElement>('.np-CellHeat-mark');
  return [...found].map(node => node.title.split('\n')[0].replace(/\s/g, ' '));
}

const HEAT = [
  'Line 2: 100 % ±30 itself, 100 % ±30 with all that it calls',
  'Line 3: 0 % itself, 100 % ±30 with all that it calls'
];

afterEach(() => view.destroy());

describe('cellGutter', () => {
  it('marks the lines that cost something, and those only', async () => {
    await make(profileOf(SOURCE));
    expect(marks()).toEqual(HEAT);
  });

  it('is not there without a profile, and comes with it', async () => {
    await make(null);
    expect(view.dom.querySelector('.cm-gutters')).toBeNull();
    profile = profileOf(SOURCE);
    tell!();
    await settled();
    expect(marks()).toEqual(HEAT);
    profile = null;
    tell!();
    await settled();
    expect(view.dom.querySelector('.cm-gutters')).toBeNull();
  });

  it('goes with the first change of the text', async () => {
    await make(profileOf(SOURCE));
    view.dispatch({ selection: { anchor: 2 } });
    expect(marks()).toEqual(HEAT);
    view.dispatch({ changes: { from: 0, insert: '#' } });
    expect(view.dom.querySelector('.cm-gutters')).toBeNull();
  });

  it('does not show the heat of another text', async () => {
    await make(profileOf('f(b)'));
    expect(view.dom.querySelector('.cm-gutters')).toBeNull();
  });

  it.each([[{ version: 1 }], [{ version: 99 }], ['nothing']])(
    'shows nothing of what is no profile: %j',
    async broken => {
      await make(broken);
      expect(view.dom.querySelector('.cm-gutters')).toBeNull();
    }
  );

  it('lets go of its source with the editor', async () => {
    await make(profileOf(SOURCE));
    view.destroy();
    expect(tell).toBeNull();
  });
});
