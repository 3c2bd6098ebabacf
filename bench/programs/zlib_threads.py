"""zlib in two Python threads, the GIL released."""

import argparse
import inspect
import threading
import zlib

data = inspect.getsource(argparse).encode() * 40


def compress():
    for _ in range(6):
        zlib.compress(data, 6)


# %% cell
threads = [threading.Thread(target=compress) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
