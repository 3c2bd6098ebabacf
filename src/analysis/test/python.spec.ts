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
    const { stacks, frames, samples, functions } = profile;
    const columns = {
      'stacks.prefix': Array.from(stacks!.prefix),
      'frames.endColumn': Array.from(frames!.endColumn),
      'samples.time': Array.from(samples!.time),
      'samples.values': Array.from(samples!.values[0]),
      'functions.calls': Array.from(functions.calls!)
    };
    expect(columns).toEqual(expected.columns);
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
