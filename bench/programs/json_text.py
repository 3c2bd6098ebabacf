"""json.dumps and json.loads: C code called often from Python."""

import json

rows = [{"id": i, "name": f"row {i}", "tags": ["a", "b", str(i)], "v": i / 7} for i in range(4000)]

# %% cell
for _ in range(90):
    json.loads(json.dumps(rows))
