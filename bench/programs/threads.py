"""Two Python threads in C code that releases the GIL: three and seven tenths."""

from threading import Thread

from burn import free

spent = {}


def short():
    spent["short"] = sum(free(3_000_000) for _ in range(180))


def long():
    spent["long"] = sum(free(7_000_000) for _ in range(180))


# %% cell
threads = [Thread(target=short), Thread(target=long)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
truth = {"function short": spent["short"] / (spent["short"] + spent["long"])}
