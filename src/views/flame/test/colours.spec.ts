import { profileFromText } from '../../../testing/profileFromText';
import type { IPalette } from '../../theme';
import { byModule, rankModules, type IFrameColours } from '../colours';

/** The colours of twelve modules, costliest first. */
function coloursOfTwelve(palette: Partial<IPalette>): IFrameColours[] {
  const modules = Array.from({ length: 12 }, (_, n) => `m${n}.f  ${20 - n}`);
  const many = profileFromText(modules.join('\n'));
  const colouring = byModule(many, rankModules(many), palette as IPalette);
  const func = Int32Array.from({ length: 12 }, (_, at) => at);
  const tree = { func } as Parameters<typeof colouring>[0];
  return Array.from(func, node => colouring(tree, node));
}

describe('colours of modules', () => {
  it('ranks by the cost of calls into them, recursion within counted once', () => {
    const { labels, more } = rankModules(
      profileFromText('a.f; a.g; b.h  5\nc.k  4\nb.h; a.f  3')
    );
    expect(labels).toEqual(['a', 'b', 'c']);
    expect(more).toBe(false);
    const many = Array.from({ length: 20 }, (_, n) => `m${n}.f  ${20 - n}`);
    expect(rankModules(profileFromText(many.join('\n'))).more).toBe(true);
  });

  it('gives each of the first ten another colour', () => {
    const fills = coloursOfTwelve({ dark: true }).map(({ fill }) => fill);
    expect(new Set(fills).size).toBe(11);
    expect(fills[10]).toBe(fills[11]);
  });

  it('tells them apart in high contrast by pattern and lightness, without their hue', () => {
    const looks = coloursOfTwelve({ highContrast: true }).map(
      ({ fill, pattern }) => `${pattern} ${/(\d+)%\)$/.exec(fill)![1]}`
    );
    expect(new Set(looks).size).toBe(11);
    expect(looks[10]).toBe(looks[11]);
  });
});
