"""Strings, dicts and lists, as in everyday scripts."""

from collections import Counter

words = ("the quick brown fox jumps over the lazy dog " * 20_000).split()

# %% cell
for _ in range(20):
    counts = Counter(words)
    lengths = {}
    for word in words:
        lengths.setdefault(len(word), []).append(word.upper())
    ",".join(sorted(counts))
