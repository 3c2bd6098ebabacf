"""Runs one program of bench/programs as a script under another profiler.

    BENCH_PYTHON=PYTHON PYTHON bench/peer.py PROGRAM TOOL [RATE]

PYTHON is that of the environment with the peers, or a 3.15 for the tool `sampling`. One line of
JSON on standard output, as from bench/cell.py, with the profiler's own figures as `report`
(`support/hooks.py`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from support import programs

HERE = Path(__file__).parent


def run(name: str, tool: str, rate: int) -> dict[str, object]:
    """What came out. SystemExit if the program or the profiler failed."""
    program = programs.load(name)
    with tempfile.TemporaryDirectory(prefix="nativeprofile-bench-") as folder:
        script, answer = Path(folder, "program.py"), Path(folder, "answer.json")
        source = (
            f"{program.prepare}\nfrom support import hooks\nhooks.start()\n"
            f"{program.cell}\nhooks.stop(globals().get('truth', {{}}))\n"
        )
        script.write_text(source)
        command = [os.environ["BENCH_PYTHON"], str(script)]
        if tool == "scalene":
            report = str(Path(folder, "scalene.json"))
            command[1:1] = ["-m", "scalene", "run", "--cpu-only", "--off", "-o", report]
        paths = [str(HERE), str(programs.FOLDER), os.environ.get("PYTHONPATH", "")]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            "BENCH_TOOL": tool,
            "BENCH_RATE": str(rate),
            "BENCH_ANSWER": str(answer),
        }
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=folder, env=environment
        )
        if done.returncode != 0 or not answer.exists():
            raise SystemExit(f"{name} under {tool}: {(done.stderr or done.stdout).strip()[-2000:]}")
        result: dict[str, object] = json.loads(answer.read_text())
        if tool == "scalene":
            result["report"] = _scalene(Path(folder, "scalene.json"), script)
        return {"program": name, "lines": programs.marks(source), "source": source, **result}


def _scalene(file: Path, script: Path) -> dict[str, object]:
    """Line number to the shares of Python, C and waiting. Scalene leaves out what it cannot
    show; then there are no lines."""
    files = json.loads(file.read_text())["files"] if file.exists() else {}
    lines = files.get(str(script), {}).get("lines", [])
    keys = ("lineno", "n_cpu_percent_python", "n_cpu_percent_c", "n_sys_percent")
    return {"kind": "lines", "rows": [[line[key] for key in keys] for line in lines]}


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], sys.argv[2], int([*sys.argv, "0"][3]))))
