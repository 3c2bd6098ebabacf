"""Regular expressions over the standard library's own sources."""

import argparse
import inspect
import re

text = inspect.getsource(argparse) * 6

# %% cell
for _ in range(25):
    len(re.findall(r"def (\w+)\(([^)]*)\)", text))
    len(re.sub(r"[aeiou]{2,}", "-", text))
    sum(1 for _ in re.finditer(r"\b\w+\b", text))
