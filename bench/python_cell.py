"""One program of bench/programs as a cell under the perf engine, in whatever Python runs this.

    python bench/python_cell.py record PROGRAM DIRECTORY   standard library only
    python bench/python_cell.py read PROGRAM DIRECTORY     prints the profile's quality as JSON

For Pythons too bare for bench/cell.py, which needs IPython.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from support import recording

HERE = Path(__file__).resolve().parent
MARK = "# %% cell\n"


def record(program: str, directory: Path) -> None:
    """Raises EngineError if the engine refuses."""
    prepare, source = (HERE / "programs" / f"{program}.py").read_text().split(MARK)
    names: dict[str, object] = {"__name__": "__main__"}
    exec(compile(prepare, "prepare.py", "exec"), names)
    recording.record(directory, source, names)


def read(directory: Path) -> None:
    """Raises FormatError."""
    from nativeprofile import mixed

    run = json.loads((directory / "run.json").read_text())
    print(json.dumps(mixed.read(directory, run, lambda samples: None).quality))


if __name__ == "__main__":
    sys.path[:0] = [str(HERE.parent / "python"), str(HERE / "programs")]
    from nativeprofile.engines.base import EngineError

    action, program, folder = sys.argv[1:]
    try:
        if action == "record":
            record(program, Path(folder))
        else:
            read(Path(folder))
    except EngineError as error:
        sys.exit(f"{error.message} {error.remedy}")
