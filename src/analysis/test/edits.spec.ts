import { profileFromText } from '../../testing/profileFromText';
import { treeText } from '../../testing/tables';
import { callTree } from '../callTree';
import { editStacks, type IStackEdit } from '../edits';
import { stackView } from '../filter';
import { functionLabel, moduleKey } from '../names';
import { timeTree } from '../timeTree';

const text = `
  In[5]; f; g; numpy!dot      4  extension
  In[5]; f; g                 2
  In[5]; f                    1
  In[5]; h; g; f              8  gc
`;
const profile = profileFromText(text);
const funcOf = (name: string): number =>
  Array.from({ length: profile.functions.length }, (_, func) => func).find(
    func => functionLabel(profile, func) === name
  )!;

/** `hide f` as an edit; `hide a!` is of a module. */
function edit(words: string): IStackEdit {
  const [what, name] = words.split(' ') as [IStackEdit['what'], string];
  const func = funcOf(name.replace('!', ''));
  return name.endsWith('!')
    ? { what, by: 'module', key: moduleKey(profile, func) }
    : { what, by: 'function', key: func };
}

function edited(...words: string[]): string[] {
  const view = editStacks(stackView(profile), words.map(edit));
  return treeText(profile, callTree(view));
}

describe('editStacks', () => {
  it('hides a function: its cost goes to its caller', () => {
    expect(edited('hide g')).toEqual([
      'In[5] 15 0 python',
      '  h 8 0 python',
      '    f 8 8 gc',
      '  f 7 3 python',
      '    dot 4 4 extension'
    ]);
  });

  it('keeps the category of cost that moves up', () => {
    expect(edited('hide dot')).toContain('    g 6 6 extension');
    const view = editStacks(stackView(profile), [edit('hide f')]);
    expect(view.total).toBe(15);
    expect(Array.from(view.category)).toContain(5);
  });

  it('hides a root; where nothing is above the leaf stays', () => {
    const tree = edited('hide In[5]');
    expect(tree[0]).toBe('h 8 0 python');
    const alone = profileFromText('In[5]  3');
    const key = alone.frames!.function[0];
    const view = editStacks(stackView(alone), [
      { what: 'hide', by: 'function', key }
    ]);
    expect(treeText(alone, callTree(view))).toEqual(['In[5] 3 3 python']);
  });

  it('folds what a function calls into it, however deep', () => {
    expect(edited('fold f')).toEqual([
      'In[5] 15 0 python',
      '  h 8 0 python',
      '    g 8 0 python',
      '      f 8 8 gc',
      '  f 7 7 extension'
    ]);
  });

  it('focuses on a function from all its callers', () => {
    expect(edited('focus g')).toEqual([
      'g 14 2 python',
      '  f 8 8 gc',
      '  dot 4 4 extension'
    ]);
    expect(edited('focus f').at(0)).toBe('f 15 9 gc');
  });

  it('edits modules, and one after the other', () => {
    expect(edited('hide dot!')).toEqual(edited('hide dot'));
    expect(edited('focus g', 'hide dot', 'fold g')).toEqual(['g 14 14 gc']);
    expect(edited()).toEqual(treeText(profile, callTree(stackView(profile))));
  });

  it('says where samples are now, so that their order is known', () => {
    const view = editStacks(stackView(profile), [
      edit('focus g'),
      edit('hide dot')
    ]);
    expect(treeText(profile, timeTree(view))).toEqual([
      'g 14 6 python',
      '  f 8 8 gc'
    ]);
  });
});
