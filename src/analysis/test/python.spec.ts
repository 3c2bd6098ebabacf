import { functionRows } from '../functionTable';
import { stackView } from '../filter';
import { decode } from '../../format/decode';
import { printable } from '../../format/text';

/** What Python encoded (format/test/samples/make.py), and what it put in. */
const encoded = jest.requireActual<{
  readonly expected: {
    readonly columns: Record<string, number[]>;
    readonly strings: string[];
    readonly inclusive: Record<string, number>;
  };
  readonly summary: { readonly total: number };
}>('../../format/test/samples/profile.json');

describe('a profile encoded by Python', () => {
  const { expected } = encoded;

  it('has the same columns here', async () => {
    const profile = await decode(encoded);
    const tables = profile as unknown as Record<
      string,
      Record<string, ArrayLike<number> | readonly Float64Array[]>
    >;
    for (const [name, wanted] of Object.entries(expected.columns)) {
      const [table, column] = name.split('.');
      const found = tables[table][column];
      const numbers = column === 'values' ? found[0] : found;
      expect([name, ...Array.from(numbers as ArrayLike<number>)]).toEqual([
        name,
        ...wanted
      ]);
    }
    expect(profile.values[2].exact).toBe(true);
    expect(profile.meta.stacks).toBe('full');
    expect(profile.strings).toEqual(expected.strings.map(printable));
  });

  it('has the same costs here', async () => {
    const profile = await decode(encoded);
    const view = stackView(profile);
    const rows = functionRows(profile, view);
    expect(view.total).toBe(encoded.summary.total);
    const found: Record<string, number> = {};
    rows.func.forEach((func, row) => {
      found[profile.strings[profile.functions.name[func]]] =
        rows.inclusive[row];
    });
    for (const [name, inclusive] of Object.entries(expected.inclusive)) {
      expect(found[printable(name)]).toBe(inclusive);
    }
    expect(found['_PyEval_EvalFrameDefault']).toBeUndefined();
  });
});
