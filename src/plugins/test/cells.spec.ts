import type { ICell } from '../../format/types';
import { findCell, metaOf, sameSource, type ICellState } from '../cells';

const PROFILED: ICell = {
  name: 'In[5]',
  prompt: 5,
  id: 'five',
  source: 'a = 1\nb = 2\n'
};

function cell(id: string, prompt: number | null, source: string): ICellState {
  return { id, prompt, source };
}

describe('findCell', () => {
  it('goes by the id, whatever happened to the cell', () => {
    const cells = [
      cell('one', 5, PROFILED.source),
      cell('five', 9, 'rewritten')
    ];
    expect(findCell(PROFILED, cells)).toBe(1);
  });

  it('goes by source and prompt without an id', () => {
    const cells = [
      cell('one', 2, PROFILED.source),
      cell('two', 5, 'a = 1\nb = 2')
    ];
    expect(findCell({ ...PROFILED, id: null }, cells)).toBe(1);
  });

  it('goes by the source alone after the kernel was restarted', () => {
    const cells = [cell('one', 5, 'other'), cell('two', null, 'a = 1\nb = 2')];
    expect(findCell({ ...PROFILED, id: null }, cells)).toBe(1);
  });

  it('knows an edited cell by prompt and most of its lines', () => {
    const cells = [cell('one', 5, '# more\na = 1\nb = 3')];
    expect(findCell({ ...PROFILED, id: null }, cells)).toBe(0);
    expect(findCell({ ...PROFILED, prompt: 6, id: null }, cells)).toBe(-1);
  });

  it('does not take a cell for another with the same prompt', () => {
    expect(findCell(PROFILED, [cell('one', 5, 'other')])).toBe(-1);
  });
});

describe('sameSource', () => {
  it('ignores white space at the end alone', () => {
    expect(sameSource('a\n', 'a')).toBe(true);
    expect(sameSource(' a', 'a')).toBe(false);
  });
});

describe('metaOf', () => {
  it('is null for progress, errors and anything else', () => {
    expect(metaOf({ version: 1, progress: {} })).toBeNull();
    expect(metaOf({ version: 1, error: {} })).toBeNull();
    expect(metaOf('text')).toBeNull();
    expect(metaOf(undefined)).toBeNull();
  });
});
