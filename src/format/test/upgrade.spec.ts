import { FormatError } from '../errors';
import { upgrade } from '../upgrade';

describe('upgrade', () => {
  const upgraders = {
    1: (json: Readonly<Record<string, unknown>>) => ({ ...json, b: json.a }),
    2: (json: Readonly<Record<string, unknown>>) => ({ ...json, c: json.b })
  };

  it('goes from version to version', () => {
    expect(upgrade({ version: 1, a: 7 }, 3, upgraders)).toEqual({
      version: 3,
      a: 7,
      b: 7,
      c: 7
    });
  });

  it('leaves the current version alone', () => {
    const json = { version: 3, a: 7 };
    expect(upgrade(json, 3, upgraders)).toBe(json);
  });

  it('refuses a newer one', () => {
    expect(() => upgrade({ version: 4 }, 3, upgraders)).toThrow(FormatError);
  });
});
