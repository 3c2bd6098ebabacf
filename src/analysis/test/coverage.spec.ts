import { COVERED } from '../../testing/coverage';
import { profileFromText } from '../../testing/profileFromText';
import {
  commonFolder,
  coverageRows,
  hasCoverage,
  shareText,
  sumOf,
  type CoverageBy
} from '../coverage';

/** `path line: hit/found of lines, functions, branches`. */
function text(by: CoverageBy): string[] {
  const { length, path, place, ...kinds } = coverageRows(COVERED, by);
  return Array.from({ length }, (_, row) => {
    const shares = [kinds.lines, kinds.functions, kinds.branches].map(
      ({ found, hit }) => `${hit[row]}/${found[row]}`
    );
    return `${path[row]} ${place[row].line}: ${shares.join(' ')}`;
  });
}

describe('coverageRows', () => {
  it('counts lines, functions and branches of files', () => {
    // The place is the first line that never ran, or else the first.
    expect(text('file')).toEqual([
      '/w/src/a.c 5: 2/5 1/2 1/4',
      '/w/lib/b.c 1: 2/2 1/1 0/0'
    ]);
  });

  it('counts those of functions and directories', () => {
    expect(text('function')).toEqual([
      '/w/src/a.c 5: 2/3 1/1 1/2',
      '/w/src/a.c 9: 0/2 0/1 0/2',
      '/w/lib/b.c 1: 2/2 1/1 0/0'
    ]);
    expect(text('directory')).toEqual([
      '/w/src 5: 2/5 1/2 1/4',
      '/w/lib 1: 2/2 1/1 0/0'
    ]);
    expect([...coverageRows(COVERED, 'function').calls!]).toEqual([10, 0, 200]);
  });

  it('says the same in sum, whatever a row is', () => {
    for (const by of ['file', 'function', 'directory'] as const) {
      const { lines, functions, branches } = coverageRows(COVERED, by);
      expect([lines, functions, branches].map(sumOf)).toEqual([
        [7, 4],
        [3, 2],
        [4, 1]
      ]);
    }
  });

  it('has no rows of a profile that tells nothing of lines', () => {
    const other = profileFromText('In[5]:1  9');
    expect(hasCoverage(other)).toBe(false);
    expect(hasCoverage(COVERED)).toBe(true);
    expect(hasCoverage({ ...COVERED, values: other.values })).toBe(false);
  });
});

describe('shareText', () => {
  it('says 0 % and 100 % of nothing and all alone', () => {
    const said = [0, 1, 150, 299, 300].map(hit => shareText(300, hit));
    expect(said).toEqual(['0 %', '<1 %', '50 %', '99 %', '100 %']);
    expect(shareText(0, 0)).toBe('');
  });
});

describe('commonFolder', () => {
  it('is what all paths have in common', () => {
    expect(commonFolder(['/w/src/a.c', '/w/src/b.c'])).toBe('/w/src/');
    expect(commonFolder(['/w/src/a.c', '/w/lib/b.c'])).toBe('/w/');
    expect(commonFolder(['/w/a.c', '/v/b.c'])).toBe('');
    expect(commonFolder(['a.c'])).toBe('');
    expect(commonFolder([])).toBe('');
  });
});
