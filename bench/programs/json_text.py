"""json.dumps and json.loads: C code called often from Python."""

import json
from time import perf_counter

rows = [{"id": i, "name": f"row {i}", "tags": ["a", "b", str(i)], "v": i / 7} for i in range(4000)]

# %% cell
start = perf_counter()
for _ in range(90):
    json.loads(json.dumps(rows))
elapsed = perf_counter() - start
