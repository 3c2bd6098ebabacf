import type { IValue } from '../../format/types';
import type { IProfile } from '../../model/profile';
import {
  exactProfileFromText,
  profileFromText
} from '../../testing/profileFromText';
import { exactTotal } from '../exactTotal';
import { parseFormula } from '../formula';
import { formulaProblem, soundFormulas, withFormulas } from '../formulas';

const count = (name: string): IValue => ({ name, unit: 'count', exact: true });
const VALUES: readonly IValue[] = [
  count('Ir'),
  count('L1'),
  count('page-faults'),
  count('page'),
  { name: 'cpu', unit: 'ns' },
  { ...count('CEst'), terms: [[1, 0], [10, 1]] } // prettier-ignore
];

describe('a formula', () => {
  it.each<[string, [number, number][]]>([
    ['Ir', [[1, 0]]],
    ['  Ir+10 L1 ', [[1, 0], [10, 1]]], // prettier-ignore
    ['Ir + 10*L1', [[1, 0], [10, 1]]], // prettier-ignore
    ['Ir*2 + L1 * 0.5', [[2, 0], [0.5, 1]]], // prettier-ignore
    ['10L1 - 2 Ir', [[10, 1], [-2, 0]]], // prettier-ignore
    ['-L1 + Ir', [[-1, 1], [1, 0]]], // prettier-ignore
    ['Ir + Ir', [[2, 0]]],
    ['page - page-faults', [[1, 3], [-1, 2]]], // prettier-ignore
    ['2 CEst + L1', [[2, 0], [21, 1]]], // prettier-ignore
    ['cpu', [[1, 4]]]
  ])('%s is a sum', (text, terms) => {
    const found = parseFormula(text, VALUES);
    expect(found).toEqual({
      unit: text === 'cpu' ? 'ns' : 'count',
      ...(text === 'cpu' ? {} : { exact: true }),
      terms
    });
  });

  it.each([
    ['', 'empty', ''],
    ['  ', 'empty', ''],
    ['Ir +', 'syntax', ''],
    ['10', 'syntax', ''],
    ['Ir L1', 'syntax', 'L1'],
    ['Ir / L1', 'syntax', '/ L1'],
    ['10 (Ir + L1)', 'syntax', '(Ir + L1)'],
    ['Ir + Dr', 'unknown', 'Dr'],
    ['Irs', 'unknown', 'Irs'],
    ['ir', 'unknown', 'ir'],
    ['<b>', 'unknown', '<b>'],
    ['Ir + cpu', 'units', 'Ir, cpu']
  ])('%j is none: %s %s', (text, kind, what) => {
    expect(parseFormula(text, VALUES)).toEqual({ kind, what });
  });
});

/** `L1` is a tenth of `Ir`. */
const counted = (): IProfile =>
  exactProfileFromText(
    `
    f      1  10/1  40/4
    g      2  30/3  30/3
    f > g  2  30/3  30/3
  `,
    { values: VALUES.slice(0, 2) }
  );

describe('a profile with formulas', () => {
  const formula = { name: 'sum', text: 'Ir + 10 L1' };

  it('has a column for each, everywhere', () => {
    const { values, functions, edges } = withFormulas(counted(), [
      formula,
      { name: 'twice', text: '2 sum' }
    ]);
    expect(values.map(({ name }) => name)).toEqual([
      'Ir',
      'L1',
      'sum',
      'twice'
    ]);
    expect(functions.self![2]).toEqual(Float64Array.of(20, 60));
    expect(functions.inclusive![3]).toEqual(Float64Array.of(160, 120));
    expect(edges!.inclusive[2]).toEqual(Float64Array.of(60));
    expect(edges!.self![3]).toEqual(Float64Array.of(120));
  });

  it('has their totals', () => {
    expect(exactTotal(withFormulas(counted(), [formula]), 2)).toBe(80);
  });

  it('has costs of samples', () => {
    const profile = profileFromText('f  3/4\n f; g  1/0', {
      values: [count('a'), count('b')]
    });
    const { samples } = withFormulas(profile, [{ name: 'c', text: 'a + 2 b' }]);
    expect(samples!.values[2]).toEqual(Float64Array.of(11, 1));
  });

  it('is made once, and is itself without any', () => {
    const profile = counted();
    expect(withFormulas(profile, [])).toBe(profile);
    expect(withFormulas(profile, [formula])).toBe(
      withFormulas(profile, [{ ...formula }])
    );
  });

  it.each([
    [{ name: '', text: 'Ir' }, 'name'],
    [{ name: 'x'.repeat(41), text: 'Ir' }, 'name'],
    [{ name: 'Ir', text: 'L1' }, 'taken'],
    [{ name: 'x', text: 'Dr' }, 'unknown'],
    [{ name: 'x', text: 'Ir + '.repeat(100) }, 'syntax'],
    [{ name: 'x', text: 'L1 - Ir' }, 'negative'],
    [{ name: 'x', text: 'Ir - L1' }, undefined]
  ])('takes %j or says why not: %s', (formula, kind) => {
    expect(formulaProblem(counted(), formula)?.kind).toBe(kind);
  });

  it('takes of what anyone sent only what is sound', () => {
    const sent = [
      { name: 'a', text: 'Ir + L1' },
      { name: 'b', text: '2 a' },
      { name: 'b', text: 'Ir' },
      { name: 'c', text: 'nothing' },
      { name: 1, text: 'Ir' },
      null,
      'd'
    ];
    expect(soundFormulas(counted(), sent)).toEqual(sent.slice(0, 2));
    expect(soundFormulas(counted(), 'x')).toEqual([]);
    const many = Array.from({ length: 30 }, (_, n) => ({
      name: `n${n}`,
      text: 'Ir'
    }));
    expect(soundFormulas(counted(), many)).toHaveLength(20);
  });
});
