"""Two Python threads that want the GIL all the time, with work of three to seven."""

from pathlib import Path
from threading import Thread
from time import perf_counter_ns, thread_time_ns

from _work import per_ms

spent, waited, took = {}, {}, {}


def queued():
    """Nanoseconds that this thread waited for a CPU: no wait for the GIL."""
    return int(Path("/proc/thread-self/schedstat").read_text().split()[1])


def run(name, rounds):
    wall, start, delay = perf_counter_ns(), thread_time_ns(), queued()
    x = 1
    for i in range(rounds):
        x = (x * 31 + i) & 0xFFFFFFF
    spent[name] = thread_time_ns() - start
    took[name] = perf_counter_ns() - wall
    waited[name] = took[name] - spent[name] - (queued() - delay)


def short():
    run("short", per_millisecond * 450)


def long():
    run("long", per_millisecond * 1050)


per_millisecond = per_ms()

# %% cell
threads = [Thread(target=short), Thread(target=long)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
total = sum(spent.values())
truth = {
    "inclusive function short": spent["short"] / total,
    "gil in run": sum(waited.values()) / sum(took.values()),
}
