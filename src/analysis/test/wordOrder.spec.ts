import { profileFromText } from '../../testing/profileFromText';
import { WORDS, wordRanks, wordsOf } from '../wordOrder';

it.each(WORDS)('ranks functions by their %s as comparing does', column => {
  const profile = profileFromText(`
    In[5]; b.g; numpy!dgemm 1
    In[5]; a.G; B.h; a.f    1
  `);
  const ranks = wordRanks(profile, column);
  const words = Array.from({ length: profile.functions.length }, (_, func) =>
    wordsOf(profile, column, func).toLowerCase()
  );
  expect(new Set(words).size).toBeGreaterThan(1);
  words.forEach((one, a) =>
    words.forEach((other, b) =>
      expect(Math.sign(ranks[a] - ranks[b])).toBe(
        one < other ? -1 : one > other ? 1 : 0
      )
    )
  );
});
