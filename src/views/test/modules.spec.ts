/** What the header calls the code of a profile. */
import type { IBreakdown } from '../../analysis/breakdown';
import { CATEGORIES, type CategoryName } from '../../format/types';
import { moduleShares } from '../modules';

function part(
  label: string,
  name: CategoryName,
  value: number,
  children: readonly IBreakdown[] = []
): IBreakdown {
  const category = CATEGORIES.indexOf(name);
  return { label, category, value, measured: 0, func: -1, children };
}

const SYSTEM = part('system', 'system', 100, [
  part('prog', 'system', 70),
  part('libc.so.6', 'system', 28),
  part('ld-linux.so.2', 'system', 2)
]);
const EXTENSION = part('extension', 'extension', 50, [
  part('libscience.so', 'extension', 50)
]);

const names = (...children: IBreakdown[]): unknown[] => [
  ...moduleShares(part('all', 'system', 200, children))
];

describe('names of modules in the header', () => {
  test('a program without Python is called by its own parts', () => {
    expect(names(SYSTEM)).toEqual([
      [CATEGORIES.indexOf('system'), 'prog, libc.so.6']
    ]);
  });

  test('code of which no module is known is not', () => {
    const unknown = part('(unknown)', 'system', 100);
    expect(names(part('system', 'system', 100, [unknown]))).toEqual([]);
  });

  test('beside Python only extensions are', () => {
    const python = part('python', 'python', 50);
    expect(names(python, EXTENSION, SYSTEM)).toEqual([
      [CATEGORIES.indexOf('extension'), 'science.so']
    ]);
  });
});
