"""The notebook that counts runs as it is; the tour is run by `npm run demo`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(not shutil.which("valgrind"), reason="Valgrind is not installed")
def test_every_cell_of_c_and_of_counts_shows_its_profile(tmp_path: Path) -> None:
    script = ROOT / "scripts" / "run_tour.py"
    done = subprocess.run(
        [sys.executable, script, ROOT / "examples" / "native.ipynb", tmp_path / "native.ipynb"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "by_length  (Python, In[4] line 4" in done.stdout and "2,000 calls" in done.stdout
    assert "59,999 calls" in done.stdout  # of steps, for the numbers below 60,000
    assert "lines        94 %  18 of 19" in done.stdout  # all but what 0 would return
    assert [path.name for path in tmp_path.iterdir()] == ["native.ipynb"]
