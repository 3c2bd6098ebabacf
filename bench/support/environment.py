"""The virtual environment with the peers and the compiled extension, made when first needed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import sysconfig
import venv
from functools import cache
from pathlib import Path

BENCH = Path(__file__).parent.parent
ROOT = BENCH.parent
REQUIREMENTS = BENCH / "requirements.txt"
FOLDER = ROOT / f".venv-bench-{sys.version_info.major}.{sys.version_info.minor}"
SOURCE = BENCH / "programs" / "burn.c"


@cache
def python() -> Path:
    """The environment's Python, of this one's version. SystemExit if it cannot be made."""
    stamp, wanted = FOLDER / "requirements", REQUIREMENTS.read_text()
    program = FOLDER / "bin" / "python"
    if not (stamp.exists() and stamp.read_text() == wanted):
        print("making the environment of the peers", flush=True)
        venv.create(FOLDER, with_pip=True, clear=True)
        command = [str(program), "-m", "pip", "install", "--quiet", "-r", str(REQUIREMENTS)]
        if subprocess.run(command, check=False).returncode:
            raise SystemExit("The peers cannot be installed: they need PyPI.")
        stamp.write_text(wanted)
    return program


@cache
def extension() -> Path:
    """The folder that holds the compiled `burn`. SystemExit without a compiler."""
    digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]
    folder = FOLDER / f"burn-{digest}"
    library = folder / "burn.abi3.so"
    if not library.exists():
        python()
        folder.mkdir(exist_ok=True)
        include = sysconfig.get_path("include")
        command = ["cc", "-O1", "-g", "-shared", "-fPIC", f"-I{include}", "-o"]
        command += [str(library), str(SOURCE)]
        if subprocess.run(command, check=False).returncode:
            raise SystemExit("programs/burn.c needs a C compiler (cc) and Python's headers.")
    return folder


def variables() -> dict[str, str]:
    """What processes of programs get."""
    path = filter(None, (str(extension()), os.environ.get("PYTHONPATH", "")))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path), "PYTHONDONTWRITEBYTECODE": "1"}
