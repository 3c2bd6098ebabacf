"""The worker's first file, run by path: `python -I launch.py ROOT DIRECTORY`.

Makes the package in ROOT importable, hands over to `nativeprofile.convert --wait`, and
removes the run's DIRECTORY, in which all temporary files are, when the kernel has let go of this
process: so nothing stays behind even when the kernel itself dies in the middle of a cell.
"""

import json
import os
import shutil
import sys


def main() -> int:
    root, directory = sys.argv[1:3]
    # What is ended removes no files of its own.
    os.environ["TMPDIR"] = directory
    try:
        # Our own copy, although another may be installed; its needs are looked for as usual.
        sys.path.insert(0, root)
        import nativeprofile  # noqa: F401

        sys.path.remove(root)
        sys.path.append(root)
        from nativeprofile import convert

        return int(convert.main(["--wait"]) or 0)
    except ImportError as error:
        failure = {
            "message": f"The profile could not be read: {error}.",
            "remedy": f"{sys.executable} -m pip install --upgrade nativeprofile",
        }
        print(json.dumps(failure), file=sys.stderr, flush=True)
        return 1
    finally:
        sys.stdout.flush()
        # The kernel reads until the end of both; it closes our input when it is done.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        while os.read(0, 4096):
            pass
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
