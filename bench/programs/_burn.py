"""A C function that burns CPU without system calls, and a Python loop that does the same.

Both do a fixed amount of work a call, so the thread's CPU clock around a call gives the
truth; the clock is read once a few milliseconds and costs nothing that shows.
"""

import atexit
import ctypes
import shutil
import subprocess
import tempfile
from pathlib import Path
from time import thread_time_ns

_SOURCE = """
unsigned long burn(unsigned long n) {
    volatile unsigned long x = 1;
    for (unsigned long i = 0; i < n; i++) x = x * 6364136223846793005UL + 1442695040888963407UL;
    return x;
}
"""


def _build():
    folder = tempfile.mkdtemp(prefix="burn-")
    atexit.register(shutil.rmtree, folder, True)
    source, library = Path(folder, "burn.c"), Path(folder, "libburn.so")
    source.write_text(_SOURCE)
    subprocess.run(
        ["cc", "-O1", "-g", "-shared", "-fPIC", "-o", str(library), str(source)], check=True
    )
    function = ctypes.CDLL(str(library)).burn
    function.argtypes, function.restype = [ctypes.c_ulong], ctypes.c_ulong
    return function


native = _build()


def python(n):
    """A loop of `n` rounds in pure Python, no calls inside."""
    x = 1
    for i in range(n):
        x = (x * 31 + i) & 0xFFFFFFF
    return x


def per_ms(function):
    """How many rounds of `function` take a millisecond of CPU."""
    n = 1000
    while True:
        start = thread_time_ns()
        function(n)
        took = thread_time_ns() - start
        if took > 20_000_000:
            return n * 1_000_000 / took
        n *= 2


def timed(function, n):
    """CPU nanoseconds that one call takes."""
    start = thread_time_ns()
    function(n)
    return thread_time_ns() - start
