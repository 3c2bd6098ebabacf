import { profileFromText } from '../../testing/profileFromText';
import { stackView } from '../filter';
import { functionLabel } from '../names';
import { matchedShare, matcher } from '../search';

const profile = profileFromText(`
  In[5]; f; numpy!scipy_cblas_dgemm64_   6
  In[5]; list.sort(list_sort); f         2
  In[5]; g                               2
`);

function found(text: string): string[] {
  const matches = matcher(profile, text);
  return Array.from(profile.functions.name.keys())
    .filter(matches)
    .map(func => functionLabel(profile, func));
}

describe('matcher', () => {
  it.each([
    ['sort', ['list.sort']],
    ['LIST_SORT', ['list.sort']],
    ['numpy', ['cblas_dgemm']],
    ['dgemm64_', ['cblas_dgemm']],
    ['libpython sort', ['list.sort']],
    ['m.py', ['f', 'g']],
    ['(', []],
    ['', []]
  ])('%j finds %j', (text, labels) => {
    expect(found(text)).toEqual(labels);
  });
});

describe('matchedShare', () => {
  it('counts each sample once', () => {
    const view = stackView(profile);
    expect(matchedShare(view, matcher(profile, 'sort'))).toBe(0.2);
    expect(matchedShare(view, matcher(profile, 'm.py'))).toBe(1);
    expect(matchedShare(view, matcher(profile, 'nothing'))).toBe(0);
  });

  it('is 0 of nothing', () => {
    const empty = profileFromText('');
    expect(matchedShare(stackView(empty), () => true)).toBe(0);
  });
});
